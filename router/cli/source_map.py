"""Where in Python a Strawberry schema defines each type and field.

A composition error in a generated SDL is mended in Python: the map leads from the coordinate
(`Patient`, `Patient.cpf`) to the file and line of the class, attribute or resolver behind it.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any

SourceMap = dict[str, tuple[str, int]]


def source_map(schema: Any) -> SourceMap:
    """Map each coordinate of a Strawberry schema to its file (relative to here) and line.

    What Python cannot locate (built at run time, or of another library) is left out; for an object
    that is no Strawberry schema the map is empty.
    """
    converter = getattr(schema, "schema_converter", None)
    found: SourceMap = {}
    for name, concrete in getattr(converter, "type_map", {}).items():
        definition = concrete.definition
        origin = getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)
        place = _class_place(origin)
        if place is None:
            continue
        file, line, attributes = place
        found[name] = (file, line)
        for field in getattr(definition, "fields", ()):
            graphql_name = schema.config.name_converter.from_field(field)
            found[f"{name}.{graphql_name}"] = _field_place(field, file, line, attributes)
    return found


def _class_place(origin: Any) -> tuple[str, int, dict[str, int]] | None:
    """Find a class's file, its line, and the lines of its attributes."""
    try:
        file = inspect.getsourcefile(origin)
        lines, first = inspect.getsourcelines(origin)
    except (TypeError, OSError):
        return None
    if file is None:
        return None
    tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    attributes = {}
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            attributes[node.target.id] = first + node.lineno - 1
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            attributes[node.targets[0].id] = first + node.lineno - 1
    return _relative(file), first, attributes


def _field_place(field: Any, file: str, line: int, attributes: dict[str, int]) -> tuple[str, int]:
    """Find a field: its resolver, else its attribute, else the class."""
    resolver = getattr(field.base_resolver, "wrapped_func", None)
    if resolver is not None:
        code = inspect.unwrap(resolver).__code__
        return _relative(code.co_filename), code.co_firstlineno
    return file, attributes.get(field.python_name, line)


def _relative(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
