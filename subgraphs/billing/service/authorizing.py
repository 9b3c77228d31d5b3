"""Prior authorization: written down first, then sent, then looked at until it is decided.

Between us and the plan, any call may have been taken although no answer came. The request's own id
is its key at the plan, so it can be sent again until there is an answer, and is made only once.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from subgraphs.billing.client.plan import AuthorizationRequest
from subgraphs.billing.domain.authorization import PENDING, AuthorizationStatus, Decision
from subgraphs.billing.domain.errors import (
    AppointmentNotBillable,
    CoverageNotFound,
    PlanUnavailable,
)
from subgraphs.billing.domain.visit import Visit
from subgraphs.billing.models import AuthorizationRow, CoverageRow
from subgraphs.billing.repository import authorizations, coverages, merged_patients
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_decision
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database, Session
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class AuthorizationOrder:
    """Ask the plan about a procedure of a visit, perhaps one that a document requests."""

    visit: Visit
    tuss_code: str
    quantity: Decimal
    document_id: str | None
    actor: str
    urgent: bool = False


async def write_request(session: Session, order: AuthorizationOrder, now: datetime) -> str:
    """Write the request down, or find the open or granted one for the same procedure; its id.

    Raises:
        AppointmentNotBillable: the visit will not take place.
        CoverageNotFound: the visit is private, or its card is not this patient's.
    """
    visit = order.visit
    if not visit.is_billable:
        raise AppointmentNotBillable(visit.status)
    coverage_id = visit.coverage_id or ""
    coverage = (await coverages.by_ids(session, [coverage_id])).get(coverage_id)
    if coverage is None or not await merged_patients.same(
        session, coverage.patient_id, visit.patient_id
    ):
        raise CoverageNotFound
    request = _request(order, coverage, now)
    try:
        await add_unique(session, [request], "uq_authorizations_appointment_id_tuss_code")
    except NotUnique:
        found = await authorizations.live(session, visit.appointment_id, order.tuss_code)
        if found is None:
            raise
        return found.id
    return request.id


async def advance(
    database: Database, resources: Resources, authorization_id: str, now: datetime
) -> AuthorizationRow | None:
    """Bring a request one step further: send it, or ask how it stands; None where it is unknown.

    Where the plan does not answer, the request stays as it is, and can be advanced again.
    """
    async with database.read() as session:
        row = (await authorizations.by_ids(session, [authorization_id])).get(authorization_id)
        if row is None or row.status not in PENDING:
            return row
        coverage = (await coverages.by_ids(session, [row.coverage_id]))[row.coverage_id]
    try:
        decision = await _ask(resources, row, coverage)
    except PlanUnavailable:
        return row
    async with database.transaction() as session:
        return await _write_decision(session, authorization_id, decision, now)


def _request(order: AuthorizationOrder, coverage: CoverageRow, now: datetime) -> AuthorizationRow:
    return AuthorizationRow(
        id=new_id(),
        status=AuthorizationStatus.REQUESTED,
        patient_id=order.visit.patient_id,
        appointment_id=order.visit.appointment_id,
        document_id=order.document_id,
        coverage_id=coverage.id,
        tuss_code=order.tuss_code,
        quantity=order.quantity,
        service_day=order.visit.service_day,
        urgent=order.urgent,
        requested_at=now,
        requested_by=order.actor,
    )


async def _ask(resources: Resources, row: AuthorizationRow, coverage: CoverageRow) -> Decision:
    if row.plan_reference is not None:
        return await resources.plan.authorization(coverage.ans_registry, row.plan_reference)
    return await resources.plan.request_authorization(
        AuthorizationRequest(
            key=row.id,
            ans_registry=coverage.ans_registry,
            card_number=coverage.card_number,
            tuss_code=row.tuss_code,
            quantity=f"{row.quantity:f}",
            service_day=row.service_day,
            urgent=row.urgent,
        )
    )


async def _write_decision(
    session: Session, authorization_id: str, decision: Decision, now: datetime
) -> AuthorizationRow | None:
    """An answer that comes late, or twice, changes nothing that is decided."""
    row = await authorizations.lock(session, authorization_id)
    if row is None or row.status not in PENDING:
        return row
    row.status = decision.status
    row.plan_reference = decision.plan_reference
    row.guia_number = decision.guia_number
    row.password = decision.password
    row.valid_until = decision.valid_until
    row.reason_code = decision.reason_code
    row.reason = decision.reason
    row.authorized_quantity = decision.authorized_quantity
    row.need = decision.need
    row.decided_at = None if decision.status in PENDING else now
    await session.flush()
    if row.decided_at is not None:
        await tell_decision(session, row, now)
    return row
