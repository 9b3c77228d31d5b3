"""When an edge of the state machine may be taken: the guards, most of which look at the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.care import UNKNOWN_CARE, Care
from subgraphs.appointments.domain.status import AppointmentStatus, is_edge

NO_SHOW_TOLERANCE = timedelta(minutes=15)
"""House rule: a patient is awaited this long after the start."""

HOLD_LASTS = timedelta(minutes=10)
"""House rule: a slot is kept this long for someone who has not confirmed yet."""

FREE_CANCELLATION_NOTICE = timedelta(hours=24)
"""House rule: calling off is free until this long before the start, that instant included."""

_S = AppointmentStatus


class CancelledBy(StrEnum):
    """Who called a visit off."""

    PATIENT = "PATIENT"
    """The patient, or who speaks for the patient."""
    CLINIC = "CLINIC"
    """The clinic or the practitioner."""
    SYSTEM = "SYSTEM"
    """Nobody: a hold ran out."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the guards need to know of an appointment."""

    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    hold_until: datetime | None = None
    care: Care = UNKNOWN_CARE

    def local_day(self) -> date:
        """The day of the visit on the clinic's calendar."""
        return self.starts_at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edge may not be taken: a stable code, and words for a person."""

    code: str
    message: str


def is_late_cancellation(starts_at: datetime, cancelled_at: datetime) -> bool:
    """Whether calling off at `cancelled_at` breaks the 24 h rule."""
    return starts_at - cancelled_at < FREE_CANCELLATION_NOTICE


def hold_expired(hold_until: datetime | None, now: datetime) -> bool:
    """Whether a hold has run out. The instant itself is already too late."""
    return hold_until is not None and hold_until <= now


def refusal(
    visit: Visit, target: AppointmentStatus, now: datetime, reason: str | None = None
) -> Refusal | None:
    """Say why `visit` may not move to `target` at `now`, or None where it may."""
    if not is_edge(visit.status, target):
        return Refusal(
            "TRANSITION_NOT_ALLOWED",
            f"Uma consulta em {visit.status} não pode passar para {target}.",
        )
    if visit.status is _S.NO_SHOW and now.astimezone(visit.zone).date() > visit.local_day():
        return Refusal("NO_SHOW_IS_FINAL", "A falta só pode ser revertida no próprio dia.")
    if target in _NEEDS_REASON and not (reason or "").strip():
        return Refusal("REASON_REQUIRED", "Informe o motivo.")
    guard = _GUARDS.get(target)
    return guard(visit, now, reason) if guard else None


_NEEDS_REASON = frozenset({_S.CANCELLED, _S.ENTERED_IN_ERROR})


def _booked(visit: Visit, now: datetime, _reason: str | None) -> Refusal | None:
    if hold_expired(visit.hold_until, now):
        return Refusal("HOLD_EXPIRED", "A reserva expirou; escolha o horário de novo.")
    return None


def _arrived(visit: Visit, now: datetime, _reason: str | None) -> Refusal | None:
    if now.astimezone(visit.zone).date() != visit.local_day():
        return Refusal("NOT_THE_DAY", "A chegada só é registrada no dia da consulta.")
    return None


def _no_show(visit: Visit, now: datetime, _reason: str | None) -> Refusal | None:
    if now <= visit.starts_at + NO_SHOW_TOLERANCE:
        return Refusal("WITHIN_TOLERANCE", "O paciente ainda está nos 15 minutos de tolerância.")
    return None


def _in_progress(visit: Visit, _now: datetime, _reason: str | None) -> Refusal | None:
    if not visit.care.encounter_open:
        return Refusal("NO_OPEN_ENCOUNTER", "Abra o atendimento no prontuário antes de começar.")
    return None


def _fulfilled(visit: Visit, now: datetime, reason: str | None) -> Refusal | None:
    if visit.starts_at > now:
        return Refusal("STARTS_IN_FUTURE", "A consulta ainda não começou.")
    if not visit.care.something_signed and not (reason or "").strip():
        return Refusal(
            "NOTHING_SIGNED", "Assine a evolução, ou informe por que a consulta fica sem registro."
        )
    return None


_Guard = Callable[[Visit, datetime, str | None], Refusal | None]

_GUARDS: Mapping[AppointmentStatus, _Guard] = MappingProxyType(
    {
        _S.BOOKED: _booked,
        _S.ARRIVED: _arrived,
        _S.IN_PROGRESS: _in_progress,
        _S.NO_SHOW: _no_show,
        _S.FULFILLED: _fulfilled,
    }
)

ASKS_RECORDS = frozenset({_S.IN_PROGRESS, _S.FULFILLED})
"""Where a visit moves only with what the records service knows."""
