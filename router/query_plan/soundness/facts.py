"""What the supergraph says, asked in the terms of the proof: who resolves what, and needs what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from router.query_plan.subgraph_schema import field_join
from router.supergraph.model import (
    Field,
    InterfaceType,
    JoinField,
    ObjectType,
    Supergraph,
    UnionType,
)

Asked = dict[tuple[str, str], "Asked"]
"""Fields, by name and arguments, with what is asked below them."""


@dataclass(slots=True)
class Facts:
    """A supergraph under some override labels."""

    supergraph: Supergraph
    labels: frozenset[str]
    _sets: dict[tuple[str, str], Asked] = field(default_factory=dict)

    def possible(self, name: str) -> frozenset[str]:
        """The object types of the whole graph behind a name."""
        named = self.supergraph.types.get(name)
        if isinstance(named, UnionType):
            return frozenset(named.members)
        if isinstance(named, InterfaceType):
            types = self.supergraph.types.values()
            return frozenset(
                t.name for t in types if isinstance(t, ObjectType) and name in t.interfaces
            )
        return frozenset({name})

    def is_opaque(self, graph: str, name: str) -> bool:
        """Tell whether the subgraph has the interface as an interface object."""
        named = self.supergraph.types[name]
        return isinstance(named, InterfaceType) and any(
            join.graph == graph and join.is_interface_object for join in named.joins
        )

    def is_opaque_name(self, name: str) -> bool:
        """Tell whether objects can go by this name because a subgraph does not know their type."""
        return isinstance(self.supergraph.types[name], InterfaceType)

    def has_type(self, graph: str, name: str) -> bool:
        """Tell whether the subgraph knows objects by this type's own name."""
        named = self.supergraph.types[name]
        return any(join.graph == graph for join in named.joins)

    def possible_in(self, graph: str, name: str) -> frozenset[str]:
        """The object types that a subgraph can return for a type of its own."""
        named = self.supergraph.types[name]
        if isinstance(named, UnionType) and named.member_joins:
            return frozenset(j.member for j in named.member_joins if j.graph == graph)
        if isinstance(named, InterfaceType) and not self.is_opaque(graph, name):
            return frozenset(
                t.name
                for t in self.supergraph.types.values()
                if isinstance(t, ObjectType)
                and any(j.graph == graph and j.interface == name for j in t.implements)
            )
        return self.possible(name)

    def returned(self, graph: str, type_name: str, field_name: str) -> str | None:
        """The type that a subgraph returns for a field; None where it does not have it."""
        found = self._own(graph, type_name, field_name)
        if found is None:
            return None
        definition, join = found
        return (join.type or definition.type).name

    def why_not(
        self, graph: str, type_name: str, field_name: str, provided: Asked, sent: Asked
    ) -> str | None:
        """Say why a subgraph does not resolve a field here; None where it does."""
        found = self._own(graph, type_name, field_name)
        if found is None:
            return "the subgraph does not have the field"
        definition, join = found
        if join.external:
            is_given = any(name == field_name for name, _ in provided)
            return None if is_given else "the field is external and not provided"
        if not self._is_active(graph, definition, join):
            return "the field is overridden"
        if join.requires and not covers(sent, self.asked(join.requires, type_name)):
            return f"what it requires ({join.requires}) was not sent"
        return None

    def filled_arguments(self, type_name: str, field_name: str) -> frozenset[str]:
        """The arguments of a field that some subgraph has filled from a context."""
        named = self.supergraph.types[type_name]
        if not isinstance(named, ObjectType | InterfaceType) or field_name not in named.fields:
            return frozenset()
        joins = named.fields[field_name].joins
        return frozenset(one.name for join in joins for one in join.context_arguments)

    def provided(self, graph: str, type_name: str, field_name: str, below: str) -> Asked:
        """What a field provides for objects of the type `below`."""
        found = self._own(graph, type_name, field_name)
        text = found[1].provides if found is not None else None
        return self.asked(text, below) if text else {}

    def has_key(self, graph: str, type_name: str, sent: Asked) -> bool:
        """Tell whether what was sent holds a key that the subgraph resolves."""
        return any(
            join.graph == graph
            and join.key is not None
            and join.resolvable
            and covers(sent, self.asked(join.key, type_name))
            for view in self._views(graph, type_name)
            for join in view.joins
        )

    def asked(self, text: str, type_name: str) -> Asked:
        """Read a field set for objects of one type."""
        key = (text, type_name)
        if key not in self._sets:
            definition = parse("{" + text + "}", no_location=True).definitions[0]
            assert isinstance(definition, OperationDefinitionNode)
            self._sets[key] = self._read(definition.selection_set, type_name)
        return self._sets[key]

    def _read(self, selection_set: SelectionSetNode, type_name: str) -> Asked:
        found: Asked = {}
        for node in selection_set.selections:
            if isinstance(node, FieldNode) and node.name.value != "__typename":
                below = self._below(node, type_name)
                found.setdefault((node.name.value, _arguments(node)), {}).update(below)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or type_name in self.possible(condition.name.value):
                    found.update(self._read(node.selection_set, type_name))
        return found

    def _below(self, node: FieldNode, type_name: str) -> Asked:
        """What every object below must have: what is asked of only some types is not proved."""
        if node.selection_set is None:
            return {}
        named = self.supergraph.types.get(type_name)
        assert isinstance(named, ObjectType | InterfaceType)
        inner = named.fields[node.name.value].type.name
        concrete = [self._read(node.selection_set, name) for name in sorted(self.possible(inner))]
        shared = concrete[0] if concrete else {}
        return {key: shared[key] for key in shared if all(key in one for one in concrete)}

    def _views(self, graph: str, type_name: str) -> Iterator[ObjectType | InterfaceType]:
        named = self.supergraph.types[type_name]
        if not isinstance(named, ObjectType | InterfaceType):
            return
        if any(join.graph == graph for join in named.joins):
            yield named
        for name in named.interfaces:
            interface = self.supergraph.types[name]
            if isinstance(interface, InterfaceType) and self.is_opaque(graph, name):
                yield interface

    def _own(self, graph: str, type_name: str, field_name: str) -> tuple[Field, JoinField] | None:
        for view in self._views(graph, type_name):
            definition = view.fields.get(field_name)
            join = field_join(definition, graph) if definition is not None else None
            if definition is not None and join is not None:
                return definition, join
        return None

    def _is_active(self, graph: str, definition: Field, join: JoinField) -> bool:
        if join.override is not None and join.override_label is not None:
            return join.override_label in self.labels
        name = self.supergraph.subgraphs[graph].name
        for other in definition.joins:
            if other.override == name and other.graph != graph:
                label = other.override_label
                return label is not None and label not in self.labels
        return True


def covers(sent: Mapping[tuple[str, str], Asked], asked: Asked) -> bool:
    """Tell whether everything that is asked was sent."""
    return all(key in sent and covers(sent[key], below) for key, below in asked.items())


def _arguments(node: FieldNode) -> str:
    if not node.arguments:
        return ""
    return f"({', '.join(print_ast(argument) for argument in node.arguments)})"
