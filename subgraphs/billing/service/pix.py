"""Payments by PIX: a code is shown, and the payment counts once the bank says that it came."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from subgraphs.billing.domain.br_code import PixReceiver, br_code
from subgraphs.billing.domain.errors import InvalidPayment, Overpayment
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.payment import PaymentMethod, Tender
from subgraphs.billing.domain.pix import (
    LIFETIME,
    PixStatus,
    check_end_to_end_id,
    pix_status,
    txid_of,
)
from subgraphs.billing.models import PixChargeRow
from subgraphs.billing.repository import invoices, pix
from subgraphs.billing.repository.adding import NotUnique
from subgraphs.billing.service.locking import account_of, locked_invoice
from subgraphs.billing.service.paying import take_payment
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class PixOrder:
    """Ask a patient for an amount, on an invoice as somebody saw it."""

    invoice_id: str
    expected_version: int
    amount: Decimal
    actor: str


async def request_pix(
    session: Session, order: PixOrder, receiver: PixReceiver | None, now: datetime
) -> str:
    """Make a code; its id. Nothing is paid yet.

    Raises:
        NotFound, StaleVersion, Overpayment: with the codes that still count, it is too much.
        InvalidPayment: the invoice takes none, or this clinic receives no PIX.
    """
    if receiver is None:
        raise InvalidPayment("Esta rede não recebe Pix: falta a chave na configuração.")
    invoice = await locked_invoice(session, order.invoice_id, order.expected_version)
    account = account_of(invoice)
    Tender(order.amount, PaymentMethod.PIX).check(InvoiceStatus(invoice.status), account)
    left = account.patient_owes - await pix.pending(session, invoice.id, now)
    if order.amount > left:
        raise Overpayment(left)
    row_id = new_id()
    txid = txid_of(row_id)
    session.add(
        PixChargeRow(
            id=row_id,
            invoice_id=invoice.id,
            txid=txid,
            amount=order.amount,
            br_code=br_code(receiver, txid, order.amount),
            requested_at=now,
            requested_by=order.actor,
            expires_at=now + LIFETIME,
        )
    )
    await session.flush()
    return row_id


async def confirm_pix(
    session: Session, pix_id: str, end_to_end_id: str, actor: str, now: datetime
) -> str:
    """The bank says that it came: it is a payment now; the PIX's id. Told twice, it counts once.

    Raises:
        NotFound, Overpayment.
        InvalidPayment: it expired, came under another number, or the number was used.
    """
    check_end_to_end_id(end_to_end_id)
    seen = (await pix.by_ids(session, [pix_id])).get(pix_id)
    invoice = await invoices.lock(session, seen.invoice_id) if seen else None
    if seen is None or invoice is None:
        raise NotFound("Este Pix não existe.", path=["pixChargeId"])
    row = await pix.again(session, seen)
    if row.end_to_end_id == end_to_end_id:
        return row.id
    status = pix_status(row.payment_id, row.expires_at, now)
    if status is not PixStatus.PENDING:
        raise InvalidPayment("Este Pix já foi pago ou expirou.", path=["pixChargeId"])
    tender = Tender(row.amount, PaymentMethod.PIX)
    payment = await take_payment(session, invoice, tender, actor, now)
    try:
        await pix.confirm(session, row, payment.id, end_to_end_id)
    except NotUnique as error:
        raise InvalidPayment("Este Pix já foi lançado.", path=["endToEndId"]) from error
    return row.id
