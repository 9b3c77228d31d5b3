"""Rules of @context and @fromContext ("Use contexts to share data along type hierarchies")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from router.composition.contexts import ContextUse, context_holders, context_uses
from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.field_sets import Problem, Selected, parse_field_set, resolve
from router.composition.subgraph_schema import (
    FieldDefinition,
    InputDefinition,
    SubgraphSchema,
    TypeDefinition,
)
from router.supergraph.type_reference import TypeReference, type_reference

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def check_contexts(facts: SubgraphFacts, findings: Findings) -> None:
    """A context has a name, is set by a type, and is used where its value can be sent."""
    schema = facts.schema
    holders = context_holders(schema)
    _check_names(holders, findings)
    _check_directive_definitions(schema, findings)
    for definition in schema.types.values():
        for field in definition.fields.values():
            uses = list(context_uses(field))
            for use in uses:
                _check_use(schema, definition, field, use, holders, findings)
            if uses and definition.kind == "object":
                _check_key(definition, uses[0], findings)


def _check_names(holders: dict[str, list[TypeDefinition]], findings: Findings) -> None:
    for name, definitions in holders.items():
        if not _NAME.fullmatch(name):
            for definition in definitions:
                findings.error(
                    "CONTEXT_NAME_INVALID",
                    f'[{definition.subgraph}] {definition.name} sets the context "{name}"; the'
                    " name must be a letter followed by letters and digits.",
                    [definition.place()],
                    coordinate=definition.name,
                )


def _check_directive_definitions(schema: SubgraphSchema, findings: Findings) -> None:
    for directive in schema.directive_definitions.values():
        for argument in directive.arguments.values():
            if argument.has("fromContext"):
                message = "a directive's argument cannot be filled from a context"
                _report(argument, "CONTEXT_NOT_SET", message, findings)


def _report(argument: InputDefinition, code: str, message: str, findings: Findings) -> None:
    findings.error(
        code,
        f"[{argument.subgraph}] {argument.coordinate}: {message}.",
        [argument.place()],
        coordinate=argument.coordinate,
    )


def _check_key(definition: TypeDefinition, use: ContextUse, findings: Findings) -> None:
    """The value is sent in a fetch of the entity, so there must be a way to ask for it."""
    for key in definition.applied("key"):
        resolvable = key.arguments.get("resolvable")
        if resolvable is None or getattr(resolvable, "value", True):
            return
    message = f"{definition.name} needs a resolvable @key to be asked for with a context"
    _report(use.argument, "CONTEXT_NO_RESOLVABLE_KEY", message, findings)


def _check_use(
    schema: SubgraphSchema,
    definition: TypeDefinition,
    field: FieldDefinition,
    use: ContextUse,
    holders: dict[str, list[TypeDefinition]],
    findings: Findings,
) -> None:
    argument = use.argument
    for message in _misplaced(schema, definition, field, argument):
        _report(argument, "CONTEXT_NOT_SET", message, findings)
    if use.context is None:
        message = 'it names no context; write "$name { field }"'
        _report(argument, "NO_CONTEXT_IN_SELECTION", message, findings)
    elif use.context not in holders:
        message = f'no type of this subgraph sets the context "{use.context}"'
        _report(argument, "CONTEXT_NOT_SET", message, findings)
    else:
        for message in _selection_mistakes(schema, use, holders[use.context]):
            _report(argument, "CONTEXT_INVALID_SELECTION", message, findings)


def _misplaced(
    schema: SubgraphSchema,
    definition: TypeDefinition,
    field: FieldDefinition,
    argument: InputDefinition,
) -> Iterator[str]:
    if definition.kind == "interface":
        yield "an argument of an interface's field cannot be filled from a context"
    for name in definition.interfaces:
        if field.name in schema.types[name].fields:
            yield f"its field is demanded by the interface {name}, so clients give its arguments"
    if argument.default is not None:
        yield "an argument that is filled from a context cannot have a default"


def _selection_mistakes(
    schema: SubgraphSchema, use: ContextUse, holders: list[TypeDefinition]
) -> Iterator[str]:
    selection_set = parse_field_set(use.selection)
    if isinstance(selection_set, Problem):
        yield f"the selection cannot be read: {selection_set.reason.removesuffix('.')}"
        return
    for holder in holders:
        branch = _branch(schema, selection_set, holder)
        if branch is None:
            yield f"the selection has no type condition for {holder.name}, which sets the context"
            continue
        selections, problems = resolve(schema, holder, branch)
        yield from (problem.reason for problem in problems)
        if not problems:
            yield from _value_mistakes(selections, use.argument.type)


def _branch(
    schema: SubgraphSchema, selection_set: SelectionSetNode, holder: TypeDefinition
) -> SelectionSetNode | None:
    """Choose what is selected on this holder of the context."""
    fragments = [n for n in selection_set.selections if isinstance(n, InlineFragmentNode)]
    if not fragments or any(isinstance(n, FieldNode) for n in selection_set.selections):
        return selection_set
    mine = schema.possible_types(holder.name)
    for fragment in fragments:
        name = fragment.type_condition.name.value if fragment.type_condition else holder.name
        if name == holder.name or mine <= schema.possible_types(name):
            return fragment.selection_set
    if holder.kind == "object":
        return None
    return selection_set


def _value_mistakes(selections: tuple[Selected, ...], expected: TypeReference) -> Iterator[str]:
    per_type: dict[str, list[Selected]] = {}
    for selected in selections:
        per_type.setdefault(selected.parent.name, []).append(selected)
    for chosen in per_type.values():
        if len(chosen) != 1:
            yield "exactly one field must be selected"
            continue
        found = _value_type(chosen[0])
        if found is None:
            yield "exactly one field must be selected"
        elif not accepts(expected, found):
            yield f"the selected value is of type {found}, the argument of type {expected}"


def _value_type(selected: Selected) -> TypeReference | None:
    """The type of the one value that is selected, null where anything on the way is null."""
    if not selected.selections:
        return selected.field.type
    if len(selected.selections) != 1:
        return None
    inner = _value_type(selected.selections[0])
    return None if inner is None else _within(selected.field.type, inner)


def _within(outer: TypeReference, inner: TypeReference) -> TypeReference:
    if outer.nullable.item is not None:
        text = f"[{_within(outer.nullable.item, inner)}]"
    else:
        text = inner.nullable.text
    is_non_null = outer.is_non_null and (outer.nullable.item is not None or inner.is_non_null)
    return type_reference(f"{text}!" if is_non_null else text)


def accepts(expected: TypeReference, given: TypeReference) -> bool:
    """Tell whether every value of type `given` is one of type `expected`."""
    if expected.is_non_null and not given.is_non_null:
        return False
    expected, given = expected.nullable, given.nullable
    if expected.item is None or given.item is None:
        return expected.text == given.text
    return accepts(expected.item, given.item)
