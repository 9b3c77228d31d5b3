"""A member's card: what its seventeen digits say, and how to make one."""

import hashlib
from dataclasses import dataclass

from stdnum import luhn

INSURERS: dict[str, str] = {
    "000101": "Vida Plena Saúde",
    "000202": "Horizonte Saúde",
    "000303": "Aurora Assistência Médica",
    "000404": "Bem Viver Saúde",
    "000505": "Serra Azul Saúde",
    "000606": "Mar Aberto Saúde",
}
"""The insurers that this service plays, by ANS registry. All are invented, registries too."""

SCENARIO_MEMBERS = 90_000_000
"""Member numbers from here on are no persons: the last two digits name a failure to play."""


@dataclass(frozen=True, slots=True)
class Card:
    """Registry (6 digits), product (2), member (8), and a Luhn check digit."""

    ans_registry: str
    product: str
    member: int

    @property
    def number(self) -> str:
        """The seventeen digits."""
        payload = f"{self.ans_registry}{self.product}{self.member:08d}"
        return payload + luhn.calc_check_digit(payload)

    @property
    def scenario(self) -> int | None:
        """The failure that this card always meets, or None for an ordinary member."""
        if self.member < SCENARIO_MEMBERS:
            return None
        return self.member % 100

    def draw(self, seed: str, subject: str, sides: int) -> int:
        """A number below `sides` that is always the same for this card and subject."""
        return draw(seed, f"{self.number}/{subject}", sides)


def draw(seed: str, subject: str, sides: int) -> int:
    """A number below `sides` that is always the same for this subject."""
    digest = hashlib.blake2b(f"{seed}/{subject}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % sides


def read_card(text: str) -> Card | None:
    """Read a card number, spaces and punctuation ignored; None where it is not one of ours."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    if len(digits) != 17 or not luhn.is_valid(digits):
        return None
    return Card(ans_registry=digits[:6], product=digits[6:8], member=int(digits[8:16]))
