"""The cards of a patient, and whether they are good."""

from datetime import date, datetime
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain import eligibility
from subgraphs.billing.domain.card import mask_card_number
from subgraphs.billing.domain.eligibility import EligibilityStatus
from subgraphs.billing.models import CoverageRow
from subgraphs.billing.types.access import ASKERS
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.family import is_seen

strawberry.enum(EligibilityStatus)


@strawberry.federation.type(keys=["id"], authenticated=True)
class Coverage:
    """A health plan's card of a patient."""

    id: ID
    """The identifier in this network."""
    plan_name: str
    """The plan, as printed on the card."""
    ans_registry: str
    """The insurer's registry with ANS: six digits."""
    card_number_masked: str
    """The card's number, all but its last four digits hidden."""
    valid_from: date | None
    """The first day of validity, where the card tells it."""
    valid_until: date | None
    """The last day of validity, where the card tells it."""

    @classmethod
    def of(cls, row: CoverageRow) -> Self:
        """The stored card, shown."""
        return cls(
            id=ID(row.id),
            plan_name=row.plan_name,
            ans_registry=row.ans_registry,
            card_number_masked=mask_card_number(row.card_number),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Self | None:
        """The card with this id; null where there is none, or it is not the actor's to see."""
        row = await info.context.loaders.coverages.load(id)
        return cls.of(row) if row and await is_seen(info.context, row.patient_id) else None


@strawberry.federation.type(requires_scopes=ASKERS)
class Eligibility:
    """Whether a card is good today, as far as anybody can tell."""

    status: EligibilityStatus
    """The plan's answer, or that it gave none. No answer is not a no."""
    checked_at: datetime
    """When it was asked."""
    reason_code: str | None
    """Why not, by TISS table 38."""
    reason: str | None
    """Why not, in the plan's words."""

    @classmethod
    def of(cls, found: eligibility.Eligibility) -> Self:
        """The answer, shown."""
        return cls(
            status=found.status,
            checked_at=found.checked_at,
            reason_code=found.reason_code,
            reason=found.reason,
        )


@strawberry.type
class RemovedCoverage:
    """A card that was taken out."""

    id: ID
    """The identifier that it had."""
