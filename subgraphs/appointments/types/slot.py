"""Free slots as the graph shows them."""

from datetime import datetime
from typing import Self

import strawberry

from subgraphs.appointments.domain import slot_offer
from subgraphs.appointments.domain.slot_offer import OFFER_VALIDITY
from subgraphs.appointments.types.catalogue import Clinic, HealthcareService, Practitioner
from subgraphs.appointments.types.context import AppointmentsContext, Info


@strawberry.type
class SlotOffer:
    """A free slot. It is offered, not kept: whoever books first has it."""

    offer: strawberry.Private[slot_offer.SlotOffer]
    token: str
    """What to book the slot with; good for fifteen minutes."""
    start: datetime
    """When it begins."""
    end: datetime
    """When it ends."""

    @classmethod
    def of(cls, offer: slot_offer.SlotOffer, context: AppointmentsContext) -> Self:
        """The offer, signed and shown."""
        expires_at = context.now() + OFFER_VALIDITY
        return cls(
            offer=offer,
            token=slot_offer.sign(offer, expires_at, context.offer_signer),
            start=offer.starts_at,
            end=offer.ends_at,
        )

    @strawberry.field
    async def practitioner(self, info: Info) -> Practitioner | None:
        """Who is free."""
        row = await info.context.loaders.practitioners.load(self.offer.practitioner_id)
        return Practitioner.of(row) if row else None

    @strawberry.field
    async def clinic(self, info: Info) -> Clinic | None:
        """Where."""
        row = await info.context.loaders.clinics.load(self.offer.clinic_id)
        return Clinic.of(row) if row else None

    @strawberry.field
    async def service(self, info: Info) -> HealthcareService | None:
        """What for."""
        row = await info.context.loaders.services.load(self.offer.service_id)
        return HealthcareService.of(row) if row else None
