"""Who makes a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or a service, as a verified token tells; ``id`` is the token's subject.

    ``practitioner_id`` and ``patient_id`` say whose account it is, where it is one's.
    """

    id: str
    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    practitioner_id: str | None = None
    patient_id: str | None = None
    authenticated: bool = True
    unrestricted: bool = False
    """Whether no requirement holds for it: somebody without a token who explores in development."""


ANONYMOUS = Actor("anonymous", authenticated=False)
"""Somebody without a token: sees what is public."""

EXPLORER = Actor("anonymous", authenticated=False, unrestricted=True)
"""Somebody without a token where ``AUTHENTICATION=optional``: is let in everywhere."""
