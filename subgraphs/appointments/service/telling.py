"""Telling the other services what became of an appointment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.events import event_type
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.models import OUTBOX, Appointment
from subgraphs.appointments.repository import catalogue
from subgraphs.kit.database import Session
from subgraphs.kit.events.event import Fact


async def tell(
    session: Session,
    visit: Appointment,
    before: str | None,
    now: datetime,
    rescheduled_to: str | None = None,
) -> None:
    """Record the event of a change that is written already, where there is one."""
    origin = AppointmentStatus(before) if before else None
    type_ = event_type(
        origin, AppointmentStatus(visit.status), rescheduled=rescheduled_to is not None
    )
    if type_ is None:
        return
    clinic, service = await catalogue.place_and_service(session, visit.clinic_id, visit.service_id)
    payload = {
        "status": visit.status,
        "kind": visit.kind,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "serviceDay": visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)).date().isoformat(),
        "patientId": visit.patient_id,
        "practitionerId": visit.practitioner_id,
        "clinicId": visit.clinic_id,
        "serviceId": visit.service_id,
        "tussCode": service.tuss_code,
        "coverageId": visit.coverage_id,
        "returnOfId": visit.return_of_id,
        "rescheduledFromId": visit.rescheduled_from_id,
        "rescheduledToId": rescheduled_to,
        "overbooked": visit.lane != REGULAR_LANE,
        "cancelledBy": visit.cancelled_by,
        "lateCancellation": visit.late_cancellation,
    }
    fact = Fact(type_, "Appointment", visit.id, visit.version, payload)
    await OUTBOX.record(session, fact, now)
