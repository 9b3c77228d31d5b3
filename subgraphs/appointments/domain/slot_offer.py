"""A slot offer: a free slot shown to someone, as a token that only this service can have signed.

Nothing is stored when slots are shown. The token brings back what was offered; that the slot is
still free is for the database to decide at booking.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from subgraphs.kit.signing import InvalidToken, Signer

OFFER_VALIDITY = timedelta(minutes=15)

PURPOSE = "slot-offer"
"""What a `Signer` for offers is made for."""


class InvalidOffer(ValueError):
    """The token was not signed by this service, or was altered."""


class ExpiredOffer(ValueError):
    """The token was good, but too long ago."""


@dataclass(frozen=True, slots=True, order=True)
class SlotOffer:
    """One service, by one practitioner, at one clinic, in one stretch of time."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: str
    clinic_id: str
    service_id: str

    def to_values(self) -> list[str | int]:
        """The offer as JSON values; moments are whole seconds since 1970."""
        return [
            int(self.starts_at.timestamp()),
            int(self.ends_at.timestamp()),
            self.practitioner_id,
            self.clinic_id,
            self.service_id,
        ]

    @classmethod
    def from_values(cls, values: list[str | int]) -> "SlotOffer":
        """The offer that `to_values` wrote."""
        starts, ends, practitioner_id, clinic_id, service_id = values
        return cls(
            datetime.fromtimestamp(int(starts), UTC),
            datetime.fromtimestamp(int(ends), UTC),
            str(practitioner_id),
            str(clinic_id),
            str(service_id),
        )


def sign(offer: SlotOffer, expires_at: datetime, signer: Signer) -> str:
    """The token for `offer`, good until `expires_at` (whole seconds)."""
    return signer.sign([int(expires_at.timestamp()), offer.to_values()])


def read(token: str, now: datetime, signer: Signer) -> SlotOffer:
    """The offer that `token` carries.

    Raises:
        InvalidOffer: the signature is not ours.
        ExpiredOffer: its time is over at `now`.
    """
    try:
        expires, values = signer.read(token)
    except InvalidToken as error:
        raise InvalidOffer(str(error)) from error
    if datetime.fromtimestamp(expires, UTC) <= now:
        raise ExpiredOffer("the offer has expired")
    return SlotOffer.from_values(values)
