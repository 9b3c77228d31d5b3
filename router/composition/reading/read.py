"""SDL → SubgraphSchema: the table of contents of reading."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import DocumentNode, TypeDefinitionNode, TypeExtensionNode

from router.composition.diagnostics import Findings, Place
from router.composition.reading.definitions import check_own_copies, linked_definitions
from router.composition.reading.document import (
    has_queries,
    read_document,
    root_names,
    without_definitions,
    without_protocol,
)
from router.composition.reading.elements import ElementReader
from router.composition.reading.graphql_rules import check_graphql, check_names
from router.composition.reading.links import read_links
from router.composition.source import SubgraphSource
from router.composition.subgraph_schema import SubgraphSchema, TypeDefinition

DEFAULT_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def read_subgraph(source: SubgraphSource, findings: Findings) -> SubgraphSchema | None:
    """Read one subgraph; None, and errors, where its schema means nothing yet."""
    if source.name == "_":
        findings.error(
            "INVALID_SUBGRAPH_NAME",
            'A subgraph cannot be called "_": the name stands for all subgraphs.',
            [Place(source.name)],
        )
        return None
    document = read_document(source, findings)
    if document is None:
        return None
    links = read_links(document, source.name, findings)
    if links is None:
        check_names(document, source.name, findings)
        return None
    definitions = linked_definitions(links, document)
    before = len(findings.errors)
    check_own_copies(document, definitions, source.name, findings)
    roots = root_names(document)
    own = without_protocol(without_definitions(document, definitions), roots["query"])
    if len(findings.errors) > before:
        return None
    graphql = check_graphql(own, definitions, source.name, findings)
    if graphql is None or not _check_root_names(own, roots, source.name, findings):
        return None
    reader = ElementReader(source.name, definitions.canonical, _renamed(roots))
    types = reader.types(own)
    directive_definitions = reader.directive_definitions(own)
    schema = reader.schema(own)
    return SubgraphSchema(
        name=source.name,
        url=source.url,
        version=links.version,
        links=links.all,
        federation_link=links.federation,
        types=types,
        directive_definitions=directive_definitions,
        schema=schema,
        roots=roots,
        implementations=implementations(types),
        graphql=graphql,
        used=frozenset(reader.used),
    )


def may_have_queries(source: SubgraphSource) -> bool:
    """Tell whether a subgraph that could not be read has queries, or may have."""
    document = read_document(source, Findings())
    return document is None or has_queries(document)


def _renamed(roots: Mapping[str, str]) -> dict[str, str]:
    return {
        name: DEFAULT_ROOTS[operation]
        for operation, name in roots.items()
        if name != DEFAULT_ROOTS[operation]
    }


def _check_root_names(
    document: DocumentNode, roots: Mapping[str, str], subgraph: str, findings: Findings
) -> bool:
    """A root type gets its default name in the supergraph, so no other type may have it."""
    is_fine = True
    for operation, name in roots.items():
        default = DEFAULT_ROOTS[operation]
        if name == default:
            continue
        for node in document.definitions:
            if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
                continue
            if node.name.value == default and default not in roots.values():
                is_fine = False
                findings.error(
                    f"ROOT_{operation.upper()}_USED",
                    f'[{subgraph}] The type "{default}" is not the root of {operation} operations'
                    f' ("{name}" is), and has its default name.',
                    [Place(subgraph, node, default)],
                    coordinate=default,
                    suggestion=f'Rename the type "{default}", or make it the root.',
                )
    return is_fine


def implementations(types: Mapping[str, TypeDefinition]) -> dict[str, tuple[str, ...]]:
    """Map each interface to the object types that implement it."""
    found: dict[str, list[str]] = {}
    for definition in types.values():
        if definition.kind == "object":
            for interface in definition.interfaces:
                found.setdefault(interface, []).append(definition.name)
    return {interface: tuple(names) for interface, names in found.items()}
