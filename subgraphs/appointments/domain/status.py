"""The life of an appointment: its states (FHIR R4 codes) and the only edges between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class AppointmentStatus(StrEnum):
    """Where an appointment stands, by the codes of FHIR R4 plus IN_PROGRESS."""

    PROPOSED = "PROPOSED"
    """Suggested, with no time taken yet."""
    WAITLIST = "WAITLIST"
    """Waiting for a time to become free."""
    PENDING = "PENDING"
    """A slot that is held for some minutes until it is confirmed."""
    BOOKED = "BOOKED"
    """Confirmed."""
    ARRIVED = "ARRIVED"
    """The patient is here."""
    CHECKED_IN = "CHECKED_IN"
    """The papers are done, and the patient waits to be called."""
    IN_PROGRESS = "IN_PROGRESS"
    """The patient is with the practitioner."""
    FULFILLED = "FULFILLED"
    """It took place."""
    NO_SHOW = "NO_SHOW"
    """The patient did not come within the tolerance."""
    CANCELLED = "CANCELLED"
    """It was called off, moved to another time, or a hold that ran out."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """It should never have been written."""


_S = AppointmentStatus

TERMINAL = frozenset({_S.FULFILLED, _S.CANCELLED, _S.ENTERED_IN_ERROR})
"""States that nothing leaves. NO_SHOW joins them when its day ends (see `transition`)."""

OCCUPYING = frozenset(
    {_S.PENDING, _S.BOOKED, _S.ARRIVED, _S.CHECKED_IN, _S.IN_PROGRESS, _S.FULFILLED}
)
"""States in which the time belongs to the appointment; the database lets none of these overlap."""

CANCELLABLE = frozenset({_S.PENDING, _S.BOOKED, _S.ARRIVED})
"""A hold given back, a visit called off, a patient who left without being seen."""

EDGES: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = MappingProxyType(
    {
        _S.PROPOSED: frozenset({_S.PENDING, _S.ENTERED_IN_ERROR}),
        _S.WAITLIST: frozenset({_S.PENDING, _S.ENTERED_IN_ERROR}),
        _S.PENDING: frozenset({_S.BOOKED, _S.CANCELLED, _S.ENTERED_IN_ERROR}),
        _S.BOOKED: frozenset({_S.ARRIVED, _S.NO_SHOW, _S.CANCELLED, _S.ENTERED_IN_ERROR}),
        _S.ARRIVED: frozenset({_S.CHECKED_IN, _S.CANCELLED, _S.ENTERED_IN_ERROR}),
        _S.CHECKED_IN: frozenset({_S.IN_PROGRESS, _S.ENTERED_IN_ERROR}),
        _S.IN_PROGRESS: frozenset({_S.FULFILLED, _S.ENTERED_IN_ERROR}),
        _S.NO_SHOW: frozenset({_S.ARRIVED, _S.ENTERED_IN_ERROR}),
        _S.FULFILLED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.ENTERED_IN_ERROR: frozenset(),
    }
)


def is_edge(origin: AppointmentStatus, target: AppointmentStatus) -> bool:
    """Whether the state machine has an edge from `origin` to `target`."""
    return target in EDGES[origin]
