"""Payments by PIX as the graph shows them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.pix import PixStatus, pix_status
from subgraphs.billing.models import PixChargeRow
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.entities import Invoice
from subgraphs.kit.money import Money

strawberry.enum(PixStatus)


@strawberry.federation.type(requires_scopes=READERS)
class PixCharge:
    """A payment by PIX that a patient was asked for."""

    row: strawberry.Private[PixChargeRow]
    id: ID
    """The identifier in this network."""
    txid: str
    """By what the bank names it."""
    amount: Money
    """How much."""
    br_code: str
    """What the QR code says, also to be copied and pasted."""
    expires_at: datetime
    """Until when it counts."""

    @classmethod
    def of(cls, row: PixChargeRow) -> Self:
        """The stored PIX, shown."""
        return cls(
            row=row,
            id=ID(row.id),
            txid=row.txid,
            amount=Money.of(row.amount),
            br_code=row.br_code,
            expires_at=row.expires_at,
        )

    @strawberry.field
    def status(self, info: Info) -> PixStatus:
        """Where it stands now."""
        return pix_status(self.row.payment_id, self.row.expires_at, info.context.clock.now())

    @strawberry.field
    async def invoice(self, info: Info) -> Invoice | None:
        """What it pays."""
        return await Invoice.resolve_reference(info, ID(self.row.invoice_id))
