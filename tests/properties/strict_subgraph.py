"""A subgraph that answers from the world, strictly by its own SDL.

What it must not be asked for is an error: a field that is external and not provided, one that was
moved by `@override`, one whose requirement was not sent or was sent wrong, an entity by no key of
its own, and a request that is not valid against its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drawn_world import Row, World, fields_of, merge, selections_of, text_of
from graphql import (
    ConstDirectiveNode,
    FieldDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SelectionSetNode,
    StringValueNode,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    validate,
)

DIRECTIVES = """
scalar _Any
scalar Fields
scalar Import
directive @link(url: String!, import: [Import]) repeatable on SCHEMA
directive @key(fields: Fields!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: Fields!) on FIELD_DEFINITION
directive @provides(fields: Fields!) on FIELD_DEFINITION
directive @external on FIELD_DEFINITION | OBJECT
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @interfaceObject on OBJECT
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE
  | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @context(name: String!) repeatable on OBJECT | INTERFACE | UNION
directive @fromContext(field: String) on ARGUMENT_DEFINITION
"""

TypeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
TYPE_NODES = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)


@dataclass(frozen=True)
class Glimpse:
    """A row as a request sees it: what was sent for it, what was provided, what it is called."""

    row: Row
    given: Mapping[str, Any] | None = None
    provided: tuple[SelectionSetNode, ...] = ()
    typename: str = ""


class StrictSubgraph:
    """Answers requests to one subgraph. `moved` are the fields that it has given away."""

    def __init__(self, name: str, sdl: str, world: World) -> None:
        self.name = name
        self.world = world
        self.requests: list[dict[str, Any]] = []
        self.moved: set[tuple[str, str]] = set()
        self.nodes = [n for n in parse(sdl).definitions if isinstance(n, TYPE_NODES)]
        self.interface_objects = {n.name.value for n in self.nodes if _of(n, "interfaceObject")}
        self.keys: dict[str, list[str]] = {}
        for node in self.nodes:
            for key in _of(node, "key"):
                if not any(
                    a.name.value == "resolvable" and not a.value.value for a in key.arguments or ()
                ):
                    self.keys.setdefault(node.name.value, []).append(_text(key, "fields"))
        self.schema = self._schema(sdl)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one GraphQL request."""
        self.requests.append(request)
        document = parse(request["query"])
        invalid = validate(self.schema, document)
        if invalid:
            return {"errors": [{"message": f"INVALID: {error.message}"} for error in invalid]}
        result = execute_sync(self.schema, document, variable_values=request.get("variables"))
        return dict(result.formatted)

    def _schema(self, sdl: str) -> GraphQLSchema:
        objects = {n.name.value for n in self.nodes if isinstance(n, ObjectTypeDefinitionNode)}
        objects |= {n.name.value for n in self.nodes if isinstance(n, ObjectTypeExtensionNode)}
        entities = [name for name in self.keys if name in objects]
        union = f"union _Entity = {' | '.join(entities)}\n" if entities else ""
        query = "extend type Query" if "Query" in objects else "type Query"
        extra = "_entities(representations: [_Any!]!): [_Entity]!" if entities else "_none: Int"
        schema = build_schema(
            f"{DIRECTIVES}{sdl}\n{union}{query} {{ {extra} }}",
            assume_valid=True,
            assume_valid_sdl=True,
        )
        for node in self.nodes:
            named = schema.type_map[node.name.value]
            if isinstance(named, GraphQLObjectType):
                for definition in node.fields or ():
                    where = named.fields[definition.name.value]
                    if where.args:
                        self.world.definitions.setdefault(
                            (named.name, definition.name.value), where
                        )
                    where.resolve = self._resolver(node, definition, get_named_type(where.type))
        for named in schema.type_map.values():
            if is_abstract_type(named):
                named.resolve_type = lambda seen, *_: seen.typename
        if entities:
            assert schema.query_type is not None
            schema.query_type.fields["_entities"].resolve = self._entities
        return schema

    def _entities(
        self, _root: Any, _info: Any, representations: list[dict[str, Any]]
    ) -> list[Glimpse | Exception | None]:
        return [self._entity(representation) for representation in representations]

    def _entity(self, sent: dict[str, Any]) -> Glimpse | Exception | None:
        name = sent["__typename"]
        if name not in self.keys:
            return ValueError(f"STRICT: {self.name} has no entity {name}")
        found = None
        for key in self.keys[name]:
            wanted = self._read(sent, selections_of(key))
            if wanted is not None:
                found = found or self._row(name, key, wanted)
                if found is None:
                    return None
        if found is None:
            return ValueError(f"STRICT: {self.name} has no key of {name} for {text_of(sent)}")
        shown = name if name in self.interface_objects else found["__typename"]
        return Glimpse(found, sent, typename=shown)

    def _row(self, name: str, key: str, wanted: Any) -> Row | None:
        for concrete in sorted(self.world.stands_for(name)):
            for row in self.world.rows.get(concrete, []):
                absent = (self.name, concrete, row.get("id")) in self.world.absent
                if not absent and self.world.project(row, key) == wanted:
                    return row
        return None

    def _read(self, sent: Any, selections: SelectionSetNode | None) -> Any:
        """What a field set selects of a representation; None where a part of it is missing."""
        if selections is None or sent is None:
            return sent
        if isinstance(sent, list):
            return [self._read(item, selections) for item in sent]
        found: dict[str, Any] = {}
        for node, name in fields_of(selections, sent.get("__typename", ""), self.world):
            if name not in sent:
                return None
            merge(found, name, self._read(sent[name], node.selection_set))
        return found

    def _resolver(self, node: TypeNode, definition: FieldDefinitionNode, target: Any) -> Any:
        type_name, name = node.name.value, definition.name.value
        provides = tuple(selections_of(_text(one, "fields")) for one in _of(definition, "provides"))
        requires = [_text(one, "fields") for one in _of(definition, "requires")]
        contextual = [
            a.name.value
            for a in definition.arguments or ()
            if any(d.name.value == "fromContext" for d in a.directives or ())
        ]
        external = bool(_of(definition, "external")) and name not in self._key_fields(type_name)

        def resolve(seen: Glimpse | None, _info: Any, **arguments: Any) -> Any:
            if seen is None:
                seen = Glimpse(self.world.rows[type_name][0], typename=type_name)
            if (type_name, name) in self.moved:
                raise ValueError(f"STRICT: {type_name}.{name} is not {self.name}'s")
            given = list(self._given(seen, name))
            if external and not given:
                raise ValueError(f"STRICT: {type_name}.{name} is external in {self.name}")
            for field_set in requires:
                self._check_sent(seen, f"{type_name}.{name}", field_set)
            value = self._value(seen.row, name, arguments, contextual)
            if is_leaf_type(target):
                return value
            below = (*provides, *given)
            return self._glimpse(value, tuple(one for one in below if one is not None), target)

        return resolve

    def _key_fields(self, type_name: str) -> set[str]:
        return {
            name
            for key in self.keys.get(type_name, ())
            for _, name in fields_of(selections_of(key), type_name, self.world)
        }

    def _value(self, row: Row, name: str, arguments: dict[str, Any], contextual: list[str]) -> Any:
        if contextual and isinstance(row[name], str):
            return f"{row[name]} in {arguments[contextual[0]]}"
        return self.world.value(row, name, arguments)

    def _check_sent(self, seen: Glimpse, coordinate: str, field_set: str) -> None:
        truth = self.world.project(seen.row, field_set)
        sent = self._read(seen.given or {}, selections_of(field_set))
        if truth != sent:
            raise ValueError(
                f"STRICT: {coordinate} requires {text_of(truth)} and was sent {text_of(sent)}"
            )

    def _given(self, seen: Glimpse, name: str) -> Iterator[SelectionSetNode | None]:
        """What was provided below a field on the way in; something only if the field was."""
        for selections in seen.provided:
            for node, given in fields_of(selections, seen.row["__typename"], self.world):
                if given == name:
                    yield node.selection_set

    def _glimpse(self, value: Any, provided: tuple[SelectionSetNode, ...], target: Any) -> Any:
        if isinstance(value, list):
            return [self._glimpse(item, provided, target) for item in value]
        if not isinstance(value, dict):
            return ValueError(value.message) if hasattr(value, "message") else value
        name = target.name if target.name in self.interface_objects else value["__typename"]
        return Glimpse(value, None, provided, name)


def _of(node: TypeNode | FieldDefinitionNode, directive: str) -> list[ConstDirectiveNode]:
    return [one for one in node.directives or () if one.name.value == directive]


def _text(directive: ConstDirectiveNode, argument: str) -> str:
    for one in directive.arguments or ():
        if one.name.value == argument and isinstance(one.value, StringValueNode):
            return one.value.value
    return ""


def serve(
    subgraphs: Mapping[str, str], world: World, labels: frozenset[str] = frozenset()
) -> dict[str, StrictSubgraph]:
    """Serve subgraphs by their SDL, with what overrides move under these labels."""
    servers = {name: StrictSubgraph(name, sdl, world) for name, sdl in subgraphs.items()}
    for server in servers.values():
        for node in server.nodes:
            for definition in node.fields or ():
                for override in _of(definition, "override"):
                    field = (node.name.value, definition.name.value)
                    label = _text(override, "label")
                    is_on = not label or label in labels
                    giver = _text(override, "from") if is_on else server.name
                    if giver in servers:
                        servers[giver].moved.add(field)
    return servers
