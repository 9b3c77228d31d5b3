"""Supergraph SDL → Supergraph, whichever composer wrote it (join v0.1 to v0.5)."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    parse,
    specified_directives,
    specified_scalar_types,
)

from router.errors import SupergraphError
from router.federation.features import KNOWN_NAMES, feature_of
from router.federation.link import FeatureVersion, Link
from router.supergraph.join_directives import applications, required, string
from router.supergraph.links import join_version, modernised, read_links, split_links
from router.supergraph.model import GraphId, NamedType, Subgraph, Supergraph
from router.supergraph.read_types import description, read_type_definition
from router.supergraph.references import check_references
from router.supergraph.upgrade_join_0_1 import upgrade_join_0_1

JOIN_0_1 = FeatureVersion(0, 1)
BUILT_IN = frozenset(specified_scalar_types)


def parse_supergraph(sdl: str) -> Supergraph:
    """Read supergraph SDL. Raises `SupergraphError` where it is none, or cannot be obeyed."""
    document = _document(sdl)
    definition = _schema_definition(document)
    link_nodes, others = split_links(definition.directives or ())
    links = read_links(link_nodes)
    roots = {node.operation.value: node.type.name.value for node in definition.operation_types}
    supergraph = Supergraph(
        subgraphs=_subgraphs(document),
        types=_types(document, links),
        links=tuple(modernised(link_nodes, links)),
        directive_definitions=_directive_definitions(document, links),
        schema_directives=tuple(others),
        query=roots["query"],
        mutation=roots.get("mutation"),
        subscription=roots.get("subscription"),
        description=description(definition.description),
    )
    if join_version(links) == JOIN_0_1:
        supergraph = upgrade_join_0_1(document, supergraph)
    check_references(supergraph)
    return supergraph


def _document(sdl: str) -> DocumentNode:
    try:
        return parse(sdl, no_location=True)
    except GraphQLError as error:
        raise SupergraphError(f"The supergraph is not GraphQL: {error}") from error
    except RecursionError as error:
        raise SupergraphError("The supergraph is nested too deeply to be read.") from error


def _schema_definition(document: DocumentNode) -> SchemaDefinitionNode:
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode):
            if any(root.operation.value == "query" for root in node.operation_types):
                return node
            raise SupergraphError("The supergraph's schema definition names no query root.")
    raise SupergraphError("The supergraph has no schema definition, so it links no specification.")


def _subgraphs(document: DocumentNode) -> dict[GraphId, Subgraph]:
    for node in document.definitions:
        if isinstance(node, EnumTypeDefinitionNode) and node.name.value == "join__Graph":
            found = {}
            for value in node.values or ():
                arguments = next(applications(value.directives, "join__graph"), {})
                found[value.name.value] = Subgraph(
                    value.name.value, required(arguments, "name"), string(arguments, "url") or ""
                )
            return found
    raise SupergraphError(
        "The supergraph has no enum `join__Graph`: it does not say its subgraphs."
    )


def _types(document: DocumentNode, links: Sequence[Link]) -> dict[str, NamedType]:
    machinery = _Machinery(links)
    return {
        node.name.value: read_type_definition(node)
        for node in document.definitions
        if isinstance(node, TypeDefinitionNode) and not machinery.has_type(node)
    }


def _directive_definitions(
    document: DocumentNode, links: Sequence[Link]
) -> tuple[DirectiveDefinitionNode, ...]:
    machinery = _Machinery(links)
    return tuple(
        node
        for node in document.definitions
        if isinstance(node, DirectiveDefinitionNode) and not machinery.has_directive(node)
    )


class _Machinery:
    """Tells which definitions belong to a linked specification, so follow from its link."""

    def __init__(self, links: Sequence[Link]) -> None:
        known = [link for link in links if feature_of(link) is not None]
        self._namespaces = KNOWN_NAMES | {link.alias for link in known}
        imports = [imported.alias for link in known for imported in link.imports]
        self._imports = frozenset(imports)
        self._directives = frozenset(
            {"link", "core", *(d.name for d in specified_directives)}
            | {link.directive_name(link.url.name) for link in known}
            | {alias.removeprefix("@") for alias in imports}
        )

    def has_type(self, node: TypeDefinitionNode) -> bool:
        name = node.name.value
        if name in BUILT_IN or name in self._imports:
            return True
        namespace, separator, _ = name.partition("__")
        is_namespaced = bool(separator) and namespace in self._namespaces
        return is_namespaced and not any(applications(node.directives, "join__type"))

    def has_directive(self, node: DirectiveDefinitionNode) -> bool:
        name = node.name.value
        namespace, separator, _ = name.partition("__")
        return name in self._directives or (bool(separator) and namespace in self._namespaces)
