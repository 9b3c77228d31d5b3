"""What can be asked of billing."""

from datetime import date

import strawberry
from strawberry import ID

from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.receivables import BANDS
from subgraphs.billing.repository import denials, invoices, receivables
from subgraphs.billing.repository.invoices import InvoiceFilter
from subgraphs.billing.types.access import READ, SIGNED_IN
from subgraphs.billing.types.authorization import Authorization
from subgraphs.billing.types.claim import Claim
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.coverage import Coverage
from subgraphs.billing.types.denials import InsurerDenials
from subgraphs.billing.types.entities import Invoice
from subgraphs.billing.types.receivables import Receivable
from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection


@strawberry.type
class Query:
    """What can be asked in the clinic network."""

    @with_directives(READ)
    @strawberry.field
    async def invoice(self, info: Info, id: ID) -> Invoice | None:
        """The invoice with this id; null where there is none."""
        return await Invoice.resolve_reference(info, id)

    @with_directives(READ)
    @strawberry.field
    async def invoices(
        self,
        info: Info,
        status: list[InvoiceStatus] | None = None,
        cancel_requested: bool = False,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Invoice]:
        """All invoices, or those in some states, newest first.

        With `cancelRequested`, those that wait to be called off, because the visit did not take
        place.
        """
        cursors = info.context.cursors("billing invoices")
        request = cursors.request(first, after)
        async with info.context.database.read() as session:
            page = await invoices.page(session, InvoiceFilter(status, cancel_requested), request)
        return cursors.connection(page, request, node=Invoice.of, values=lambda row: [row.id])

    @with_directives(SIGNED_IN)
    @strawberry.field
    async def coverage(self, info: Info, id: ID) -> Coverage | None:
        """The card with this id; null where there is none."""
        return await Coverage.resolve_reference(info, id)

    @with_directives(SIGNED_IN)
    @strawberry.field
    async def authorization(self, info: Info, id: ID) -> Authorization | None:
        """The authorization with this id; null where there is none."""
        return await Authorization.resolve_reference(info, id)

    @with_directives(READ)
    @strawberry.field
    async def claim(self, info: Info, id: ID) -> Claim | None:
        """The claim with this id; null where there is none."""
        return await Claim.resolve_reference(info, id)

    @with_directives(READ)
    @strawberry.field
    async def receivables(self, info: Info, as_of: date) -> list[Receivable]:
        """What is owed on all open invoices, by days since the service."""
        async with info.context.database.read() as session:
            found = await receivables.by_age(session, BANDS, as_of)
        return [Receivable.of(one) for one in found]

    @with_directives(READ)
    @strawberry.field
    async def denials(self, info: Info, first_day: date, last_day: date) -> list[InsurerDenials]:
        """What insurers denied of services between two days, both included, and why."""
        async with info.context.database.read() as session:
            found = await denials.by_insurer(session, first_day, last_day)
        return [InsurerDenials.of(one) for one in found]
