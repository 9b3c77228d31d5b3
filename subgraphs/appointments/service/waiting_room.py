"""The waiting room of a clinic: who has arrived, in the order in which they are called."""

from datetime import datetime
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.waiting_room import ArrivalPriority, call_order
from subgraphs.appointments.domain.wall_clock import day_bounds
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository import appointments, catalogue
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound


async def waiting_room(session: Session, clinic_id: str, now: datetime) -> list[Appointment]:
    """Whoever arrived today, by the clinic's calendar, and waits: the next to be called first.

    Raises:
        NotFound: no such clinic.
    """
    clinic = (await catalogue.clinics(session, [clinic_id])).get(clinic_id)
    if clinic is None:
        raise NotFound("Unidade não encontrada.", path=["clinicId"])
    zone = ZoneInfo(clinic.time_zone)
    today, _ = day_bounds(now.astimezone(zone).date(), zone)
    waiting = await appointments.waiting(session, clinic_id, today)
    return sorted(waiting, key=_order)


def _order(appointment: Appointment) -> tuple[int, datetime, str]:
    assert appointment.arrived_at is not None
    priority = ArrivalPriority(appointment.priority or ArrivalPriority.NONE)
    return call_order(priority, appointment.arrived_at, appointment.id)
