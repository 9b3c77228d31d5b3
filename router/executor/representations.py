"""Entity representations gathered at a fetch's stands, each distinct one once, by generated code.

Two objects with equal keys give one representation, and both get what comes back for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from router.executor.code import Code
from router.executor.layout import Entering, names_laid
from router.executor.merge import Groups
from router.executor.run import Run
from router.query_plan.nodes import (
    EntityEntry,
    Representation,
    RepresentationField,
    RepresentationSelection,
)

Gathered = tuple[dict[str, list[dict[str, Any]]], Groups]
"""The representations for each variable, and for each entering the objects of each."""

Gather = Callable[[Run], Gathered]
Read = Callable[[dict[str, Any]], dict[str, Any]]


def exact(value: Any) -> object:
    """A key that equals another's only where the JSON is the same: `1`, `1.0`, `true` are three."""
    if value.__class__ is dict or value.__class__ is list:
        return orjson.dumps(value)
    if value.__class__ is float:
        return repr(value).encode()
    return (value.__class__, value)


def reader(selections: tuple[RepresentationSelection, ...]) -> Read:
    """A function that reads a representation's fields, with `KeyError` for one that is missing."""

    def read(source: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        _read_into(fields, source, selections)
        return fields

    return read


def _read_into(
    fields: dict[str, Any],
    source: dict[str, Any],
    selections: Iterable[RepresentationSelection],
) -> None:
    for selection in selections:
        if isinstance(selection, RepresentationField):
            value = source[selection.source]
            fields[selection.name] = (
                _read_nested(fields.get(selection.name), value, selection.selections)
                if selection.selections
                else value
            )
        elif source["__typename"] in selection.types:
            _read_into(fields, source, selection.selections)


def _read_nested(known: Any, value: Any, selections: tuple[RepresentationSelection, ...]) -> Any:
    """An object or a list of them, laid over what another selection of the same field read."""
    if value is None:
        return None
    if value.__class__ is list:
        before = known if known.__class__ is list else [None] * len(value)
        return [
            _read_nested(old, item, selections) for old, item in zip(before, value, strict=True)
        ]
    fields = known if known.__class__ is dict else {}
    _read_into(fields, value, selections)
    return fields


def write_gather(code: Code, number: int, enterings: tuple[Entering, ...]) -> str:
    """Write the function that gathers the representations of a fetch, and give its name."""
    code.constants.update(exact=exact)
    name = f"gather_{number}"
    with code.block(f"def {name}(run):"):
        variables = list(dict.fromkeys(each.entry.variable for each in enterings))
        for each, _ in enumerate(variables):
            code.line(f"representations_{each} = []")
            code.line(f"known_{each} = {{}}")
        for group, entering in enumerate(enterings):
            each = variables.index(entering.entry.variable)
            code.line(f"group_{group} = {{}}")
            _write_group(code, group, each, entering)
        by_variable = ", ".join(
            f"{variable!r}: representations_{each}" for each, variable in enumerate(variables)
        )
        groups = ", ".join(f"group_{group}" for group, _ in enumerate(enterings))
        code.line(f"return {{{by_variable}}}, [{groups}]")
    return name


def _write_group(code: Code, group: int, variable: int, entering: Entering) -> None:
    entry = entering.entry
    with code.block(f"for o in run.stands[{entering.stand.number}]:"):
        code.line("t = o.get('__typename')")
        only = _only_type(entry)
        if only is not None:
            code.line(f"if t is None: t = {only!r}")
        if entering.types is not None:
            types = code.constant("types_", entering.types)
            code.line(f"if t not in {types}: continue")
        with code.block("try:"):
            word = "if"
            for representation in entry.representations:
                types = code.constant("types_", representation.types)
                with code.block(f"{word} t in {types}:"):
                    _write_representation(
                        code, representation, is_only=len(entry.representations) == 1
                    )
                word = "elif"
            with code.block("else:"):
                code.line("continue")
        # A field that is missing was asked of a subgraph that failed or knew no such entity.
        with code.block("except (KeyError, TypeError):"):
            code.line(f"run.lacking.append(([o], {names_laid(entry.selections)!r}))")
            code.line("continue")
        code.line(f"index = known_{variable}.get(key)")
        with code.block("if index is None:"):
            code.line(f"known_{variable}[key] = index = len(representations_{variable})")
            code.line(f"representations_{variable}.append(representation)")
        code.line(f"objects = group_{group}.get(index)")
        with code.block("if objects is None:"):
            code.line(f"group_{group}[index] = [o]")
        with code.block("else:"):
            code.line("objects.append(o)")


def _write_representation(code: Code, representation: Representation, *, is_only: bool) -> None:
    typename = "t" if representation.typename is None else repr(representation.typename)
    fields = representation.selections
    flat = [
        each for each in fields if isinstance(each, RepresentationField) and not each.selections
    ]
    if len(flat) < len(fields):
        read = code.constant("read_", reader(fields))
        code.line(f"representation = {{'__typename': {typename}, **{read}(o)}}")
        code.line("key = exact(representation)")
        return
    entries, keys = [f"'__typename': {typename}"], [typename]
    if not is_only:
        # The same values of other fields are another representation.
        keys.append(repr(" ".join(field.name for field in flat)))
    for number, field in enumerate(flat):
        code.line(f"k{number} = o[{field.source!r}]")
        entries.append(f"{field.name!r}: k{number}")
        keys.append(f"k{number} if k{number}.__class__ is str else exact(k{number})")
    code.line(f"representation = {{{', '.join(entries)}}}")
    code.line(f"key = ({', '.join(keys)},)")


def _only_type(entry: EntityEntry) -> str | None:
    """The type of objects whose `__typename` was not fetched, where only one is possible."""
    types = {name for representation in entry.representations for name in representation.types}
    return types.pop() if len(types) == 1 else None
