"""Kinds of visit, and when a return visit (retorno) is one.

CFM resolution 1.958/2010: the return is part of the first visit's act, with the same
physician, for the same problem, within the window that the physician sets.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.appointments.domain.status import AppointmentStatus


class VisitKind(StrEnum):
    """What a visit is for; a return visit has no fee."""

    FIRST = "FIRST"
    """The first visit for a problem."""
    FOLLOW_UP = "FOLLOW_UP"
    """A further visit for a known problem."""
    RETURN = "RETURN"
    """A visit within the physician's window for the same problem, without a fee."""
    TELEHEALTH = "TELEHEALTH"
    """A visit from afar (CFM resolution 2.314/2022)."""
    WALK_IN = "WALK_IN"
    """A visit without a booking."""


@dataclass(frozen=True, slots=True)
class SourceVisit:
    """The visit that a return goes back to."""

    patient_id: str
    practitioner_id: str
    status: AppointmentStatus
    kind: VisitKind
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnVisit:
    """The return that someone wishes to book."""

    patient_id: str
    practitioner_id: str
    starts_at: datetime
    window_days: int | None
    """The practitioner's window; None where the practitioner grants no return."""


def return_refusal(source: SourceVisit | None, visit: ReturnVisit) -> str | None:
    """Why `visit` is no return to `source`, in words for a person; None where it is one."""
    if source is None or source.patient_id != visit.patient_id:
        return "O retorno precisa indicar uma consulta anterior do mesmo paciente."
    if source.status is not AppointmentStatus.FULFILLED:
        return "Só uma consulta realizada dá direito a retorno."
    if source.kind is VisitKind.RETURN:
        return "Um retorno não dá direito a outro retorno."
    if source.practitioner_id != visit.practitioner_id:
        return "O retorno é com o mesmo profissional."
    if visit.window_days is None:
        return "Este profissional não oferece retorno."
    limit = source.starts_at + timedelta(days=visit.window_days)
    if not source.starts_at < visit.starts_at <= limit:
        return f"O prazo de retorno é de {visit.window_days} dias."
    return None
