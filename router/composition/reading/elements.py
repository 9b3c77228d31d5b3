"""Document → the elements of a `SubgraphSchema`, directives under their canonical names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    Node,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
)

from router.composition.subgraph_schema import (
    Directive,
    DirectiveDefinition,
    Element,
    EnumValueDefinition,
    FieldDefinition,
    InputDefinition,
    Kind,
    TypeDefinition,
)
from router.supergraph.read_types import description, type_text
from router.supergraph.type_reference import TypeReference, type_reference

_KINDS: Mapping[str, Kind] = {
    "object_type": "object",
    "interface_type": "interface",
    "union_type": "union",
    "enum_type": "enum",
    "input_object_type": "input object",
    "scalar_type": "scalar",
}
Part = TypeDefinitionNode | TypeExtensionNode
_Child = TypeVar("_Child", FieldDefinition, InputDefinition, EnumValueDefinition)


class ElementReader:
    """Reads the nodes of one subgraph's document.

    `canonical` maps its names of federation directives to those of the specification, `renamed`
    its names of root types to the default ones.
    """

    def __init__(
        self, subgraph: str, canonical: Mapping[str, str], renamed: Mapping[str, str]
    ) -> None:
        self._subgraph = subgraph
        self._canonical = canonical
        self._renamed = renamed
        self.used: set[str] = set()
        """The federation directives that are applied anywhere."""

    def types(self, document: DocumentNode) -> dict[str, TypeDefinition]:
        """Read every type, joined with its extensions."""
        parts: dict[str, list[Part]] = {}
        for node in document.definitions:
            if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
                parts.setdefault(self._name(node.name.value), []).append(node)
        return {name: self._type(name, nodes) for name, nodes in parts.items()}

    def directive_definitions(self, document: DocumentNode) -> dict[str, DirectiveDefinition]:
        """Read the directives that the subgraph defines itself."""
        return {
            node.name.value: self._directive_definition(node)
            for node in document.definitions
            if isinstance(node, DirectiveDefinitionNode)
        }

    def schema(self, document: DocumentNode) -> Element | None:
        """Read the schema definition with its extensions."""
        nodes: list[DefinitionNode] = [
            node
            for node in document.definitions
            if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        ]
        if not nodes:
            return None
        text = next((d for n in nodes if (d := _description(n)) is not None), None)
        return Element(
            self._subgraph, "schema", "schema", nodes[0], text, self._all_directives(nodes)
        )

    def _name(self, name: str) -> str:
        return self._renamed.get(name, name)

    def _reference(self, node: Any) -> TypeReference:
        reference = type_reference(type_text(node))
        if reference.name not in self._renamed:
            return reference
        return type_reference(reference.text.replace(reference.name, self._name(reference.name)))

    def _directives(
        self, nodes: Sequence[ConstDirectiveNode] | None, declaration: Node
    ) -> tuple[Directive, ...]:
        if not nodes:
            return ()
        return tuple(self._directive(node, declaration) for node in nodes)

    def _directive(self, node: ConstDirectiveNode, declaration: Node) -> Directive:
        canonical = self._canonical.get(node.name.value)
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        name = canonical or node.name.value
        if canonical is not None:
            self.used.add(canonical)
        return Directive(name, node, arguments, canonical is not None, declaration)

    def _all_directives(self, parts: Iterable[Any]) -> tuple[Directive, ...]:
        return tuple(
            directive for part in parts for directive in self._directives(part.directives, part)
        )

    def _type(self, name: str, parts: list[Part]) -> TypeDefinition:
        definitions = [part for part in parts if isinstance(part, TypeDefinitionNode)]
        extensions = [part for part in parts if isinstance(part, TypeExtensionNode)]
        parts = [*definitions, *extensions]
        first: Any = parts[0]
        kind = _KINDS[first.kind.removesuffix("_definition").removesuffix("_extension")]
        text = next((d for part in parts if (d := _description(part)) is not None), None)
        is_input = kind == "input object"
        return TypeDefinition(
            subgraph=self._subgraph,
            coordinate=name,
            name=name,
            node=first,
            description=text,
            directives=self._all_directives(parts),
            kind=kind,
            declarations=tuple(parts),
            has_definition=bool(definitions),
            fields={} if is_input else _by_name(self._fields(name, parts)),
            inputs=_by_name(self._input_fields(name, parts)) if is_input else {},
            interfaces=_named(parts, "interfaces"),
            members=_named(parts, "types"),
            values=_by_name(self._enum_values(name, parts)),
        )

    def _fields(self, parent: str, parts: Iterable[Any]) -> Iterable[FieldDefinition]:
        for part in parts:
            for node in getattr(part, "fields", None) or ():
                yield self._field(parent, node, part)

    def _field(self, parent: str, node: FieldDefinitionNode, part: Node) -> FieldDefinition:
        name = node.name.value
        coordinate = f"{parent}.{name}"
        return FieldDefinition(
            subgraph=self._subgraph,
            coordinate=coordinate,
            name=name,
            node=node,
            description=description(node.description),
            directives=self._directives(node.directives, part),
            parent=parent,
            type=self._reference(node.type),
            arguments=self._arguments(coordinate, node.arguments, part),
            declaration=part,
        )

    def _arguments(
        self, parent: str, nodes: Sequence[InputValueDefinitionNode] | None, part: Node
    ) -> Mapping[str, InputDefinition]:
        if not nodes:
            return {}
        return {
            node.name.value: self._input(f"{parent}({node.name.value}:)", node, part)
            for node in nodes
        }

    def _input_fields(self, parent: str, parts: Iterable[Any]) -> Iterable[InputDefinition]:
        for part in parts:
            for node in part.fields or ():
                yield self._input(f"{parent}.{node.name.value}", node, part)

    def _input(
        self, coordinate: str, node: InputValueDefinitionNode, part: Node
    ) -> InputDefinition:
        return InputDefinition(
            subgraph=self._subgraph,
            coordinate=coordinate,
            name=node.name.value,
            node=node,
            description=description(node.description),
            directives=self._directives(node.directives, part),
            type=self._reference(node.type),
            default=node.default_value,
        )

    def _enum_values(self, parent: str, parts: Iterable[Any]) -> Iterable[EnumValueDefinition]:
        for part in parts:
            for node in getattr(part, "values", None) or ():
                yield self._enum_value(parent, node, part)

    def _enum_value(
        self, parent: str, node: EnumValueDefinitionNode, part: Node
    ) -> EnumValueDefinition:
        return EnumValueDefinition(
            subgraph=self._subgraph,
            coordinate=f"{parent}.{node.name.value}",
            name=node.name.value,
            node=node,
            description=description(node.description),
            directives=self._directives(node.directives, part),
        )

    def _directive_definition(self, node: DirectiveDefinitionNode) -> DirectiveDefinition:
        name = node.name.value
        return DirectiveDefinition(
            subgraph=self._subgraph,
            coordinate=f"@{name}",
            name=name,
            node=node,
            description=description(node.description),
            directives=(),
            definition=node,
            arguments=self._arguments(f"@{name}", node.arguments, node),
        )


def _description(node: Any) -> str | None:
    return description(getattr(node, "description", None))


def _by_name(elements: Iterable[_Child]) -> dict[str, _Child]:
    return {element.name: element for element in elements}


def _named(parts: Iterable[Any], attribute: str) -> dict[str, Node]:
    return {
        node.name.value: node for part in parts for node in getattr(part, attribute, None) or ()
    }
