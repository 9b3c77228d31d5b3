"""Overbooking (encaixe): a visit beside those that the agenda has room for, by permission."""

from collections.abc import Sequence

REGULAR_LANE = 0
"""Where visits are booked that have a slot."""

OVERBOOKING_LANES: Sequence[int] = (1, 2)
"""House rule: of one practitioner, two visits at most are squeezed in at one time."""
