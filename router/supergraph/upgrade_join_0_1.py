"""Bring a supergraph of join v0.1, as federation 1 composers wrote it, to the later form.

There `@join__owner` names the subgraph that an entity's plain fields belong to, other subgraphs'
`@join__type` name the key by which they extend it, and types without either are value types, which
every subgraph may hold.

Source: https://specs.apollo.dev/join/v0.1.
"""

from __future__ import annotations

from dataclasses import replace

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    TypeDefinitionNode,
    parse,
)

from router.errors import SupergraphError
from router.supergraph.join_directives import applications, required
from router.supergraph.model import (
    Field,
    GraphId,
    InterfaceType,
    JoinField,
    JoinImplements,
    JoinType,
    NamedType,
    ObjectType,
    Supergraph,
)


def upgrade_join_0_1(document: DocumentNode, supergraph: Supergraph) -> Supergraph:
    """Say in each type's joins what join v0.1 leaves to be understood."""
    owners = _owners(document)
    roots = {supergraph.query, supergraph.mutation, supergraph.subscription}
    graphs = tuple(supergraph.subgraphs)
    types = {
        name: _upgraded(named, owners.get(name), graphs, is_root=name in roots)
        for name, named in supergraph.types.items()
    }
    return replace(supergraph, types=_with_provided_fields(types))


def _owners(document: DocumentNode) -> dict[str, GraphId]:
    found = {}
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode):
            for arguments in applications(node.directives, "join__owner"):
                found[node.name.value] = required(arguments, "graph")
    return found


def _upgraded(
    named: NamedType, owner: GraphId | None, graphs: tuple[GraphId, ...], *, is_root: bool
) -> NamedType:
    joins = named.joins or tuple(JoinType(graph) for graph in graphs)
    if not isinstance(named, ObjectType | InterfaceType):
        return replace(named, joins=joins)
    implements = tuple(
        JoinImplements(graph, interface)
        for graph in dict.fromkeys(join.graph for join in joins)
        for interface in named.interfaces
    )
    fields = named.fields
    if owner is not None:
        fields = {
            name: _owned(definition, owner, named.joins)
            for name, definition in named.fields.items()
        }
    if is_root:
        used = {join.graph for definition in fields.values() for join in definition.joins}
        joins = tuple(join for join in joins if join.graph in used)
    return replace(named, joins=joins, implements=implements, fields=fields)


def _owned(definition: Field, owner: GraphId, joins: tuple[JoinType, ...]) -> Field:
    """A plain field is the owner's; the subgraphs that extend by it as a key have it too."""
    own = definition.joins or (JoinField(owner),)
    extending = dict.fromkeys(
        join.graph
        for join in joins
        if join.graph != owner and definition.name in _top_fields(join.key)
    )
    return replace(definition, joins=own + tuple(JoinField(graph) for graph in extending))


def _with_provided_fields(types: dict[str, NamedType]) -> dict[str, NamedType]:
    """Add the external joins of fields that a subgraph resolves only where it provides them."""
    provided: dict[str, dict[str, dict[GraphId, None]]] = {}
    for named in types.values():
        if isinstance(named, ObjectType | InterfaceType):
            for definition in named.fields.values():
                for join in definition.joins:
                    if join.provides and join.graph:
                        holder = provided.setdefault(definition.type.name, {})
                        for name in _top_fields(join.provides):
                            holder.setdefault(name, {})[join.graph] = None
    return {name: _externals(named, provided.get(name, {})) for name, named in types.items()}


def _externals(named: NamedType, provided: dict[str, dict[GraphId, None]]) -> NamedType:
    if not isinstance(named, ObjectType | InterfaceType):
        return named
    fields = {
        name: replace(
            definition,
            joins=definition.joins
            + tuple(
                JoinField(graph, external=True)
                for graph in provided.get(name, ())
                if definition.joins and all(join.graph != graph for join in definition.joins)
            ),
        )
        for name, definition in named.fields.items()
    }
    return replace(named, fields=fields)


def _top_fields(field_set: str | None) -> set[str]:
    if not field_set:
        return set()
    try:
        definition = parse("{" + field_set + "}", no_location=True).definitions[0]
    except GraphQLSyntaxError as error:
        raise SupergraphError(f'"{field_set}" is no field set: {error.message}') from error
    assert isinstance(definition, OperationDefinitionNode)
    return {n.name.value for n in definition.selection_set.selections if isinstance(n, FieldNode)}
