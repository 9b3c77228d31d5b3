"""Whom a record is of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a registration stands for, and all registrations that do."""

    id: str
    registrations: tuple[str, ...]
