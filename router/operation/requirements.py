"""What a supergraph demands of who reads it: `@authenticated`, `@requiresScopes`, `@policy`.

Sources: https://specs.apollo.dev/authenticated/v0.1, https://specs.apollo.dev/requiresScopes/v0.1
and https://specs.apollo.dev/policy/v0.1. Composition has joined already what several subgraphs
demand, and has put on interfaces what their implementations demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graphql import ConstDirectiveNode, value_from_ast_untyped

from router.supergraph.links import linked_directive_name
from router.supergraph.model import InterfaceType, ObjectType, Supergraph

Kind = Literal["authenticated", "requiresScopes", "policy"]
KINDS: tuple[Kind, ...] = ("authenticated", "requiresScopes", "policy")
_ARGUMENTS = {"requiresScopes": "scopes", "policy": "policies"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One applied directive. `any_of` are sets of scopes or policies: all of one set must hold."""

    kind: Kind
    any_of: tuple[frozenset[str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All scopes or policies that are named."""
        return frozenset[str]().union(*self.any_of)


@dataclass(frozen=True, slots=True)
class Granted:
    """What holds for a request."""

    is_authenticated: bool = False
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()

    def meets(self, requirement: Requirement) -> bool:
        """Whether a requirement holds."""
        if requirement.kind == "authenticated":
            return self.is_authenticated
        held = self.scopes if requirement.kind == "requiresScopes" else self.policies
        return any(names <= held for names in requirement.any_of)


Demands = frozenset[Requirement]
"""Requirements that must hold together."""

_NONE: Demands = frozenset()


class Requirements:
    """The demands of a supergraph, of these kinds of directives."""

    def __init__(self, supergraph: Supergraph, kinds: Sequence[Kind] = KINDS) -> None:
        self._types: dict[str, Demands] = {}
        self._fields: dict[tuple[str, str], Demands] = {}
        names = {linked_directive_name(supergraph.links, kind): kind for kind in kinds}
        for named in supergraph.types.values():
            self._types[named.name] = frozenset(_read(named.directives, names))
        for named in supergraph.types.values():
            if isinstance(named, ObjectType | InterfaceType):
                for field in named.fields.values():
                    own = frozenset(_read(field.directives, names))
                    demands = own | self._types.get(field.type.name, _NONE)
                    self._fields[named.name, field.name] = demands

    def __bool__(self) -> bool:
        return any(self._types.values()) or any(self._fields.values())

    def of(self, parent_type: str, concrete: str, name: str) -> Demands:
        """The demands of a field that is selected on a type, for objects of a concrete type.

        Those of either type, of the field on either, and of the type that the field shows. A
        type's name is no secret: `__typename` demands nothing.
        """
        if name.startswith("__"):
            return _NONE
        demands = _NONE
        for owner in {parent_type, concrete}:
            demands |= self._types.get(owner, _NONE) | self._fields.get((owner, name), _NONE)
        return demands


def _read(
    directives: Sequence[ConstDirectiveNode], names: Mapping[str | None, Kind]
) -> Iterator[Requirement]:
    for node in directives:
        kind = names.get(node.name.value)
        if kind is None:
            continue
        argument = _ARGUMENTS.get(kind)
        values = [
            value_from_ast_untyped(each.value)
            for each in node.arguments or ()
            if each.name.value == argument
        ]
        yield Requirement(kind, tuple(_set(one) for value in values for one in _list(value)))


def _list(value: Any) -> list[Any]:
    # GraphQL specification, "List", "Input Coercion": one value stands for a list of it.
    return value if isinstance(value, list) else [value]


def _set(value: Any) -> frozenset[str]:
    return frozenset(str(each) for each in _list(value))
