"""What the mutations on who works where and when take. Every one has its idempotency key."""

from datetime import date, time
from uuid import UUID

import strawberry

from subgraphs.appointments.domain.clinic_resource import ResourceCategory


@strawberry.input
class CouncilInput:
    """A registration with a professional council, as in "CRM 123456/SP"."""

    body: str
    """The council's initials: CRM, COREN, CRP, …"""
    number: str
    """The number, with or without punctuation."""
    uf: str
    """The state that issued it."""


@strawberry.input
class RegisterPractitionerInput:
    """A health professional."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    name: str
    """The name that patients see."""
    council: CouncilInput
    """The council registration."""
    cbo: str
    """The occupation's code in the Classificação Brasileira de Ocupações."""
    specialties: list[str] = strawberry.field(default_factory=list)
    """The specialties practised."""
    rqe: list[str] = strawberry.field(default_factory=list)
    """Registered specialist qualifications."""
    return_window_days: int | None = None
    """Days within which a return visit has no fee; none if left out."""
    service_ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The services offered."""
    active_from: date | None = None
    """The first day on which patients are seen; without bound if left out."""
    active_until: date | None = None
    """The last day on which patients are seen; open-ended if left out."""


@strawberry.input(name="SetPractitionerActivePeriodInput")
class ActivePeriodInput:
    """From when to when a practitioner sees patients."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    practitioner_id: strawberry.ID
    """Who."""
    active_from: date | None = None
    """The first day; without bound if left out."""
    active_until: date | None = None
    """The last day; open-ended if left out."""


@strawberry.input
class RegisterClinicInput:
    """A unit of the network."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    name: str
    """The name that patients see."""
    cnes: str
    """The number in the national register of health establishments."""
    cnpj: str
    """The company number, with or without punctuation."""
    city: str
    """The city."""
    uf: str
    """The state."""
    time_zone: str
    """The IANA time zone of its clock, like America/Sao_Paulo."""


@strawberry.input
class RegisterServiceInput:
    """Something that can be booked."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    name: str
    """The name that patients see."""
    tuss_code: str
    """The procedure's code in TUSS table 22."""
    duration_minutes: int
    """How long a slot lasts: 5 to 720 minutes."""
    buffer_minutes: int = 0
    """How long the practitioner is kept free after it: at most 120 minutes."""
    room_kind: str | None = None
    """The kind of room that a visit needs; any place will do if left out."""
    equipment_kind: str | None = None
    """The kind of equipment that a visit needs; none if left out."""


@strawberry.input(name="RegisterClinicResourceInput")
class RegisterResourceInput:
    """A room of a clinic, or a piece of its equipment."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    clinic_id: strawberry.ID
    """Where it is."""
    category: ResourceCategory
    """A room or equipment."""
    kind: str
    """What kind it is, by the code that services ask for, like ULTRASOUND."""
    name: str
    """What people at the clinic call it; no other there is called so."""


@strawberry.input
class OpenAgendaInput:
    """When a practitioner sees patients at a clinic, week by week, by the clinic's clock."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    practitioner_id: strawberry.ID
    """Who."""
    clinic_id: strawberry.ID
    """Where."""
    weekday: int
    """1 is Monday, 7 Sunday."""
    opens: time
    """From when."""
    closes: time
    """Until when; 00:00 is the end of the day."""
    valid_from: date
    """The first day on which it holds."""
    valid_until: date | None = None
    """The last day on which it holds; open-ended if left out."""
    capacity: int = 1
    """How many patients have the same slot, as in a group session: 1 to 50."""


@strawberry.input
class EndAgendaInput:
    """A weekly availability that ends."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The availability."""
    last_day: date
    """The last day on which it holds."""


@strawberry.input
class CloseAgendaInput:
    """A time in which a clinic, or one practitioner in it, is not available."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    clinic_id: strawberry.ID
    """Where."""
    first_day: date
    """The first day, by the clinic's calendar."""
    last_day: date
    """The last day."""
    from_time: time = time()
    """On the first day, from when; from its beginning if left out."""
    until_time: time = time()
    """On the last day, until when; 00:00 is the end of the day."""
    reason: str
    """Why: a holiday, a leave."""
    practitioner_id: strawberry.ID | None = None
    """Who; the whole clinic if left out."""


@strawberry.input
class CloseOnHolidaysInput:
    """A clinic that closes on public holidays."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    clinic_id: strawberry.ID
    """The clinic."""
    year: int
    """The year."""
