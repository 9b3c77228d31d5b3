"""The answer of a plan that is one fetch, passed through after it was proved to be as it must be.

Where the subgraph's names are the client's, the answer's types are known before it comes. msgspec
reads it as those types and writes it again, in the client's order and with nothing else in it, in
a third of the time that generic objects and generated code take. What does not fit its type in the
least is not passed: then the usual way is gone, with coercion, nulls and errors to the letter.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Optional, Union

import msgspec
from graphql import GraphQLObjectType, GraphQLSchema

from router.executor.layout import ROOT
from router.executor.leaves import BUILT_IN, Leaf
from router.executor.shape import (
    AnyFieldShape,
    Fields,
    FieldShape,
    ObjectShape,
    TypenameShape,
)
from router.query_plan.nodes import Fetch
from router.supergraph.type_reference import TypeReference

LEAST_BYTES = 2048
"""A shorter answer is read faster than types for it are made."""

_MOST_TYPES = 40
_INT = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
_BUILT_IN_TYPES = {"Int": _INT, "Float": float, "String": str, "Boolean": bool, "ID": str}


class Impassable(Exception):
    """The answer must be reshaped: aliases of the plan's own, types told apart without a name."""


class Passage:
    """Passes the answers of one fetch through. Its types are made when first it is used."""

    def __init__(self, shape: ObjectShape, schema: GraphQLSchema) -> None:
        self._shape = shape
        self._schema = schema
        self._decoder: msgspec.json.Decoder[Any] | None = None
        self._encode = msgspec.json.Encoder().encode
        self._is_impassable = False

    @classmethod
    def of(
        cls, fetches: tuple[Fetch, ...], shape: ObjectShape, schema: GraphQLSchema
    ) -> Passage | None:
        """The passage of a plan, None where it is more than one fetch of root fields."""
        is_one = len(fetches) == 1 and not fetches[0].entries and fetches[0].positions == ROOT
        return cls(shape, schema) if is_one else None

    def through(self, answer: bytes) -> bytes | None:
        """The client's response to a subgraph's answer; None where it cannot be passed through."""
        if self._is_impassable:
            return None
        try:
            if self._decoder is None:
                data = _Types(self._schema).object(self._shape)
                fields: list[Any] = [("data", data), ("errors", Any, None)]
                self._decoder = msgspec.json.Decoder(msgspec.defstruct("Answer", fields))
            read = self._decoder.decode(answer)
        except Impassable:
            self._is_impassable = True
            return None
        except (msgspec.DecodeError, RecursionError):
            return None
        return None if read.errors else b'{"data":' + self._encode(read.data) + b"}"


class _Types:
    """Makes the types of an answer."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.known: dict[ObjectShape, Any] = {}

    def object(self, shape: ObjectShape) -> Any:
        if shape not in self.known:
            self.known[shape] = self.new_object(shape)
        return self.known[shape]

    def new_object(self, shape: ObjectShape) -> Any:
        is_abstract = not isinstance(self.schema.type_map[shape.type_name], GraphQLObjectType)
        if shape.is_uniform:
            assert shape.default is not None
            return self.struct(shape.type_name, shape.default, is_tagged=False)
        if not is_abstract or shape.default is not None or len(shape.by_type) > _MOST_TYPES:
            raise Impassable
        structs = [
            self.struct(name, fields, is_tagged=True) for name, fields in shape.by_type.items()
        ]
        return Union[tuple(structs)]  # noqa: UP007 - made at run time

    def struct(self, typename: str, fields: Fields, *, is_tagged: bool) -> Any:
        if is_tagged:
            # A tag is written first, so the client must have asked for it first.
            first = fields[0] if fields else None
            if not isinstance(first, TypenameShape) or first.response_name != "__typename":
                raise Impassable
            fields = fields[1:]
        named = [(f"f{number}", self.field(typename, f)) for number, f in enumerate(fields)]
        return msgspec.defstruct(
            "Object",
            named,
            rename={f"f{number}": f.response_name for number, f in enumerate(fields)},
            tag_field="__typename" if is_tagged else None,
            tag=typename if is_tagged else None,
            gc=False,
        )

    def field(self, typename: str, field: AnyFieldShape) -> Any:
        match field:
            case FieldShape() if field.source == field.response_name:
                return self.value(field.type, field.value)
            case TypenameShape("__typename"):
                return Literal[typename]
        raise Impassable

    def value(self, reference: TypeReference, inner: Leaf | ObjectShape) -> Any:
        if reference.item is not None:
            item = self.value(reference.item, inner)
            present: Any = list.__class_getitem__(item)
        elif isinstance(inner, ObjectShape):
            present = self.object(inner)
        elif inner.values is not None:
            present = Literal[tuple(sorted(inner.values))]
        else:
            present = _BUILT_IN_TYPES[inner.name] if inner.name in BUILT_IN else Any
        if present is Any and reference.is_non_null:
            raise Impassable  # msgspec has no type for anything but null
        return present if reference.is_non_null else Optional[present]  # noqa: UP045 - made at run time
