"""Who works where and when: registering practitioners, clinics, services, agendas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from subgraphs.appointments.domain.availability import Grid, WeeklyAvailability
from subgraphs.appointments.domain.errors import AlreadyRegistered
from subgraphs.appointments.domain.public_holidays import public_holidays
from subgraphs.appointments.domain.registrations import (
    Council,
    InvalidRegistration,
    parse_cbo,
    parse_cnes,
    parse_cnpj,
    parse_state,
    parse_tuss_code,
    parse_zone,
)
from subgraphs.appointments.models import (
    Availability,
    Clinic,
    Closure,
    HealthcareService,
    Practitioner,
    PractitionerService,
)
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.repository.catalogue import Duplicate
from subgraphs.appointments.service.active_period import ActivePeriod
from subgraphs.appointments.service.clinic_resources import kind_in
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class NewPractitioner:
    """A health professional to register."""

    name: str
    council: tuple[str, str, str]
    cbo: str
    specialties: Sequence[str]
    rqe: Sequence[str]
    return_window_days: int | None
    service_ids: Sequence[str]
    active: ActivePeriod


@dataclass(frozen=True, slots=True)
class NewClinic:
    """A unit of the network to register."""

    name: str
    cnes: str
    cnpj: str
    city: str
    uf: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class NewService:
    """Something to be booked."""

    name: str
    tuss_code: str
    grid: Grid
    room_kind: str | None = None
    equipment_kind: str | None = None


@dataclass(frozen=True, slots=True)
class NewClosure:
    """A time in which a clinic, or one practitioner in it, is not available."""

    clinic_id: str
    starts: datetime
    ends: datetime
    reason: str
    practitioner_id: str | None = None


async def register_practitioner(session: Session, new: NewPractitioner) -> Practitioner:
    """Register a health professional and the services they offer.

    Raises:
        InvalidInput: a registration number that cannot be.
        AlreadyRegistered: the council registration is somebody's.
        NotFound: a service that does not exist.
    """
    try:
        council, cbo = Council.parse(*new.council), parse_cbo(new.cbo)
    except InvalidRegistration as error:
        raise InvalidInput(str(error), path=["council"]) from error
    known = await catalogue.services(session, new.service_ids)
    if len(known) != len(set(new.service_ids)):
        raise NotFound("Serviço não encontrado.", path=["serviceIds"])
    practitioner = Practitioner(
        id=new_id(),
        name=_said(new.name, "name"),
        council_body=council.body,
        council_number=council.number,
        council_uf=council.uf,
        cbo=cbo,
        specialties=list(new.specialties),
        rqe=list(new.rqe),
        return_window_days=new.return_window_days,
        active_from=new.active.first_day,
        active_until=new.active.last_day,
    )
    offered = [
        PractitionerService(practitioner_id=practitioner.id, service_id=service_id)
        for service_id in known
    ]
    try:
        await catalogue.add(session, practitioner)
    except Duplicate as error:
        message = "Este registro de conselho já é de outro profissional."
        raise AlreadyRegistered(message, ["council"]) from error
    await catalogue.add(session, *offered)
    return practitioner


async def register_clinic(session: Session, new: NewClinic) -> Clinic:
    """Register a unit of the network.

    Raises:
        InvalidInput: a CNES, CNPJ, state or time zone that cannot be.
        AlreadyRegistered: the CNES is another clinic's.
    """
    try:
        clinic = Clinic(
            id=new_id(),
            name=_said(new.name, "name"),
            cnes=parse_cnes(new.cnes),
            cnpj=parse_cnpj(new.cnpj),
            city=_said(new.city, "city"),
            uf=parse_state(new.uf),
            time_zone=parse_zone(new.time_zone),
        )
    except InvalidRegistration as error:
        raise InvalidInput(str(error)) from error
    try:
        await catalogue.add(session, clinic)
    except Duplicate as error:
        raise AlreadyRegistered("Este CNES já é de outra unidade.", ["cnes"]) from error
    return clinic


async def register_service(session: Session, new: NewService) -> HealthcareService:
    """Add something that can be booked to the catalogue.

    Raises:
        InvalidInput: no TUSS code, or no code of a kind of room or equipment.
    """
    try:
        tuss_code = parse_tuss_code(new.tuss_code)
    except InvalidRegistration as error:
        raise InvalidInput(str(error), path=["tussCode"]) from error
    service = HealthcareService(
        id=new_id(),
        name=_said(new.name, "name"),
        tuss_code=tuss_code,
        duration_minutes=int(new.grid.duration.total_seconds() // 60),
        buffer_minutes=int(new.grid.buffer.total_seconds() // 60),
        room_kind=kind_in(new.room_kind, "roomKind") if new.room_kind else None,
        equipment_kind=kind_in(new.equipment_kind, "equipmentKind") if new.equipment_kind else None,
    )
    await catalogue.add(session, service)
    return service


async def open_agenda(
    session: Session, practitioner_id: str, clinic_id: str, rule: WeeklyAvailability
) -> Availability:
    """Say when a practitioner sees patients at a clinic, week by week.

    Raises:
        NotFound: no such practitioner or clinic.
    """
    await _check_there(session, practitioner_id, clinic_id)
    availability = Availability(
        id=new_id(),
        practitioner_id=practitioner_id,
        clinic_id=clinic_id,
        weekday=rule.weekday,
        opens=rule.opens,
        closes=rule.closes,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        capacity=rule.capacity,
    )
    await catalogue.add(session, availability)
    return availability


async def end_agenda(session: Session, availability_id: str, last_day: date) -> Availability:
    """Say on which day a weekly availability is in force for the last time.

    Visits booked after it stay booked; who ends an agenda moves or cancels them.

    Raises:
        NotFound: no such availability.
        InvalidInput: it would end before it began.
    """
    availability = await catalogue.availability(session, availability_id)
    if availability is None:
        raise NotFound("Horário de atendimento não encontrado.", path=["id"])
    if last_day < availability.valid_from:
        raise InvalidInput("A validade termina antes de começar.", path=["lastDay"])
    availability.valid_until = last_day
    return availability


async def close_agenda(session: Session, new: NewClosure) -> Closure:
    """Close a clinic, or one practitioner's agenda in it, for a time of the clinic's own clock.

    Raises:
        NotFound: no such clinic or practitioner.
        InvalidInput: it ends before it starts, or no reason is given.
    """
    await _check_there(session, new.practitioner_id, new.clinic_id)
    if new.ends <= new.starts:
        raise InvalidInput("O fim deve ser posterior ao início.", path=["ends"])
    closure = Closure(
        id=new_id(),
        clinic_id=new.clinic_id,
        practitioner_id=new.practitioner_id,
        starts=new.starts,
        ends=new.ends,
        reason=_said(new.reason, "reason"),
    )
    await catalogue.add(session, closure)
    return closure


async def close_on_holidays(session: Session, clinic_id: str, year: int) -> Clinic:
    """Close a clinic on the public holidays of its state in a year, each once.

    Raises:
        NotFound: no such clinic.
        InvalidInput: a year that nobody plans for.
    """
    clinic = (await catalogue.clinics(session, [clinic_id])).get(clinic_id)
    if clinic is None:
        raise NotFound("Unidade não encontrada.", path=["clinicId"])
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise InvalidInput(f"O ano vai de {EARLIEST_YEAR} a {LATEST_YEAR}.", path=["year"])
    closed = {closure.starts for closure in await closures_of_year(session, clinic_id, year)}
    for day, name in public_holidays(clinic.uf, year).items():
        starts = datetime.combine(day, time())
        if starts not in closed:
            ends = starts + timedelta(days=1)
            await catalogue.add(
                session,
                Closure(id=new_id(), clinic_id=clinic_id, starts=starts, ends=ends, reason=name),
            )
    return clinic


async def closures_of_year(session: Session, clinic_id: str, year: int) -> list[Closure]:
    """When the whole clinic is closed in a year, in order."""
    starts = datetime.combine(date(year, 1, 1), time())
    ends = datetime.combine(date(year + 1, 1, 1), time())
    found = await catalogue.closures(session, [clinic_id], starts, ends)
    return sorted(
        (closure for closure in found if closure.practitioner_id is None),
        key=lambda closure: closure.starts,
    )


async def _check_there(session: Session, practitioner_id: str | None, clinic_id: str) -> None:
    if not await catalogue.clinics(session, [clinic_id]):
        raise NotFound("Unidade não encontrada.", path=["clinicId"])
    if practitioner_id and not await catalogue.practitioners(session, [practitioner_id]):
        raise NotFound("Profissional não encontrado.", path=["practitionerId"])


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise InvalidInput("Este campo não pode ficar em branco.", path=[field])
    return text.strip()
