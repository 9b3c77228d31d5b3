"""How long a record is kept: twenty years from its last entry at least, and never less.

Law 13.787/2018, article 6. What comes after is for a commission to decide, document by document
(CFM resolution 1.638/2002); no program here deletes anything.
"""

from datetime import date, datetime

YEARS = 20


def kept_until(last_entry_at: datetime) -> date:
    """The last day on which the law has the record kept."""
    day = last_entry_at.date()
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:  # 29 February, of a year whose twentieth after has none
        return date(day.year + YEARS, 3, 1)
