"""What was written down of a visit, as far as its states depend on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Care:
    """What the records service said of a visit at one moment."""

    encounter_open: bool
    something_signed: bool


UNKNOWN_CARE = Care(encounter_open=False, something_signed=False)
"""Where nobody asked: nothing is taken for granted."""
