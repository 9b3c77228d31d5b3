"""Draws that are the same each time: a source of chance by name, ids, a permutation of numbers."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TypeVar
from uuid import UUID

ChoiceT = TypeVar("ChoiceT")


def chance(seed: int, *names: object) -> Random:
    """A source of chance of its own for each name, so that one more draw here moves none there."""
    return Random("/".join(map(str, (seed, *names))))


def pick(random: Random, weighted: Sequence[tuple[ChoiceT, float]]) -> ChoiceT:
    """One of the choices, by weight."""
    choices, weights = zip(*weighted, strict=True)
    chosen: ChoiceT = random.choices(choices, weights)[0]
    return chosen


def seeded_id(seed: int, kind: str, number: int, moment: datetime) -> str:
    """A UUIDv7 of a moment (RFC 9562, section 5.7) whose random part follows from the rest."""
    digest = hashlib.blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=10).digest()
    drawn = int.from_bytes(digest, "big")
    milliseconds = int(moment.timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | ((drawn >> 62 & 0xFFF) << 64)
    return str(UUID(int=value | (0b10 << 62) | (drawn & (1 << 62) - 1)))


class Permutation:
    """Each number below ``size`` once, in an order that looks like chance, without a list of them.

    A Feistel network over the next even power of two, walked until it lands below ``size``
    (Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
    """

    ROUNDS = 4

    def __init__(self, seed: int, name: str, size: int) -> None:
        self._key = f"{seed}/{name}".encode()
        self._size = size
        self._half = (size.bit_length() + 1) // 2
        self._mask = (1 << self._half) - 1

    def __getitem__(self, number: int) -> int:
        if not 0 <= number < self._size:
            raise IndexError(number)
        value = self._once(number)
        while value >= self._size:
            value = self._once(value)
        return value

    def _once(self, value: int) -> int:
        left, right = value >> self._half, value & self._mask
        for number in range(self.ROUNDS):
            left, right = right, left ^ self._round(number, right)
        return left << self._half | right

    def _round(self, number: int, value: int) -> int:
        text = b"%d/%d" % (number, value)
        digest = hashlib.blake2b(text, key=self._key[:64], digest_size=8).digest()
        return int.from_bytes(digest, "big") & self._mask
