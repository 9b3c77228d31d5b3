"""What every step of merging works on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.subgraph_schema import (
    Element,
    FieldDefinition,
    Kind,
    SubgraphSchema,
    TypeDefinition,
)
from router.supergraph.model import GraphId
from router.supergraph.type_reference import TypeReference


@dataclass(frozen=True, slots=True)
class Merging:
    """The subgraphs in the order of their names, and what follows from all of them together.

    `definitions` holds each type's definitions, `kinds` its kind in the supergraph (an interface
    object is an interface), `interfaces` all interfaces that any subgraph says it implements, and
    `supertypes` those and the unions it is a member of.
    """

    subgraphs: tuple[SubgraphFacts, ...]
    by_name: Mapping[str, SubgraphFacts]
    graph_ids: Mapping[str, GraphId]
    definitions: Mapping[str, tuple[TypeDefinition, ...]]
    kinds: Mapping[str, Kind]
    interfaces: Mapping[str, tuple[str, ...]]
    supertypes: Mapping[str, frozenset[str]]
    findings: Findings

    def facts(self, subgraph: str) -> SubgraphFacts:
        """Return the facts of a subgraph by its name."""
        return self.by_name[subgraph]

    def schemas(self) -> Iterable[SubgraphSchema]:
        """Yield the subgraphs' schemas."""
        return (facts.schema for facts in self.subgraphs)

    def graph(self, element: Element) -> GraphId:
        """Return the graph id of the subgraph that an element belongs to."""
        return self.graph_ids[element.subgraph]

    def is_external(self, field: FieldDefinition) -> bool:
        """Tell whether a field is not resolved by its subgraph."""
        return self.facts(field.subgraph).is_external(field)

    def is_subtype(self, narrow: TypeReference, wide: TypeReference) -> bool:
        """Tell whether every value of one type is a value of the other (`Covariance`)."""
        if wide.is_non_null:
            return narrow.is_non_null and self.is_subtype(narrow.nullable, wide.nullable)
        narrow = narrow.nullable
        if wide.item is not None:
            return narrow.item is not None and self.is_subtype(narrow.item, wide.item)
        if narrow.item is not None:
            return False
        return narrow.name == wide.name or wide.name in self.supertypes.get(narrow.name, ())


def names_text(subgraphs: Iterable[str]) -> str:
    """Write subgraphs for a person: `subgraphs "a", "b" and "c"`."""
    quoted = [f'"{name}"' for name in dict.fromkeys(subgraphs)]
    if len(quoted) == 1:
        return f"subgraph {quoted[0]}"
    return f"subgraphs {', '.join(quoted[:-1])} and {quoted[-1]}"


def grouped(elements: Sequence[Element], values: Sequence[object]) -> str:
    """Write which value is in which subgraphs: `Int in subgraph "a", String in subgraph "b"`."""
    by_value: dict[str, list[str]] = {}
    for element, value in zip(elements, values, strict=True):
        by_value.setdefault(str(value), []).append(element.subgraph)
    return ", ".join(f"{value} in {names_text(names)}" for value, names in by_value.items())
