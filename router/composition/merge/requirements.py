"""What a caller must have to read an element: @authenticated, @requiresScopes, @policy as data.

Scopes and policies are alternatives of conjunctions, `[["a", "b"], ["c"]]` is (a and b) or c.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql import ConstDirectiveNode, ConstValueNode

from router.composition.merge.argument_strategies import (
    alternatives,
    alternatives_text,
    joined_alternatives,
)
from router.supergraph.links import linked_directive_name
from router.supergraph.nodes import directive_node

Alternatives = frozenset[frozenset[str]]
ANYTHING: Alternatives = frozenset({frozenset()})


@dataclass(frozen=True, slots=True)
class Requirements:
    """Requirements; `ANYTHING` is what asks for nothing."""

    authenticated: bool = False
    scopes: Alternatives = ANYTHING
    policies: Alternatives = ANYTHING

    def __and__(self, other: Requirements) -> Requirements:
        return Requirements(
            self.authenticated or other.authenticated,
            frozenset(joined_alternatives([self.scopes, other.scopes])),
            frozenset(joined_alternatives([self.policies, other.policies])),
        )

    def cover(self, needed: Requirements) -> bool:
        """Tell whether whoever meets these meets the others too."""
        return (
            (self.authenticated or not needed.authenticated)
            and _implies(self.scopes, needed.scopes)
            and _implies(self.policies, needed.policies)
        )


NOTHING = Requirements()


def _implies(own: Alternatives, needed: Alternatives) -> bool:
    return all(any(small <= large for small in needed) for large in own)


def all_of(requirements: Iterable[Requirements]) -> Requirements:
    """Ask for everything that each asks for."""
    total = NOTHING
    for one in requirements:
        total = total & one
    return total


@dataclass(frozen=True, slots=True)
class RequirementReader:
    """Reads and writes requirements under the names that their directives have in a supergraph."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, links: Sequence[ConstDirectiveNode]) -> RequirementReader:
        """Take the names from a supergraph's links."""
        features = ("authenticated", "requiresScopes", "policy")
        found = {feature: linked_directive_name(links, feature) for feature in features}
        return cls({feature: name for feature, name in found.items() if name is not None})

    def read(self, directives: Iterable[ConstDirectiveNode]) -> Requirements:
        """Read the requirements of an element."""
        total = NOTHING
        for node in directives:
            name = node.name.value
            values = [argument.value for argument in node.arguments or ()]
            if name == self.names.get("authenticated"):
                total = total & Requirements(authenticated=True)
            elif name == self.names.get("requiresScopes"):
                total = total & Requirements(scopes=_alternatives(values))
            elif name == self.names.get("policy"):
                total = total & Requirements(policies=_alternatives(values))
        return total

    def write(self, requirements: Requirements) -> tuple[ConstDirectiveNode, ...]:
        """Write requirements as directives."""
        nodes = []
        if requirements.authenticated:
            nodes.append(directive_node(f"@{self.names['authenticated']}"))
        if requirements.scopes != ANYTHING:
            text = alternatives_text(requirements.scopes)
            nodes.append(directive_node(f"@{self.names['requiresScopes']}(scopes: {text})"))
        if requirements.policies != ANYTHING:
            text = alternatives_text(requirements.policies)
            nodes.append(directive_node(f"@{self.names['policy']}(policies: {text})"))
        return tuple(nodes)


def _alternatives(values: Sequence[ConstValueNode]) -> Alternatives:
    return frozenset(alternatives(values[0])) if values else ANYTHING
