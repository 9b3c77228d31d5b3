"""What was done and has a price, and the clinical document that it came from."""

from datetime import date
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.models import ChargeItemRow
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.authorization import Authorization
from subgraphs.billing.types.context import Info

strawberry.enum(ChargeStatus)


@strawberry.federation.type(keys=["id"], requires_scopes=READERS)
class ChargeItem:
    """Something done for a patient that has a price: the visit itself, or a procedure."""

    id: ID
    """The identifier in this network."""
    status: ChargeStatus
    """Whether it was billed and paid."""
    tuss_code: str
    """The procedure, by TUSS table 22."""
    quantity: Decimal
    """How much of it."""
    unit_price: Decimal | None
    """The price of one, in reais, with up to four places; null until it was billed or drafted."""
    price_table_version: str | None
    """The version of the price table that the price came from."""
    service_day: date
    """The day of service, where the clinic is."""

    @classmethod
    def of(cls, row: ChargeItemRow) -> Self:
        """The stored charge, shown."""
        return cls(
            id=ID(row.id),
            status=ChargeStatus(row.status),
            tuss_code=row.tuss_code,
            quantity=row.quantity,
            unit_price=row.unit_price,
            price_table_version=row.price_table_version,
            service_day=row.service_day,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Self | None:
        """The charge with this id; null where there is none."""
        row = await info.context.loaders.charges.load(id)
        return cls.of(row) if row else None


@strawberry.federation.interface_object(keys=["id"])
class ClinicalDocument:
    """Something written in an encounter, and signed. Signed, it never changes."""

    id: ID
    """The identifier in this network."""

    @classmethod
    def resolve_reference(cls, id: ID) -> Self:
        """The document with this id. Whether it exists, the records service knows."""
        return cls(id=id)

    @strawberry.field
    async def charge_items(self, info: Info) -> list[ChargeItem] | None:
        """What was charged because of this document."""
        rows = await info.context.loaders.document_charges.load(self.id)
        return [ChargeItem.of(row) for row in rows or []]

    @strawberry.field
    async def authorization(self, info: Info) -> Authorization | None:
        """The latest authorization that was asked because of this document."""
        row = await info.context.loaders.document_authorizations.load(self.id)
        return Authorization.of(row) if row else None
