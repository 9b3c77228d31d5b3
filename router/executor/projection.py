"""The client's answer read from the tree by generated code: one function for each selection set.

The code knows the client's order of keys, aliases and types, and nothing of errors and paths: at
the first value that is not as its type wants it, it gives up (`Misfit`, or what Python raises
where a key or an object is missing), and `completion` takes over.

An object that stands at many places is read once and written once, as an `orjson.Fragment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from router.executor.code import Code
from router.executor.exact_json import dumps
from router.executor.leaves import Leaf, Misfit
from router.executor.shape import (
    AnyFieldShape,
    Fields,
    FieldShape,
    InternalPath,
    IntrospectionShape,
    ObjectShape,
    RefusedShape,
    TypenameShape,
    UnreachableShape,
)
from router.supergraph.type_reference import TypeReference

GIVES_UP = (Misfit, KeyError, TypeError, AttributeError)
"""What the generated code raises where the answer needs completion to the letter."""

_CLASS_CHECKS = {"String": "str", "ID": "str", "Float": "float"}


def _misfit(_value: object = None) -> object:
    raise Misfit


def _list(value: Any) -> list[object]:
    if value.__class__ is list:
        return value
    raise Misfit


class Projection:
    """Writes the functions that read an answer.

    Each takes an object, the memo of each shared position (`shared` numbers them; None where no
    object was met twice) and the introspection's answers.
    """

    def __init__(self, code: Code, shared: Mapping[InternalPath, int]) -> None:
        code.constants.update(misfit=_misfit, list_=_list, dumps=dumps, Fragment=orjson.Fragment)
        self.code = code
        self.shared = shared
        self.written: dict[ObjectShape, str] = {}
        self.written_fields: dict[tuple[object, ...], str] = {}
        self.leaves: dict[Leaf, str] = {}

    def of(self, shape: ObjectShape) -> str:
        """The name of the function that reads objects of this shape."""
        name = self.written.get(shape)
        if name is None:
            name = self.once(shape)
            memo = self.shared.get(shape.path)
            if memo is not None:
                name = self.remembered(name, memo)
            self.written[shape] = name
        return name

    def once(self, shape: ObjectShape) -> str:
        if shape.is_uniform:
            assert shape.default is not None
            return self.fields(shape.type_name, shape.default)
        functions: dict[str | None, str] = {
            typename: self.fields(typename, fields) for typename, fields in shape.by_type.items()
        }
        if shape.default is not None:
            functions[None] = self.fields(shape.type_name, shape.default)
        name, table = self.code.name("abstract_"), self.code.name("by_type_")
        entries = ", ".join(f"{typename!r}: {each}" for typename, each in functions.items())
        self.code.line(f"{table} = {{{entries}}}")
        with self.code.block(f"def {name}(o, memos, introspection):"):
            self.code.line(f"return {table}[o.get('__typename')](o, memos, introspection)")
        return name

    def remembered(self, name: str, memo: int) -> str:
        shared = self.code.name("shared_")
        with self.code.block(f"def {shared}(o, memos, introspection):"):
            self.code.line(f"memo = memos[{memo}]")
            with self.code.block("if memo is None:"):
                self.code.line(f"return {name}(o, memos, introspection)")
            # Two aliases of one field read the same objects in two ways.
            self.code.line(f"key = ({len(self.written)}, id(o))")
            self.code.line("answer = memo.get(key)")
            with self.code.block("if answer is None:"):
                self.code.line(f"answer = Fragment(dumps({name}(o, memos, introspection)))")
                self.code.line("memo[key] = answer")
            self.code.line("return answer")
        return shared

    def fields(self, typename: str, fields: Fields) -> str:
        key = (typename if any(isinstance(f, TypenameShape) for f in fields) else None, *fields)
        name = self.written_fields.get(key)
        if name is None:
            entries = [self.entry(typename, field) for field in fields]
            name = self.written_fields[key] = self.code.name("object_")
            with self.code.block(f"def {name}(o, memos, introspection):"):
                if not any(isinstance(field, FieldShape) for field in fields):
                    self.code.line("if o.__class__ is not dict: misfit()")
                with self.code.block("return {"):
                    for entry in entries:
                        self.code.line(entry)
                self.code.line("}")
        return name

    def entry(self, typename: str, field: AnyFieldShape) -> str:
        match field:
            case TypenameShape(response_name):
                return f"{response_name!r}: {typename!r},"
            case IntrospectionShape(response_name):
                return f"{response_name!r}: introspection[{response_name!r}],"
            case UnreachableShape(response_name):
                return f"{response_name!r}: misfit(),"
            case RefusedShape(response_name, _, reference):
                return f"{response_name!r}: {'misfit()' if reference.is_non_null else None},"
        value = self.value(field.type, field.value, f"o[{field.source!r}]", 0)
        return f"{field.response_name!r}: {value},"

    def value(
        self, reference: TypeReference, inner: Leaf | ObjectShape, read: str, depth: int
    ) -> str:
        """An expression for the completed value of what `read` reads."""
        if reference.is_non_null:
            if reference.item is None and isinstance(inner, Leaf):
                return self.leaf(inner, read, nullable=False)
            return self.present(reference, inner, read, depth)
        if reference.item is None and isinstance(inner, Leaf):
            return self.leaf(inner, read, nullable=True)
        if read.isidentifier():
            return f"None if {read} is None else {self.present(reference, inner, read, depth)}"
        return f"None if (v := {read}) is None else {self.present(reference, inner, 'v', depth)}"

    def present(
        self, reference: TypeReference, inner: Leaf | ObjectShape, read: str, depth: int
    ) -> str:
        if reference.item is not None:
            item = f"x{depth}"
            value = self.value(reference.item, inner, item, depth + 1)
            return f"[{value} for {item} in list_({read})]"
        assert isinstance(inner, ObjectShape)
        return f"{self.of(inner)}({read}, memos, introspection)"

    def leaf(self, leaf: Leaf, read: str, *, nullable: bool) -> str:
        if not leaf.name:
            return read if nullable else f"{self.coerce(leaf)}({read})"
        first, again = (read, read) if read.isidentifier() else (f"(v := {read})", "v")
        null = f" or {again} is None" if nullable else ""
        if leaf.values is not None:
            values = self.leaf_constant(leaf, "enum_", leaf.values)
            return f"{again} if {first} in {values}{null} else misfit()"
        if leaf.name == "Int":
            fits = f"{first}.__class__ is int and -2147483648 <= {again} <= 2147483647"
        elif leaf.name == "Boolean":
            fits = f"{first} is True or {again} is False"
        else:
            fits = f"{first}.__class__ is {_CLASS_CHECKS[leaf.name]}"
        return f"{again} if {fits}{null} else {self.coerce(leaf)}({again})"

    def coerce(self, leaf: Leaf) -> str:
        return self.leaf_constant(leaf, "coerce_", leaf.coerce)

    def leaf_constant(self, leaf: Leaf, stem: str, value: object) -> str:
        if leaf not in self.leaves:
            self.leaves[leaf] = self.code.constant(stem, value)
        return self.leaves[leaf]
