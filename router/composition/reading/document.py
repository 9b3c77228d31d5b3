"""SDL text → document, without the parts that federation itself adds to a subgraph's schema.

`Query._service`, `Query._entities` and their types are the subgraph's side of the protocol
(https://www.apollographql.com/docs/graphos/reference/federation/subgraph-spec); a schema that was
printed by introspection has them, one that was written by hand has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    ExecutableDefinitionNode,
    GraphQLError,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    parse,
    specified_directives,
    specified_scalar_types,
)

from router.composition.diagnostics import Findings, Place
from router.composition.reading.definitions import SubgraphDefinitions
from router.composition.source import SubgraphSource

INVALID = "INVALID_GRAPHQL"
PROTOCOL_TYPES = frozenset({"_Any", "_Entity", "_Service"})
PROTOCOL_FIELDS = frozenset({"_entities", "_service"})
BUILT_IN_DIRECTIVES = frozenset(directive.name for directive in specified_directives)


def read_document(source: SubgraphSource, findings: Findings) -> DocumentNode | None:
    """Parse the SDL; None, and an error, where it is no type system document."""
    try:
        document = parse(source.sdl)
    except GraphQLError as error:
        line, column = error.locations[0] if error.locations else (1, 1)
        place = Place(source.name, position=(line, column))
        findings.error(INVALID, f"[{source.name}] {error.message}", [place])
        return None
    except (TypeError, AttributeError):
        findings.error(
            INVALID,
            f"[{source.name}] The schema is a {type(source.sdl).__name__}, not a text.",
        )
        return None
    executable = [n for n in document.definitions if isinstance(n, ExecutableDefinitionNode)]
    for node in executable:
        findings.error(
            INVALID,
            f"[{source.name}] A schema cannot hold an operation or a fragment.",
            [Place(source.name, node)],
        )
    return None if executable else document


_OBJECT = ObjectTypeDefinitionNode | ObjectTypeExtensionNode


def without_protocol(document: DocumentNode, query: str) -> DocumentNode:
    """Drop the fields and types by which a router asks the subgraph for entities and SDL."""
    kept: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode) and node.name.value in PROTOCOL_TYPES:
            continue
        if isinstance(node, _OBJECT) and node.name.value == query:
            root = _without_protocol_fields(node)
            if root.fields:
                kept.append(root)
        else:
            kept.append(node)
    definitions = kept
    if _defines(document.definitions, query) and not _defines(kept, query):
        # Documents hold extensions as well as definitions; the type of graphql-core says less.
        definitions = [_without_root(node, query) for node in kept]  # type: ignore[misc]
    return replace(document, definitions=tuple(definitions))


def _defines(nodes: Iterable[DefinitionNode], name: str) -> bool:
    types = (n for n in nodes if isinstance(n, TypeDefinitionNode | TypeExtensionNode))
    return any(node.name.value == name for node in types)


def _without_protocol_fields(
    node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
) -> ObjectTypeDefinitionNode | ObjectTypeExtensionNode:
    fields = tuple(f for f in node.fields or () if f.name.value not in PROTOCOL_FIELDS)
    return replace(node, fields=fields)


def _without_root(node: DefinitionNode, query: str) -> DefinitionNode | SchemaExtensionNode:
    """A schema definition names no root that only had the protocol's fields."""
    if not isinstance(node, SchemaDefinitionNode):
        return node
    kept = tuple(root for root in node.operation_types if root.type.name.value != query)
    if kept:
        return replace(node, operation_types=kept)
    return SchemaExtensionNode(loc=node.loc, directives=node.directives, operation_types=())


def without_definitions(document: DocumentNode, definitions: SubgraphDefinitions) -> DocumentNode:
    """Drop the subgraph's own copies of what its links and GraphQL itself define."""
    return replace(document, definitions=tuple(_own(document, definitions)))


def _own(document: DocumentNode, definitions: SubgraphDefinitions) -> Iterator[DefinitionNode]:
    known_directives = definitions.directives.keys() | BUILT_IN_DIRECTIVES
    known_types = definitions.types.keys() | specified_scalar_types.keys()
    for node in document.definitions:
        is_known_directive = (
            isinstance(node, DirectiveDefinitionNode) and node.name.value in known_directives
        )
        is_known_type = isinstance(node, TypeDefinitionNode) and node.name.value in known_types
        if not is_known_directive and not is_known_type:
            yield node


def has_queries(document: DocumentNode) -> bool:
    """Tell whether the document has a query that a client could ask."""
    query = root_names(document)["query"]
    return any(
        field.name.value not in PROTOCOL_FIELDS
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
        and node.name.value == query
        for field in node.fields or ()
    )


def root_names(document: DocumentNode) -> dict[str, str]:
    """Map each operation to its root type's name, as the subgraph calls it."""
    roots = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for root in node.operation_types or ():
                roots[root.operation.value] = root.type.name.value
    return roots
