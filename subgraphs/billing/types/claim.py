"""Claims as the graph shows them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.claim import ClaimStatus
from subgraphs.billing.domain.tiss import (
    CareCharacter,
    CareRegime,
    ConsultationType,
    care_codes,
)
from subgraphs.billing.models import ClaimBatchRow, ClaimItemRow, ClaimRow
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.amounts import known_money
from subgraphs.billing.types.context import Info
from subgraphs.kit.money import Money

for _enum in (CareCharacter, CareRegime, ClaimStatus, ConsultationType):
    strawberry.enum(_enum)


@strawberry.federation.type(requires_scopes=READERS)
class Denial:
    """What the plan will not pay of an item (glosa)."""

    tuss_code: str
    """The procedure."""
    code: str | None
    """Why, by TISS table 38."""
    description: str | None
    """Why, in the plan's words."""
    amount: Money
    """How much of it."""

    @classmethod
    def of(cls, row: ClaimItemRow) -> Self | None:
        """The denial of an item; None where nothing was denied."""
        if not row.denied:
            return None
        return cls(
            tuss_code=row.tuss_code,
            code=row.denial_code,
            description=row.denial_reason,
            amount=Money.of(row.denied),
        )


@strawberry.type
class CareCodes:
    """How the visit is coded on the claim's form (TISS)."""

    character: CareCharacter
    """Caráter do atendimento."""
    regime: CareRegime
    """Regime de atendimento."""
    consultation: ConsultationType
    """Tipo de consulta."""


@strawberry.federation.type(keys=["id"], requires_scopes=READERS)
class Claim:
    """What an issued invoice asks of the plan."""

    invoice_id: strawberry.Private[str]
    batch_id: strawberry.Private[str | None]
    id: ID
    """The identifier in this network."""
    status: ClaimStatus
    """Where it stands."""
    guia_number: str
    """The form's number."""
    billed: Money
    """What is asked for: released and denied add up to it."""
    released: Money | None
    """What the plan agreed to; null until its statement comes."""
    denied: Money | None
    """What the plan denied; null until its statement comes."""
    recovered: Money
    """What an appeal brought back of it."""

    @classmethod
    def of(cls, row: ClaimRow) -> Self:
        """The stored claim, shown."""
        return cls(
            invoice_id=row.invoice_id,
            batch_id=row.batch_id,
            id=ID(row.id),
            status=ClaimStatus(row.status),
            guia_number=row.guia_number,
            billed=Money.of(row.billed),
            released=known_money(row.released),
            denied=known_money(row.denied),
            recovered=Money.of(row.recovered),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Self | None:
        """The claim with this id; null where there is none."""
        row = await info.context.loaders.claims.load(id)
        return cls.of(row) if row else None

    @strawberry.field
    async def protocol(self, info: Info) -> str | None:
        """The plan's protocol of the batch; null until the plan has taken it."""
        if self.batch_id is None:
            return None
        batch = await info.context.loaders.claim_batches.load(self.batch_id)
        return batch.protocol if batch else None

    @strawberry.field
    async def care(self, info: Info) -> CareCodes | None:
        """How the visit is coded on the form."""
        invoice = await info.context.loaders.invoices.load(self.invoice_id)
        if invoice is None:
            return None
        codes = care_codes(invoice.visit_kind, urgent=invoice.urgent)
        return CareCodes(
            character=codes.character, regime=codes.regime, consultation=codes.consultation
        )

    @strawberry.field
    async def denials(self, info: Info) -> list[Denial]:
        """What the plan denied, item by item."""
        rows = await info.context.loaders.claim_items.load(self.id)
        shown = [Denial.of(row) for row in rows or []]
        return [denial for denial in shown if denial is not None]


@strawberry.federation.type(requires_scopes=READERS)
class ClaimBatch:
    """Up to a hundred claims sent to one insurer."""

    id: ID
    """The identifier in this network."""
    protocol: str | None
    """The plan's receipt; null until it has taken the batch."""
    statement_at: datetime | None
    """When the plan's statement was taken over."""
    paid_at: datetime | None
    """When the plan's payment was taken over."""

    @classmethod
    def of(cls, row: ClaimBatchRow) -> Self:
        """The stored batch, shown."""
        return cls(
            id=ID(row.id),
            protocol=row.protocol,
            statement_at=row.statement_at,
            paid_at=row.paid_at,
        )

    @strawberry.field
    async def claims(self, info: Info) -> list[Claim]:
        """The claims in it."""
        rows = await info.context.loaders.batch_claims.load(self.id)
        return [Claim.of(row) for row in rows or []]
