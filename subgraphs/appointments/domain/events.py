"""What the other services are told of an appointment: who, when, where, and how it stands.

Never a reason in words: people write clinical things there.
"""

from subgraphs.appointments.domain.status import AppointmentStatus

_S = AppointmentStatus

_TYPES = {
    _S.BOOKED: "AppointmentBooked",
    _S.ARRIVED: "AppointmentArrived",
    _S.NO_SHOW: "AppointmentNoShow",
    _S.FULFILLED: "AppointmentFulfilled",
    _S.CANCELLED: "AppointmentCancelled",
    _S.ENTERED_IN_ERROR: "AppointmentEnteredInError",
}

_NEVER_TOLD = frozenset({_S.PROPOSED, _S.WAITLIST, _S.PENDING})
"""What comes from here to nothing was told to nobody."""


def event_type(
    before: AppointmentStatus | None, after: AppointmentStatus, *, rescheduled: bool = False
) -> str | None:
    """The event that a change of status is for others; None where they need not know."""
    ended = after in (_S.CANCELLED, _S.ENTERED_IN_ERROR)
    if ended and (before is None or before in _NEVER_TOLD):
        return None
    if rescheduled and after is _S.CANCELLED:
        return "AppointmentRescheduled"
    return _TYPES.get(after)
