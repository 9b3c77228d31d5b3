"""Practitioners, clinics, services and agendas as the graph shows them."""

from datetime import date, time, timedelta
from typing import Self

import strawberry

from subgraphs.appointments import models
from subgraphs.appointments.domain.clinic_resource import ResourceCategory
from subgraphs.appointments.domain.registrations import Council, InvalidRegistration
from subgraphs.appointments.types.context import Info

strawberry.enum(ResourceCategory)


@strawberry.type
class CouncilRegistration:
    """A registration with a professional council, as in "CRM 123456/SP"."""

    body: str
    """The council's initials: CRM, COREN, CRP, …"""
    number: str
    """The number, without punctuation or leading zeros."""
    uf: str
    """The state that issued it."""


@strawberry.federation.type(keys=["id", "council { body number uf }"])
class Practitioner:
    """A health professional of the network."""

    id: strawberry.ID
    """The identifier in this network."""
    name: str
    """The name that patients see."""
    council: CouncilRegistration
    """The council registration, which nobody else has."""
    cbo: str
    """The occupation, by its code in the Classificação Brasileira de Ocupações."""
    specialties: list[str]
    """The specialties practised."""
    rqe: list[str]
    """Registered specialist qualifications (Registro de Qualificação de Especialista)."""
    return_window_days: int | None
    """Days within which a return visit has no fee; null where none is granted."""
    active_from: date | None
    """The first day on which patients are seen; null where none is known."""
    active_until: date | None
    """The last day on which patients are seen; null while no end is known."""

    @classmethod
    def of(cls, row: models.Practitioner) -> Self:
        """The stored practitioner, shown."""
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            council=CouncilRegistration(
                body=row.council_body, number=row.council_number, uf=row.council_uf
            ),
            cbo=row.cbo,
            specialties=row.specialties,
            rqe=row.rqe,
            return_window_days=row.return_window_days,
            active_from=row.active_from,
            active_until=row.active_until,
        )

    @classmethod
    async def resolve_reference(
        cls,
        info: Info,
        id: strawberry.ID | None = None,
        council: dict[str, str] | None = None,
    ) -> Self | None:
        """The practitioner with this id or council registration; null where there is none."""
        loaders = info.context.loaders
        if id is not None:
            row = await loaders.practitioners.load(id)
        elif council is not None:
            try:
                registration = Council.parse(council["body"], council["number"], council["uf"])
            except InvalidRegistration:
                return None
            row = await loaders.practitioners_by_council.load(registration)
        else:
            return None
        return cls.of(row) if row else None


@strawberry.type
class ClinicResource:
    """A room of a clinic, or a piece of its equipment."""

    id: strawberry.ID
    """The identifier in this network."""
    category: ResourceCategory
    """A room, which is one practitioner's at a time, or equipment, which is one visit's."""
    kind: str
    """What kind it is, by the code that services ask for, like ULTRASOUND."""
    name: str
    """What people at the clinic call it."""

    @classmethod
    def of(cls, row: models.ClinicResource) -> Self:
        """The stored resource, shown."""
        return cls(
            id=strawberry.ID(row.id),
            category=ResourceCategory(row.category),
            kind=row.kind,
            name=row.name,
        )


@strawberry.federation.type(keys=["id"])
class Clinic:
    """A unit of the network."""

    id: strawberry.ID
    """The identifier in this network."""
    name: str
    """The name that patients see."""
    cnes: str
    """The number in the national register of health establishments."""
    cnpj: str
    """The company number; it may hold letters since July 2026."""
    city: str
    """The city."""
    uf: str
    """The state."""
    time_zone: str
    """The IANA time zone that its agenda is written in."""

    @strawberry.field
    async def resources(self, info: Info) -> list[ClinicResource]:
        """Its rooms and equipment, by name."""
        rows = await info.context.loaders.clinic_resources.load(self.id)
        return [ClinicResource.of(row) for row in rows or []]

    @classmethod
    def of(cls, row: models.Clinic) -> Self:
        """The stored clinic, shown."""
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            cnes=row.cnes,
            cnpj=row.cnpj,
            city=row.city,
            uf=row.uf,
            time_zone=row.time_zone,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """The clinic with this id; null where there is none."""
        row = await info.context.loaders.clinics.load(id)
        return cls.of(row) if row else None


@strawberry.federation.type(keys=["id"])
class HealthcareService:
    """Something that can be booked: a consultation, an exam."""

    id: strawberry.ID
    """The identifier in this network."""
    name: str
    """The name that patients see."""
    tuss_code: str
    """The procedure's code in TUSS table 22, by which plans pay it."""
    duration_minutes: int
    """How long a slot lasts."""
    buffer_minutes: int
    """How long the practitioner is kept free after it."""
    room_kind: str | None
    """The kind of room that a visit needs; null where any place will do."""
    equipment_kind: str | None
    """The kind of equipment that a visit needs; null where none is needed."""

    @classmethod
    def of(cls, row: models.HealthcareService) -> Self:
        """The stored service, shown."""
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            tuss_code=row.tuss_code,
            duration_minutes=row.duration_minutes,
            buffer_minutes=row.buffer_minutes,
            room_kind=row.room_kind,
            equipment_kind=row.equipment_kind,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """The service with this id; null where there is none."""
        row = await info.context.loaders.services.load(id)
        return cls.of(row) if row else None


@strawberry.type(name="WeeklyAvailability")
class Availability:
    """When a practitioner sees patients at a clinic, week by week, by the clinic's clock."""

    id: strawberry.ID
    """The identifier in this network."""
    weekday: int
    """1 is Monday, 7 Sunday."""
    opens: time
    """From when."""
    closes: time
    """Until when; 00:00 is the end of the day."""
    valid_from: date
    """The first day on which it holds."""
    valid_until: date | None
    """The last day on which it holds; null while no end is known."""
    capacity: int
    """How many patients have the same slot."""

    @classmethod
    def of(cls, row: models.Availability) -> Self:
        """The stored availability, shown."""
        return cls(
            id=strawberry.ID(row.id),
            weekday=row.weekday,
            opens=row.opens,
            closes=row.closes,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            capacity=row.capacity,
        )


@strawberry.type(name="AgendaClosure")
class Closure:
    """A time in which a clinic, or one practitioner in it, is not available."""

    id: strawberry.ID
    """The identifier in this network."""
    first_day: date
    """The first day, by the clinic's calendar."""
    from_time: time
    """On the first day, from when."""
    last_day: date
    """The last day."""
    until_time: time
    """On the last day, until when; 00:00 is the end of the day."""
    reason: str
    """Why."""

    @classmethod
    def of(cls, row: models.Closure) -> Self:
        """The stored closure, shown."""
        return cls(
            id=strawberry.ID(row.id),
            first_day=row.starts.date(),
            from_time=row.starts.time(),
            last_day=(row.ends - timedelta(microseconds=1)).date(),
            until_time=row.ends.time(),
            reason=row.reason,
        )


@strawberry.type
class ClosedYear:
    """When a whole clinic is closed in a year."""

    closures: list[Closure]
    """The closures, in order."""
