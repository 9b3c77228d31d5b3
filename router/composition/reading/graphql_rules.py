"""Whether a subgraph's schema is valid GraphQL, before anything federated is asked of it.

graphql-core knows the rules; this file feeds it the schema with the linked definitions added and
extensions without a base completed, for in a subgraph both are as they should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    LoneSchemaDefinitionRule,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UniqueArgumentDefinitionNamesRule,
    UniqueArgumentNamesRule,
    UniqueDirectiveNamesRule,
    UniqueEnumValueNamesRule,
    UniqueFieldDefinitionNamesRule,
    UniqueInputFieldNamesRule,
    UniqueOperationTypesRule,
    UniqueTypeNamesRule,
    ValueNode,
    build_ast_schema,
    validate_schema,
)
from graphql.utilities.validate_input_value import validate_input_literal
from graphql.validation.specified_rules import specified_sdl_rules
from graphql.validation.validate import validate_sdl

from router.composition.diagnostics import Findings, Place
from router.composition.reading.definitions import SubgraphDefinitions
from router.composition.reading.document import INVALID

_DEFINITIONS: Mapping[str, type[TypeDefinitionNode]] = {
    "object_type_extension": ObjectTypeDefinitionNode,
    "interface_type_extension": InterfaceTypeDefinitionNode,
    "union_type_extension": UnionTypeDefinitionNode,
    "enum_type_extension": EnumTypeDefinitionNode,
    "input_object_type_extension": InputObjectTypeDefinitionNode,
    "scalar_type_extension": ScalarTypeDefinitionNode,
}

NAME_RULES = (
    LoneSchemaDefinitionRule,
    UniqueOperationTypesRule,
    UniqueTypeNamesRule,
    UniqueEnumValueNamesRule,
    UniqueFieldDefinitionNamesRule,
    UniqueArgumentDefinitionNamesRule,
    UniqueDirectiveNamesRule,
    UniqueArgumentNamesRule,
    UniqueInputFieldNamesRule,
)


@dataclass(frozen=True, slots=True)
class _Mistake:
    message: str
    nodes: tuple[Node, ...]


def check_graphql(
    document: DocumentNode,
    definitions: SubgraphDefinitions,
    subgraph: str,
    findings: Findings,
) -> GraphQLSchema | None:
    """Report every breach of GraphQL's own rules; return the schema if there is none."""
    complete = _complete(document, definitions)
    schema = None
    mistakes = [_mistake(error) for error in validate_sdl(complete, rules=specified_sdl_rules)]
    if not mistakes:
        schema, mistakes = _build(complete)
    if schema is not None:
        mistakes += _schema_mistakes(complete, schema)
    for mistake in mistakes:
        findings.error(
            INVALID,
            f"[{subgraph}] {mistake.message}",
            [Place(subgraph, node) for node in mistake.nodes],
        )
    return None if mistakes else schema


def check_names(document: DocumentNode, subgraph: str, findings: Findings) -> None:
    """Report what is wrong whatever the links mean, where they cannot be read."""
    for error in validate_sdl(document, rules=NAME_RULES):
        places = [Place(subgraph, node) for node in error.nodes or ()]
        findings.error(INVALID, f"[{subgraph}] {error.message}", places)


def _build(document: DocumentNode) -> tuple[GraphQLSchema | None, list[_Mistake]]:
    try:
        return build_ast_schema(document, assume_valid_sdl=True), []
    except (TypeError, GraphQLError) as error:
        return None, [_Mistake(str(error), ())]


def _mistake(error: GraphQLError) -> _Mistake:
    return _Mistake(error.message, tuple(error.nodes or ()))


def _complete(document: DocumentNode, definitions: SubgraphDefinitions) -> DocumentNode:
    """Add the linked definitions, and bases for extensions that have none here."""
    defined = {n.name.value for n in document.definitions if isinstance(n, TypeDefinitionNode)}
    nodes: list[DefinitionNode] = [*definitions.directives.values(), *definitions.types.values()]
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            nodes.append(_as_definition(node))
        else:
            nodes.append(node)
    return DocumentNode(definitions=tuple(nodes))


def _as_definition(node: TypeExtensionNode) -> DefinitionNode:
    values = {key: getattr(node, key) for key in node.keys}
    return _DEFINITIONS[node.kind](**values)


def _schema_mistakes(document: DocumentNode, schema: GraphQLSchema) -> Iterator[_Mistake]:
    for invalid in validate_schema(schema):
        if invalid.message != "Query root type must be provided.":
            yield _mistake(invalid)
    yield from _directive_argument_mistakes(document, schema)


def _directive_argument_mistakes(
    document: DocumentNode, schema: GraphQLSchema
) -> Iterator[_Mistake]:
    """GraphQL specification, "Values of Correct Type", for the arguments of directives."""
    for directive in _directives(document.definitions):
        definition = schema.get_directive(directive.name.value)
        if definition is None or not directive.arguments:
            continue
        for argument in directive.arguments:
            expected = definition.args[argument.name.value]
            name = f"@{directive.name.value}({argument.name.value}:)"
            for reason in _value_mistakes(argument.value, expected.type):
                yield _Mistake(f"Invalid value for {name}: {reason}", (argument.value,))


def _value_mistakes(value: ValueNode, expected: GraphQLInputType) -> list[str]:
    found: list[str] = []
    validate_input_literal(value, expected, lambda error, _path: found.append(error.message))
    return found


def _directives(nodes: Iterable[Node]) -> Iterator[ConstDirectiveNode]:
    """Yield every directive application of a type system document."""
    for node in nodes:
        yield from getattr(node, "directives", None) or ()
        for part in ("fields", "arguments", "values"):
            children = getattr(node, part, None)
            if children:
                yield from _directives(children)
