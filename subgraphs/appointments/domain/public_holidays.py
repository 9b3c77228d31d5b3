"""Public holidays of a Brazilian state, by the law of each year.

Carnival is no public holiday (clinics decide), and 20 November is a national one since law
14.759/2023. Municipal holidays are not here: a clinic closes its agenda for them.
"""

from datetime import date

from holidays import country_holidays


def public_holidays(uf: str, year: int) -> dict[date, str]:
    """Each holiday of the state in the year, by its name in Portuguese, in order."""
    found = country_holidays("BR", subdiv=uf, years=year, language="pt_BR")
    return {day: found[day] for day in sorted(found)}
