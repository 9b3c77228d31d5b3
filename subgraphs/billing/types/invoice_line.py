"""The lines of an invoice, its payments, and what went back of them."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.domain.refund import RefundStatus
from subgraphs.billing.domain.share import CopayCollector, ShareStatus
from subgraphs.billing.models import InvoiceLineRow, PaymentRow, RefundRow
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.amounts import known_money
from subgraphs.billing.types.charge_item import ChargeItem
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.price_component import ShownComponent, stored_components
from subgraphs.kit.errors import NotFound
from subgraphs.kit.money import Money

for _enum in (CopayCollector, Payer, PaymentMethod, RefundStatus, ShareStatus):
    strawberry.enum(_enum)


@strawberry.federation.type(requires_scopes=READERS)
class InvoiceLine:
    """One charge on an invoice, as it was priced and split when billed."""

    charge_item_id: strawberry.Private[str]
    tuss_code: str
    """The procedure, by TUSS table 22."""
    quantity: Decimal
    """How much of it."""
    unit_price: Decimal
    """The price of one, in reais, with up to four places."""
    price_table_version: str
    """The version of the price table that the price came from."""
    share_status: ShareStatus
    """How the parts came about, or why they are not known."""
    authorization_required: bool | None
    """Whether the plan must be asked first; null while that is not known."""
    price_components: list[ShownComponent]
    """How the price came about; they add up to gross."""
    gross: Money
    """The whole price, which plan and patient share."""
    discount: Money
    """What the clinic lets the patient off."""
    deductible: Money | None
    """What the patient pays of the deductible (franquia); null while unknown."""
    coinsurance: Money | None
    """What the patient pays because the plan covers only a percentage; null while unknown."""
    copay: Money | None
    """The patient's co-payment (coparticipação); null while unknown."""
    copay_collected_by: CopayCollector | None
    """Who collects the co-payment; null while unknown."""
    plan_pays: Money | None
    """The plan's part; null while unknown, which is not zero."""
    patient_pays: Money | None
    """The patient's part; null while unknown, which is not zero."""
    due_from_plan: Money | None
    """What the clinic claims from the plan: with the co-payment that the plan itself collects."""
    due_from_patient: Money | None
    """What the clinic collects from the patient."""

    @classmethod
    def of(cls, row: InvoiceLineRow) -> Self:
        """The stored line, shown."""
        collector = row.copay_collected_by
        return cls(
            charge_item_id=row.charge_item_id,
            tuss_code=row.tuss_code,
            quantity=row.quantity,
            unit_price=row.unit_price,
            price_table_version=row.price_table_version,
            share_status=ShareStatus(row.share_status),
            authorization_required=row.authorization_required,
            price_components=stored_components(row.price_components, row.gross),
            gross=Money.of(row.gross),
            discount=Money.of(row.discount),
            deductible=known_money(row.deductible),
            coinsurance=known_money(row.coinsurance),
            copay=known_money(row.copay),
            copay_collected_by=None if collector is None else CopayCollector(collector),
            plan_pays=known_money(row.plan_pays),
            patient_pays=known_money(row.patient_pays),
            due_from_plan=known_money(row.due_from_plan),
            due_from_patient=known_money(row.due_from_patient),
        )

    @strawberry.field
    async def charge_item(self, info: Info) -> ChargeItem:
        """What is billed here."""
        row = await info.context.loaders.charges.load(self.charge_item_id)
        if row is None:
            raise NotFound("Este item não existe.")
        return ChargeItem.of(row)


@strawberry.federation.type(requires_scopes=READERS)
class Refund:
    """Money of a payment that goes back, once a second person approved it."""

    id: ID
    """The identifier in this network."""
    status: RefundStatus
    """Where it stands."""
    amount: Money
    """How much."""
    reason: str
    """Why."""
    requested_at: datetime
    """When it was asked for."""
    requested_by: str
    """Who asked for it."""
    decided_at: datetime | None
    """When it was decided."""
    decided_by: str | None
    """Who decided it: never the one who asked."""

    @classmethod
    def of(cls, row: RefundRow) -> Self:
        """The stored refund, shown."""
        return cls(
            id=ID(row.id),
            status=RefundStatus(row.status),
            amount=Money.of(row.amount),
            reason=row.reason,
            requested_at=row.requested_at,
            requested_by=row.requested_by,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
        )


@strawberry.federation.type(requires_scopes=READERS)
class Payment:
    """Money that came in for an invoice."""

    id: ID
    """The identifier in this network."""
    payer: Payer
    """Whose debt it pays."""
    method: PaymentMethod
    """How it came."""
    amount: Money
    """How much."""
    change: Money
    """What went back at once, where cash was handed over."""
    received_at: datetime
    """When."""
    received_by: str
    """Who took it."""

    @classmethod
    def of(cls, row: PaymentRow) -> Self:
        """The stored payment, shown."""
        tendered = row.amount if row.tendered is None else row.tendered
        return cls(
            id=ID(row.id),
            payer=Payer(row.payer),
            method=PaymentMethod(row.method),
            amount=Money.of(row.amount),
            change=Money.of(tendered - row.amount),
            received_at=row.received_at,
            received_by=row.received_by,
        )

    @strawberry.field
    async def refunds(self, info: Info) -> list[Refund]:
        """What went back of it, or was asked to."""
        rows = await info.context.loaders.refunds.load(self.id)
        return [Refund.of(row) for row in rows or []]
