"""Estimates as the graph shows them, from what the appointments service tells of a visit."""

from datetime import datetime
from typing import Any, Self

import strawberry

from subgraphs.billing.domain.price_table import local_start
from subgraphs.billing.domain.visit import VisitKind
from subgraphs.billing.service import estimating
from subgraphs.billing.service.estimating import EstimateRequest, EstimateStatus
from subgraphs.billing.types.amounts import known_money
from subgraphs.billing.types.price_component import ShownComponent, shown_components
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.money import Money

strawberry.enum(EstimateStatus)
strawberry.enum(VisitKind)

Required = dict[str, Any]
"""The fields that the router fetched for billing, as JSON values."""


@strawberry.type
class Estimate:
    """What a visit will cost. What is not known is null: neither zero nor denied."""

    status: EstimateStatus
    """What the estimate rests on, or why it says so little."""
    gross: Money | None
    """The whole price; null where no price is in force."""
    price_components: list[ShownComponent]
    """How the price comes about; they add up to gross. Empty where no price is in force."""
    plan_pays: Money | None
    """The plan's part; null while the plan has not answered."""
    patient_pays: Money | None
    """The patient's part; null while the plan has not answered."""
    due_from_patient: Money | None
    """What the patient will be asked for at the desk; null while the plan has not answered."""
    authorization_required: bool | None
    """Whether the plan must be asked first; null while the plan has not answered."""
    provisional: bool
    """Whether it may change although nothing changes here: the plan has still to answer."""

    @classmethod
    def of(cls, found: estimating.Estimate) -> Self:
        """The estimate, shown."""
        return cls(
            status=found.status,
            gross=known_money(found.gross),
            price_components=shown_components(found.components),
            plan_pays=known_money(found.plan_pays),
            patient_pays=known_money(found.patient_pays),
            due_from_patient=known_money(found.due_from_patient),
            authorization_required=found.authorization_required,
            provisional=found.status is EstimateStatus.UNKNOWN_PLAN_UNAVAILABLE,
        )


def estimate_request(required: Required) -> EstimateRequest:
    """What the estimate depends on.

    Raises:
        InvalidInput: a field is missing, so this did not come from the router.
    """
    try:
        zone = required["clinic"]["timeZone"]
        return EstimateRequest(
            start=local_start(datetime.fromisoformat(required["start"]), zone),
            tuss_code=required["service"]["tussCode"],
            coverage_id=required["coverageId"],
            is_free_return=(
                required["kind"] == VisitKind.RETURN and required["returnOf"] is not None
            ),
        )
    except (KeyError, TypeError) as error:
        raise InvalidInput(
            "A estimativa depende de start, kind, coverageId, returnOf, service e clinic."
        ) from error
