"""What the schema demands of who asks: ``@authenticated``, ``@requiresScopes``, ``@policy``.

``@inaccessible`` demands something too: that the router or another service asks.

The federation directives are the one declaration: the router reads them in the supergraph, and
here they are read from the Strawberry definitions that the same SDL is printed from.
https://www.apollographql.com/docs/graphos/reference/federation/directives#authenticated
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from strawberry.federation.schema_directives import (
    Authenticated,
    Inaccessible,
    Policy,
    RequiresScopes,
)

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.roles import INTERNAL

Alternatives = tuple[frozenset[str], ...]
"""Groups of names: one group must hold, and a group holds where each of its names does."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Everything in it must hold."""

    authenticated: bool = False
    scopes: tuple[Alternatives, ...] = ()
    policies: tuple[Alternatives, ...] = ()
    hidden: bool = False
    """Whether no client ever sees it (``@inaccessible``): not even who explores in development."""

    def __bool__(self) -> bool:
        return self != NOTHING

    def __and__(self, other: Requirement) -> Requirement:
        return Requirement(
            self.authenticated or other.authenticated,
            _once(self.scopes + other.scopes),
            _once(self.policies + other.policies),
            self.hidden or other.hidden,
        )

    @property
    def by_token(self) -> Requirement:
        """The part that the token alone decides."""
        return Requirement(self.authenticated, self.scopes, hidden=self.hidden)

    @property
    def policy_names(self) -> frozenset[str]:
        """Every policy that it names."""
        return frozenset(name for groups in self.policies for group in groups for name in group)

    def refuses(self, actor: Actor) -> bool:
        """Whether the token of ``actor`` is not enough; policies are another matter."""
        if self.hidden and INTERNAL not in actor.scopes:
            return True
        if actor.unrestricted:
            return False
        if self.authenticated and not actor.authenticated:
            return True
        return any(not any(group <= actor.scopes for group in groups) for groups in self.scopes)

    def refuses_outsiders(self, actor: Actor) -> bool:
        """Whether ``actor`` is neither the router nor a service, and only those may ask."""
        return INTERNAL not in actor.scopes and (self.hidden or _FOR_SERVICES in self.scopes)


NOTHING = Requirement()
_FOR_SERVICES: Alternatives = (frozenset({INTERNAL}),)
FROM_ROUTER = Requirement(scopes=(_FOR_SERVICES,))
"""What ``_entities`` demands: that the router asks, or another service."""


def _once(parts: tuple[Alternatives, ...]) -> tuple[Alternatives, ...]:
    return tuple(dict.fromkeys(parts))


def declared_by(definition: Any) -> Requirement:
    """What the directives of a Strawberry type, field, enum or scalar demand."""
    directives = list(getattr(definition, "directives", None) or ())
    return Requirement(
        authenticated=any(isinstance(directive, Authenticated) for directive in directives),
        scopes=tuple(_scopes(directives)),
        policies=tuple(_policies(directives)),
        hidden=any(isinstance(directive, Inaccessible) for directive in directives),
    )


def _scopes(directives: Iterable[object]) -> Iterator[Alternatives]:
    for directive in directives:
        if isinstance(directive, RequiresScopes):
            yield tuple(frozenset(group) for group in directive.scopes)


def _policies(directives: Iterable[object]) -> Iterator[Alternatives]:
    for directive in directives:
        if isinstance(directive, Policy):
            yield tuple(frozenset(group) for group in directive.policies)
