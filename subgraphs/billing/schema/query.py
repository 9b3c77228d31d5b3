"""What can be asked of billing."""

import strawberry
from strawberry import ID

from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.repository import invoices
from subgraphs.billing.types.authorization import Authorization
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.coverage import Coverage
from subgraphs.billing.types.entities import Invoice
from subgraphs.kit.pagination import Connection


@strawberry.type
class Query:
    """Invoices and what they rest on."""

    @strawberry.field
    async def invoice(self, info: Info, id: ID) -> Invoice | None:
        """The invoice with this id; null where there is none."""
        return await Invoice.resolve_reference(info, id)

    @strawberry.field
    async def invoices(
        self,
        info: Info,
        status: list[InvoiceStatus] | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Invoice]:
        """All invoices, or those in some states, newest first."""
        cursors = info.context.cursors("billing invoices")
        request = cursors.request(first, after)
        async with info.context.database.read() as session:
            page = await invoices.page(session, status, request)
        return cursors.connection(page, request, node=Invoice.of, values=lambda row: [row.id])

    @strawberry.field
    async def coverage(self, info: Info, id: ID) -> Coverage | None:
        """The card with this id; null where there is none."""
        return await Coverage.resolve_reference(info, id)

    @strawberry.field
    async def authorization(self, info: Info, id: ID) -> Authorization | None:
        """The authorization with this id; null where there is none."""
        return await Authorization.resolve_reference(info, id)
