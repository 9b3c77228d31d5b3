"""Charges from clinical documents: planned when requested, billable when done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from subgraphs.billing.domain.charge import VOIDABLE, ChargeStatus, RequestingDocument
from subgraphs.billing.domain.errors import ChargeStateConflict
from subgraphs.billing.domain.visit import Visit
from subgraphs.billing.models import ChargeItemRow
from subgraphs.billing.repository import charges
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_charge
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id

_SMALLEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Requests:
    """What the documents of a visit request."""

    visit: Visit
    documents: Sequence[RequestingDocument]


async def plan_charges(session: Session, requests: Requests, now: datetime) -> None:
    """Bring the charges of a visit in line with its documents. Told twice, it changes nothing.

    Each code of a signed document is one planned charge; those of a document that was replaced or
    struck out are given up, unless they were billed already.
    """
    known = await charges.of_documents(
        session, [document.document_id for document in requests.documents]
    )
    for document in requests.documents:
        own = known.get(document.document_id, [])
        if document.is_void:
            await charges.give_up_of_documents(session, [document.document_id])
        if document.counts:
            have = {charge.tuss_code for charge in own}
            for code in sorted(set(document.tuss_codes) - have):
                await _plan(session, requests.visit, document.document_id, code, now)
    await session.flush()


async def _plan(
    session: Session, visit: Visit, document_id: str, tuss_code: str, now: datetime
) -> None:
    charge = ChargeItemRow(
        id=new_id(),
        status=ChargeStatus.PLANNED,
        patient_id=visit.patient_id,
        appointment_id=visit.appointment_id,
        document_id=document_id,
        tuss_code=tuss_code,
        quantity=Decimal(1),
        service_day=visit.service_day,
        created_at=now,
    )
    try:
        await add_unique(session, [charge], "uq_charge_items_document_id_tuss_code")
    except NotUnique:
        return  # somebody else planned it at the same moment
    await tell_charge(session, charge, now)


async def confirm_charge(session: Session, charge_item_id: str, quantity: Decimal) -> str:
    """The procedure was done here: it can be billed; the charge's id.

    Raises:
        NotFound, ChargeStateConflict.
        InvalidInput: the quantity cannot be.
    """
    if not _SMALLEST <= quantity < 10**5 or quantity != quantity.quantize(_SMALLEST):
        raise InvalidInput(
            "A quantidade deve ser positiva, com até quatro casas.", path=["quantity"]
        )
    charge = await _moved(
        session, charge_item_id, frozenset({ChargeStatus.PLANNED}), ChargeStatus.BILLABLE
    )
    charge.quantity = quantity
    await session.flush()
    return charge.id


async def abort_charge(session: Session, charge_item_id: str) -> str:
    """The procedure will not be done here, or not be billed; the charge's id.

    Raises:
        NotFound, ChargeStateConflict.
    """
    charge = await _moved(session, charge_item_id, VOIDABLE, ChargeStatus.ABORTED)
    await session.flush()
    return charge.id


async def _moved(
    session: Session,
    charge_item_id: str,
    origins: frozenset[ChargeStatus],
    target: ChargeStatus,
) -> ChargeItemRow:
    charge = await charges.lock(session, charge_item_id)
    if charge is None:
        raise NotFound("Este item não existe.", path=["chargeItemId"])
    if charge.status not in origins:
        raise ChargeStateConflict(charge.status)
    charge.status = target
    return charge
