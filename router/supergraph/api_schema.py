"""Supergraph → the schema that clients see: without machinery, without what is `@inaccessible`.

Sources: https://specs.apollo.dev/inaccessible/v0.2, "Removing Inaccessible Elements";
https://specs.apollo.dev/link/v1.0, "Hiding core elements".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    GraphQLSchema,
    NamedTypeNode,
    NameNode,
    OperationType,
    OperationTypeDefinitionNode,
    SchemaDefinitionNode,
    build_ast_schema,
    print_ast,
    specified_directives,
)

from router.federation.link import Link, read_link
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
    Supergraph,
    UnionType,
)
from router.supergraph.render import render_type, sorted_by_name
from router.supergraph.type_nodes import type_definition_node

_SHOWN_DIRECTIVES = frozenset(directive.name for directive in specified_directives)
_ROOT_NAMES = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def render_api_schema(supergraph: Supergraph) -> str:
    """Write the API schema as SDL, the same bytes for the same supergraph."""
    api = ApiSchema(supergraph)
    directives = {node.name.value: print_ast(node) for node in api.directive_definitions()}
    types = {name: render_type(named) for name, named in api.types.items()}
    blocks = [*sorted_by_name(directives), *sorted_by_name(types)]
    definition = _schema_definition(supergraph, api.types)
    return "\n\n".join([definition, *blocks] if definition else blocks) + "\n"


def build_api_schema(supergraph: Supergraph) -> GraphQLSchema:
    """Build the API schema that operations are validated against; it is not validated itself.

    Raises `TypeError` where a type is referred to that there is not.
    """
    api = ApiSchema(supergraph)
    roots = tuple(
        OperationTypeDefinitionNode(operation=OperationType(operation), type=_named_type(name))
        for operation, name in _roots(supergraph, api.types).items()
    )
    definitions = (
        SchemaDefinitionNode(operation_types=roots),
        *api.directive_definitions(),
        *(type_definition_node(named) for named in api.types.values()),
    )
    return build_ast_schema(DocumentNode(definitions=definitions), assume_valid_sdl=True)


def _named_type(name: str) -> NamedTypeNode:
    return NamedTypeNode(name=NameNode(value=name))


def _roots(supergraph: Supergraph, types: Mapping[str, NamedType]) -> dict[str, str]:
    roots = {
        "query": supergraph.query,
        "mutation": supergraph.mutation,
        "subscription": supergraph.subscription,
    }
    return {operation: name for operation, name in roots.items() if name and name in types}


def _schema_definition(supergraph: Supergraph, types: Mapping[str, NamedType]) -> str:
    shown = _roots(supergraph, types)
    if all(_ROOT_NAMES[operation] == name for operation, name in shown.items()):
        return ""
    lines = [f"  {operation}: {name}" for operation, name in shown.items()]
    return "\n".join(["schema {", *lines, "}"])


class ApiSchema:
    """The types of a supergraph as clients see them: `types`, without joins or machinery."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._inaccessible = linked_directive_name(supergraph.links, "inaccessible")
        self._links = [read_link(node) for node in supergraph.links]
        self._hidden = frozenset(
            name
            for name, named in supergraph.types.items()
            if self._is_hidden(named.directives) or self._is_machinery(name)
        )
        self.types: Mapping[str, NamedType] = {
            name: self._shown_type(named)
            for name, named in supergraph.types.items()
            if name not in self._hidden
        }

    def directive_definitions(self) -> Iterable[DirectiveDefinitionNode]:
        """Yield the directives that clients may use."""
        for node in self._supergraph.directive_definitions:
            if not any(_defines_directive(link, node.name.value) for link in self._links):
                arguments = tuple(
                    argument
                    for argument in node.arguments or ()
                    if not self._is_hidden(argument.directives or ())
                )
                yield replace(node, arguments=arguments)

    def _is_hidden(self, directives: Sequence[ConstDirectiveNode]) -> bool:
        return any(node.name.value == self._inaccessible for node in directives)

    def _is_machinery(self, name: str) -> bool:
        namespace, separator, _ = name.partition("__")
        return bool(separator) and any(link.alias == namespace for link in self._links)

    def _shown_type(self, named: NamedType) -> NamedType:
        directives = _shown_directives(named.directives)
        if isinstance(named, ObjectType | InterfaceType):
            return self._shown_composite(named, directives)
        if isinstance(named, UnionType):
            members = self._visible(named.members)
            return replace(named, members=members, directives=directives, joins=(), member_joins=())
        if isinstance(named, EnumType):
            values = {
                name: replace(value, directives=_shown_directives(value.directives), graphs=())
                for name, value in named.values.items()
                if not self._is_hidden(value.directives)
            }
            return replace(named, values=values, directives=directives, joins=())
        if isinstance(named, InputObjectType):
            fields = self._shown_inputs(named.fields)
            return replace(named, fields=fields, directives=directives, joins=())
        assert isinstance(named, ScalarType)
        return replace(named, directives=directives, joins=())

    def _shown_composite(
        self, named: ObjectType | InterfaceType, directives: tuple[ConstDirectiveNode, ...]
    ) -> NamedType:
        return replace(
            named,
            fields={
                name: self._shown_field(definition)
                for name, definition in named.fields.items()
                if not self._is_hidden(definition.directives)
            },
            interfaces=self._visible(named.interfaces),
            directives=directives,
            joins=(),
            implements=(),
        )

    def _shown_field(self, definition: Field) -> Field:
        return replace(
            definition,
            arguments=self._shown_inputs(definition.arguments),
            directives=_shown_directives(definition.directives),
            joins=(),
        )

    def _shown_inputs(self, values: Mapping[str, InputValue]) -> Mapping[str, InputValue]:
        return {
            name: replace(value, directives=_shown_directives(value.directives), joins=())
            for name, value in values.items()
            if not self._is_hidden(value.directives)
        }

    def _visible(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self._hidden)


def _shown_directives(
    directives: Sequence[ConstDirectiveNode],
) -> tuple[ConstDirectiveNode, ...]:
    return tuple(node for node in directives if node.name.value in _SHOWN_DIRECTIVES)


def _defines_directive(link: Link, name: str) -> bool:
    """Tell whether a directive belongs to a linked specification (link, "Name Scoping")."""
    if any(imported.alias == f"@{name}" for imported in link.imports):
        return True
    return name == link.alias or name.startswith(f"{link.alias}__")
