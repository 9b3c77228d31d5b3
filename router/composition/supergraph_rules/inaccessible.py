"""What is hidden from clients must not be needed by what is shown to them.

Source: https://specs.apollo.dev/inaccessible/v0.2, "Validation".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    EnumValueNode,
    InputValueDefinitionNode,
    ListValueNode,
    NonNullTypeNode,
    ObjectValueNode,
    ValueNode,
)

from router.composition.diagnostics import Findings, Place
from router.composition.merge.merge import MergedGraph
from router.supergraph.links import linked_directive_name
from router.supergraph.model import (
    EnumType,
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
    ScalarType,
    UnionType,
)
from router.supergraph.type_reference import TypeReference


def check_inaccessible(merged: MergedGraph, findings: Findings) -> None:
    """Report each hidden element that something visible needs."""
    name = linked_directive_name(merged.draft.links, "inaccessible")
    if name is not None:
        _Checker(merged, name, findings).check()


@dataclass(slots=True)
class _Checker:
    merged: MergedGraph
    directive: str
    findings: Findings

    @property
    def types(self) -> Mapping[str, NamedType]:
        return self.merged.draft.types

    def check(self) -> None:
        for definition in self.merged.draft.directive_definitions:
            for argument in definition.arguments or ():
                if self._is_hidden(argument.directives or ()) and _is_required(argument):
                    coordinate = f"@{definition.name.value}({argument.name.value}:)"
                    self._report_required(coordinate)
        query = self.types.get(self.merged.draft.query)
        if query is not None and self._is_hidden(query.directives):
            self._report(
                "QUERY_ROOT_TYPE_INACCESSIBLE",
                query.name,
                f"{query.name} is the root of queries, and a graph without queries has no use",
            )
            return
        for named in self.types.values():
            if not self._is_hidden(named.directives):
                self._check_type(named)

    def _is_hidden(self, directives: Sequence[ConstDirectiveNode]) -> bool:
        return any(node.name.value == self.directive for node in directives)

    def _is_hidden_type(self, name: str) -> bool:
        named = self.types.get(name)
        return named is not None and self._is_hidden(named.directives)

    def _report(
        self, code: str, coordinate: str, reason: str, suggestion: str | None = None
    ) -> None:
        self.findings.error(
            code,
            f"{reason}.",
            list(self._places(coordinate)),
            coordinate=coordinate,
            suggestion=suggestion,
        )

    def _places(self, coordinate: str) -> Iterator[Place]:
        name, _, member = coordinate.partition("(")[0].partition(".")
        for definition in self.merged.merging.definitions.get(name, ()):
            members = {**definition.fields, **definition.inputs, **definition.values}
            if not member:
                yield definition.place()
            elif member in members:
                yield members[member].place()

    def _check_type(self, named: NamedType) -> None:
        if isinstance(named, ObjectType | InterfaceType):
            self._check_children(named, [f.directives for f in named.fields.values()])
            for field in named.fields.values():
                self._check_field(named, field)
        elif isinstance(named, InputObjectType):
            self._check_children(named, [f.directives for f in named.fields.values()])
            for value in named.fields.values():
                self._check_input(f"{named.name}.{value.name}", value)
        elif isinstance(named, EnumType):
            self._check_children(named, [v.directives for v in named.values.values()])
        elif isinstance(named, UnionType):
            hidden = [self._is_hidden_type(member) for member in named.members]
            self._check_any_shown(named, hidden)
        else:
            assert isinstance(named, ScalarType)

    def _check_children(
        self, named: NamedType, children: Sequence[Sequence[ConstDirectiveNode]]
    ) -> None:
        self._check_any_shown(named, [self._is_hidden(directives) for directives in children])

    def _check_any_shown(self, named: NamedType, hidden: Sequence[bool]) -> None:
        if hidden and all(hidden):
            self._report(
                "ONLY_INACCESSIBLE_CHILDREN",
                named.name,
                f"Everything in {named.name} is hidden, and {named.name} itself is not",
                f"Mark {named.name} as @inaccessible too.",
            )

    def _check_field(self, named: ObjectType | InterfaceType, field: Field) -> None:
        coordinate = f"{named.name}.{field.name}"
        if self._is_hidden(field.directives):
            self._check_not_promised(named, field, coordinate)
            return
        self._check_reference(coordinate, field.type)
        for argument in field.arguments.values():
            argument_coordinate = f"{coordinate}({argument.name}:)"
            self._check_input(argument_coordinate, argument)
            if self._is_hidden(argument.directives):
                self._check_argument_not_promised(named, field, argument, argument_coordinate)

    def _check_reference(self, coordinate: str, reference: TypeReference) -> None:
        if self._is_hidden_type(reference.name):
            self._report(
                "REFERENCED_INACCESSIBLE",
                coordinate,
                f"{coordinate} is shown, and its type {reference.name} is hidden",
                f"Mark {coordinate} as @inaccessible too.",
            )

    def _interfaces(self, named: ObjectType | InterfaceType) -> Iterator[InterfaceType]:
        for name in named.interfaces:
            interface = self.types.get(name)
            if isinstance(interface, InterfaceType) and not self._is_hidden(interface.directives):
                yield interface

    def _check_not_promised(
        self, named: ObjectType | InterfaceType, field: Field, coordinate: str
    ) -> None:
        for interface in self._interfaces(named):
            promised = interface.fields.get(field.name)
            if promised is not None and not self._is_hidden(promised.directives):
                self._report(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    coordinate,
                    f"{coordinate} is hidden, and the interface {interface.name} shows it",
                    f"Mark {interface.name}.{field.name} as @inaccessible too.",
                )

    def _check_argument_not_promised(
        self,
        named: ObjectType | InterfaceType,
        field: Field,
        argument: InputValue,
        coordinate: str,
    ) -> None:
        for interface in self._interfaces(named):
            promised = interface.fields.get(field.name)
            if promised is None or self._is_hidden(promised.directives):
                continue
            own = promised.arguments.get(argument.name)
            if own is not None and not self._is_hidden(own.directives):
                self._report(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    coordinate,
                    f"{coordinate} is hidden, and the interface {interface.name} shows it",
                )

    def _report_required(self, coordinate: str) -> None:
        self._report(
            "REQUIRED_INACCESSIBLE",
            coordinate,
            f"{coordinate} is required, so clients must see it to give it",
            "Make it optional, or give it a default.",
        )

    def _check_input(self, coordinate: str, value: InputValue) -> None:
        if self._is_hidden(value.directives):
            if value.type.is_non_null and value.default is None:
                self._report_required(coordinate)
            return
        self._check_reference(coordinate, value.type)
        if value.default is not None:
            for used in self._hidden_in_value(value.default, value.type):
                self._report(
                    "DEFAULT_VALUE_USES_INACCESSIBLE",
                    coordinate,
                    f"{coordinate} is shown, and its default uses {used}, which is hidden",
                )

    def _hidden_in_value(self, node: ValueNode, reference: TypeReference) -> Iterator[str]:
        named = self.types.get(reference.name)
        if isinstance(node, ListValueNode):
            item = reference.nullable.item or reference
            for value in node.values:
                yield from self._hidden_in_value(value, item)
        elif isinstance(node, EnumValueNode) and isinstance(named, EnumType):
            chosen = named.values.get(node.value)
            if chosen is not None and self._is_hidden(chosen.directives):
                yield f"{named.name}.{node.value}"
        elif isinstance(node, ObjectValueNode) and isinstance(named, InputObjectType):
            yield from self._hidden_in_object(node, named)

    def _hidden_in_object(self, node: ObjectValueNode, named: InputObjectType) -> Iterator[str]:
        for given in node.fields:
            field = named.fields.get(given.name.value)
            if field is None:
                continue
            if self._is_hidden(field.directives):
                yield f"{named.name}.{field.name}"
            else:
                yield from self._hidden_in_value(given.value, field.type)


def _is_required(argument: InputValueDefinitionNode) -> bool:
    return isinstance(argument.type, NonNullTypeNode) and argument.default_value is None
