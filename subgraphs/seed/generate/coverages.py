"""Insurance cards: seven in ten patients have one, of the insurers that the health plan plays."""

from dataclasses import dataclass
from datetime import date, timedelta

from subgraphs.health_plan.card import INSURERS, SCENARIO_MEMBERS, Card
from subgraphs.health_plan.product import PRODUCTS
from subgraphs.seed.draw import Permutation, chance, pick, seeded_id
from subgraphs.seed.generate.people import Person
from subgraphs.seed.plan import SeedPlan

_WITH_CARD = 0.70
_PRODUCTS = (("01", 30), ("02", 15), ("03", 25), ("04", 20), ("05", 10))


@dataclass(frozen=True, slots=True)
class Coverage:
    """A patient's card."""

    id: str
    person: Person
    card: Card
    valid_from: date
    valid_until: date | None

    @property
    def plan_name(self) -> str:
        """The insurer and the product, as printed on the card."""
        return f"{INSURERS[self.card.ans_registry]} {PRODUCTS[self.card.product].name}"


def coverages_of(plan: SeedPlan, people: list[Person]) -> dict[str, Coverage]:
    """The card of each patient who has one. Insurers share the market by Zipf's law."""
    random = chance(plan.seed, "coverages")
    members = Permutation(plan.seed, "members", SCENARIO_MEMBERS)
    market = tuple((registry, 1 / rank) for rank, registry in enumerate(INSURERS, start=1))
    found: dict[str, Coverage] = {}
    for person in people:
        if not person.can_visit or random.random() >= _WITH_CARD:
            continue
        issued_on = person.registered_at.date()
        card = Card(pick(random, market), pick(random, _PRODUCTS), members[person.number])
        found[person.id] = Coverage(
            id=seeded_id(plan.seed, "coverage", person.number, person.registered_at),
            person=person,
            card=card,
            valid_from=issued_on,
            valid_until=plan.reference_date + timedelta(days=random.randrange(60, 900))
            if random.random() < 0.5
            else None,
        )
    return found
