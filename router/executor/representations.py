"""Entity representations gathered at a fetch's stands, each distinct one once, by generated code.

Two objects with equal keys give one representation, and both get what comes back for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from router.executor.code import Code
from router.executor.exact_json import dumps
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
        return dumps(value)
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
        for variable, _ in enumerate(variables):
            code.line(f"representations_{variable} = []")
            code.line(f"known_{variable} = {{}}")
        for group, entering in enumerate(enterings):
            shared = {
                each.entry.representations
                for each in enterings
                if each.entry.variable == entering.entry.variable
            }
            variable = variables.index(entering.entry.variable)
            _write_group(code, (group, variable), entering, is_alone=len(shared) == 1)
        by_variable = ", ".join(
            f"{name!r}: representations_{variable}" for variable, name in enumerate(variables)
        )
        groups = ", ".join(f"group_{group}" for group, _ in enumerate(enterings))
        code.line(f"return {{{by_variable}}}, [{groups}]")
    return name


def _write_group(
    code: Code, numbers: tuple[int, int], entering: Entering, *, is_alone: bool
) -> None:
    group, variable = numbers
    entry = entering.entry
    # Where all that a variable holds is made in one way, the values alone tell it apart.
    is_alone = is_alone and len(entry.representations) == 1
    only = _only_type(entry)
    code.line(f"group_{group} = {{}}")
    with code.block(f"for o in run.stands[{entering.stand.number}]:"):
        # Where only one type is possible, the plan may not have fetched its name.
        code.line(f"t = o.get('__typename', {only!r})")
        if entering.types is not None and entering.types != {only}:
            types = code.constant("types_", entering.types)
            code.line(f"if t not in {types}: continue")
        with code.block("try:"):
            for number, representation in enumerate(entry.representations):
                word = "elif" if number else "if"
                with code.block(f"{word} {_has_type(code, entry, representation)}:"):
                    _write_key(code, number, representation, is_alone=is_alone)
            with code.block("else:"):
                code.line("continue")
        # A field that is missing was asked of a subgraph that failed or knew no such entity.
        with code.block("except (KeyError, TypeError):"):
            code.line(f"run.lacking.append(([o], {names_laid(entry.selections)!r}))")
            code.line("continue")
        code.line(f"index = known_{variable}.get(key)")
        with code.block("if index is None:"):
            code.line(f"known_{variable}[key] = index = len(representations_{variable})")
            _write_append(code, variable, entry)
        with code.block(f"if index in group_{group}:"):
            code.line(f"group_{group}[index].append(o)")
        with code.block("else:"):
            code.line(f"group_{group}[index] = [o]")


def _has_type(code: Code, entry: EntityEntry, representation: Representation) -> str:
    if is_of_any_type(representation):
        others = (each.types for each in entry.representations if each is not representation)
        return f"t not in {code.constant('types_', frozenset[str]().union(*others))}"
    if len(representation.types) == 1:
        return f"t == {next(iter(representation.types))!r}"
    return f"t in {code.constant('types_', representation.types)}"


def _write_key(code: Code, number: int, representation: Representation, *, is_alone: bool) -> None:
    """Read what the representation is made of, as a key that equals another's for equal ones."""
    flat = _flat(representation)
    if flat is None:
        read = code.constant("read_", reader(representation.selections))
        typename = _typename(representation)
        code.line(f"representation = {{'__typename': {typename}, **{read}(o)}}")
        code.line("key = exact(representation)")
        return
    keys = []
    for field_number, field in enumerate(flat):
        part = f"k{number}_{field_number}"
        code.line(f"{part} = o[{field.source!r}]")
        keys.append(f"{part} if {part}.__class__ is str else exact({part})")
    if not is_alone:
        # The same values of other fields are another representation.
        keys.append(repr(" ".join(field.name for field in flat)))
    if not is_alone or (representation.typename is None and len(representation.types) > 1):
        keys.append(_typename(representation))
    code.line(f"key = {keys[0]}" if len(keys) == 1 else f"key = ({', '.join(keys)},)")


def _write_append(code: Code, variable: int, entry: EntityEntry) -> None:
    for number, representation in enumerate(entry.representations):
        flat = _flat(representation)
        made = "representation"
        if flat is not None:
            fields = (f"{field.name!r}: k{number}_{each}" for each, field in enumerate(flat))
            made = ", ".join((f"'__typename': {_typename(representation)}", *fields))
            made = f"{{{made}}}"
        append = f"representations_{variable}.append({made})"
        if len(entry.representations) == 1:
            code.line(append)
        else:
            word = "elif" if number else "if"
            code.line(f"{word} {_has_type(code, entry, representation)}: {append}")


def is_of_any_type(representation: Representation) -> bool:
    """Whether it is for objects whose type need not be known.

    They bear an interface's name until a fetch that runs at the same time tells what they are.
    """
    return representation.typename in representation.types


def _flat(representation: Representation) -> list[RepresentationField] | None:
    """The fields of a representation that has leaves alone, and at least one."""
    fields = [each for each in representation.selections if isinstance(each, RepresentationField)]
    if not fields or len(fields) < len(representation.selections):
        return None
    return None if any(field.selections for field in fields) else fields


def _typename(representation: Representation) -> str:
    return "t" if representation.typename is None else repr(representation.typename)


def _only_type(entry: EntityEntry) -> str | None:
    """The type of an entry's objects, where only one is possible."""
    types = {name for representation in entry.representations for name in representation.types}
    return types.pop() if len(types) == 1 else None
