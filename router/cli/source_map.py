"""Where in Python a Strawberry schema defines each type and field.

A composition error in a generated SDL is mended in Python: the map leads from the coordinate
(`Patient`, `Patient.cpf`) to the file and line of the class, attribute or resolver behind it.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SourceMap = dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _ClassPlace:
    """A class's file, its line, and the lines of its attributes."""

    file: str
    line: int
    attributes: Mapping[str, int]

    def of(self, attribute: str | None) -> tuple[str, int]:
        """Find an attribute; one that the class only inherits is where the class is."""
        return self.file, self.attributes.get(attribute or "", self.line)


def source_map(schema: Any) -> SourceMap:
    """Map each coordinate of a Strawberry schema to its file (relative to here) and line.

    What Python cannot locate (built at run time, or of another library) is left out; for an object
    that is no Strawberry schema the map is empty.
    """
    converter = getattr(schema, "schema_converter", None)
    find = cache(_class_place)
    found: SourceMap = {}
    for name, concrete in getattr(converter, "type_map", {}).items():
        definition = concrete.definition
        members = getattr(definition, "wrapped_cls", ())
        place = _first_place(getattr(definition, "origin", members), find)
        if place is None:
            continue
        found[name] = (place.file, place.line)
        for field in getattr(definition, "fields", ()):
            graphql_name = schema.config.name_converter.from_field(field)
            declared = _first_place(field.origin, find) or place
            found[f"{name}.{graphql_name}"] = _field_place(field, declared)
        # An enumeration's values, which stand in the order of its members.
        for value, member in zip(getattr(definition, "values", ()), members, strict=False):
            graphql_name = schema.config.name_converter.from_enum_value(definition, value)
            found[f"{name}.{graphql_name}"] = place.of(member.name)
    return found


def _first_place(origin: Any, find: Callable[[type], _ClassPlace | None]) -> _ClassPlace | None:
    """Find a class, or else its first base that stands in a file.

    Strawberry makes the root type of a federation schema at run time, from the one written.
    """
    return next(filter(None, map(find, getattr(origin, "__mro__", ()))), None)


def _class_place(origin: type) -> _ClassPlace | None:
    try:
        lines, first = inspect.getsourcelines(origin)
        file = inspect.getsourcefile(origin)
    except (TypeError, OSError):
        return None
    return _ClassPlace(_relative(str(file)), first, _attribute_lines("".join(lines), first))


def _attribute_lines(source: str, first: int) -> dict[str, int]:
    """Find the line of each attribute; none where the class does not stand alone as Python."""
    try:
        tree = ast.parse(textwrap.dedent(source)).body[0]
    except SyntaxError:  # An inner class with a string of several lines cannot be dedented.
        return {}
    attributes = {}
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            attributes[node.target.id] = first + node.lineno - 1
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            attributes[node.targets[0].id] = first + node.lineno - 1
    return attributes


def _field_place(field: Any, declared: _ClassPlace) -> tuple[str, int]:
    """Find a field: its resolver, else its attribute, else the class."""
    resolver = getattr(field.base_resolver, "wrapped_func", None)
    code = getattr(inspect.unwrap(resolver), "__code__", None) if resolver is not None else None
    if code is not None:
        return _relative(code.co_filename), code.co_firstlineno
    return declared.of(field.python_name)


def _relative(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
