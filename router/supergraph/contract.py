"""A variant of a supergraph for some clients: what its tags exclude, or do not include, is hidden.

Hidden elements are marked `@inaccessible`, so subgraphs may still need them. What cannot stand
without them is hidden too, and so are types that no client can reach any more.
Source: "Contracts" in the documentation of federated schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphql import EnumValueNode, ListValueNode, ObjectValueNode, ValueNode

from router.errors import SupergraphError
from router.federation.features import APOLLO_SPECS
from router.supergraph.elements import Marker, elements
from router.supergraph.join_directives import applications, string
from router.supergraph.links import link_directive, linked_directive_name
from router.supergraph.model import (
    EnumType,
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
    Supergraph,
    UnionType,
)
from router.supergraph.nodes import directive_node
from router.supergraph.reachable import reachable_types
from router.supergraph.type_reference import TypeReference

INACCESSIBLE = f"{APOLLO_SPECS}/inaccessible/v0.2"


@dataclass(frozen=True, slots=True)
class Contract:
    """Which tags make a variant.

    `exclude` hides every element with one of its tags. `include`, where there is any, keeps of
    object and interface types only the fields that have one of its tags, or whose type has.
    """

    exclude: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()


def apply_contract(supergraph: Supergraph, contract: Contract) -> Supergraph:
    """Hide what the contract hides. Raises `SupergraphError` where no query would be left."""
    variant = _Variant(supergraph, contract)
    variant.hide()
    if supergraph.query in variant.hidden:
        raise SupergraphError("The contract hides every query, so nothing is left to ask for.")
    return variant.marked()


@dataclass(slots=True)
class _Variant:
    """`hidden` holds the coordinates of what is hidden."""

    supergraph: Supergraph
    contract: Contract
    hidden: set[str] = field(default_factory=set)

    @property
    def types(self) -> Mapping[str, NamedType]:
        return self.supergraph.types

    def hide(self) -> None:
        self._hide_by_tags()
        before = -1
        while len(self.hidden) != before:
            before = len(self.hidden)
            for named in self.types.values():
                self._hide_what_cannot_stand(named)
            self._hide_unreachable()

    def _hide_by_tags(self) -> None:
        hiding = linked_directive_name(self.supergraph.links, "inaccessible")
        tag = linked_directive_name(self.supergraph.links, "tag")
        for element in elements(self.types):
            tags = {string(a, "name") for a in applications(element.directives, tag or "tag")}
            is_hidden = any(node.name.value == hiding for node in element.directives)
            if is_hidden or tags & self.contract.exclude:
                self.hidden.add(element.coordinate)
            elif element.of_type is not None and self.contract.include:
                tags |= {string(a, "name") for a in applications(element.of_type, tag or "tag")}
                if not tags & self.contract.include:
                    self.hidden.add(element.coordinate)

    def _is_hidden_type(self, reference: TypeReference) -> bool:
        return reference.name in self.hidden

    def _hide_what_cannot_stand(self, named: NamedType) -> None:
        if isinstance(named, ObjectType | InterfaceType):
            for definition in named.fields.values():
                self._check_field(named, definition)
            self._check_promises(named)
            self._check_children(named.name, list(named.fields))
        elif isinstance(named, InputObjectType):
            for value in named.fields.values():
                if self._check_input(f"{named.name}.{value.name}", value):
                    self.hidden.add(named.name)
            self._check_children(named.name, list(named.fields))
        elif isinstance(named, EnumType):
            self._check_children(named.name, list(named.values))
        elif isinstance(named, UnionType) and all(m in self.hidden for m in named.members):
            self.hidden.add(named.name)

    def _check_children(self, name: str, children: Sequence[str]) -> None:
        if all(f"{name}.{child}" in self.hidden for child in children):
            self.hidden.add(name)

    def _check_field(self, named: ObjectType | InterfaceType, definition: Field) -> None:
        coordinate = f"{named.name}.{definition.name}"
        if self._is_hidden_type(definition.type):
            self.hidden.add(coordinate)
        for argument in definition.arguments.values():
            if self._check_input(f"{coordinate}({argument.name}:)", argument):
                self.hidden.add(coordinate)

    def _check_input(self, coordinate: str, value: InputValue) -> bool:
        """Hide a value of hidden type or default; tell whether it is hidden and required."""
        uses = value.default is not None and self._uses_hidden(value.default, value.type)
        if uses or self._is_hidden_type(value.type):
            self.hidden.add(coordinate)
        is_required = value.type.is_non_null and value.default is None
        return is_required and coordinate in self.hidden

    def _uses_hidden(self, node: ValueNode, reference: TypeReference) -> bool:
        named = self.types.get(reference.name)
        if isinstance(node, ListValueNode):
            item = reference.nullable.item or reference
            return any(self._uses_hidden(value, item) for value in node.values)
        if isinstance(node, EnumValueNode):
            return f"{reference.name}.{node.value}" in self.hidden
        if isinstance(node, ObjectValueNode) and isinstance(named, InputObjectType):
            return any(
                f"{named.name}.{given.name.value}" in self.hidden
                or (
                    given.name.value in named.fields
                    and self._uses_hidden(given.value, named.fields[given.name.value].type)
                )
                for given in node.fields
            )
        return False

    def _check_promises(self, named: ObjectType | InterfaceType) -> None:
        """An interface shows what all its implementations show."""
        if named.name in self.hidden:
            return
        for interface in named.interfaces:
            promised = self.types.get(interface)
            for name in promised.fields if isinstance(promised, InterfaceType) else ():
                own = named.fields.get(name)
                if f"{named.name}.{name}" in self.hidden:
                    self.hidden.add(f"{interface}.{name}")
                for argument in own.arguments if own else ():
                    if f"{named.name}.{name}({argument}:)" in self.hidden:
                        self.hidden.add(f"{interface}.{name}({argument}:)")

    def _hide_unreachable(self) -> None:
        graph = self.supergraph
        roots = [name for name in (graph.query, graph.mutation, graph.subscription) if name]
        self.hidden |= self.types.keys() - reachable_types(self.types, roots, self.hidden)

    def marked(self) -> Supergraph:
        """Return the supergraph with `@inaccessible` on what is hidden."""
        name = linked_directive_name(self.supergraph.links, "inaccessible")
        links = self.supergraph.links
        if name is None:
            name = "inaccessible"
            links = (*links, link_directive(INACCESSIBLE, purpose="SECURITY"))
        marker = Marker(directive_node(f"@{name}"), frozenset(self.hidden))
        types = {key: marker.mark_type(named) for key, named in self.types.items()}
        return replace(self.supergraph, links=links, types=types)
