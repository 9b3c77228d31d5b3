"""The text of a fetch's operation, without spaces that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from router.query_plan.nodes import (
    Condition,
    EntityEntry,
    SelectedField,
    Selection,
)


def selection_text(selections: Iterable[Selection]) -> str:
    """Write a selection set, braces included."""
    return "{" + " ".join(_one(selection) for selection in selections) + "}"


def _one(selection: Selection) -> str:
    directives = condition_text(selection.conditions)
    inner = selection_text(selection.selections) if selection.selections else ""
    if not isinstance(selection, SelectedField):
        on = f"...on {selection.type_condition}" if selection.type_condition else "..."
        return f"{on}{directives}{inner}"
    alias = f"{selection.response_name}:" if selection.response_name != selection.name else ""
    return f"{alias}{selection.name}{selection.arguments}{directives}{inner}"


def condition_text(conditions: Iterable[Condition]) -> str:
    return "".join(
        f"@{'include' if condition.value else 'skip'}(if:${condition.variable})"
        for condition in conditions
    )


def entity_text(entry: EntityEntry) -> str:
    """Write one `_entities` field, inside fragments where one directive does not say it all."""
    alias = "" if entry.response_name == "_entities" else f"{entry.response_name}:"
    own: dict[bool, Condition] = {}
    for condition in entry.conditions:
        own.setdefault(condition.value, condition)
    text = (
        f"{alias}_entities(representations:${entry.variable})"
        f"{condition_text(own.values())}{selection_text(entry.selections)}"
    )
    for condition in entry.conditions:
        if own[condition.value] != condition:
            text = f"...{condition_text((condition,))}{{{text}}}"
    return text


def operation_text(kind: str, name: str | None, declared: Iterable[str], selection_set: str) -> str:
    """Write an operation; `declared` are variable definitions."""
    variables = ",".join(declared)
    head = f"{kind}{f' {name}' if name else ''}{f'({variables})' if variables else ''}"
    return selection_set if head == "query" else head + selection_set


def declarations(variables: Mapping[str, str], used: Iterable[str]) -> list[str]:
    """The definitions of the client's variables that a fetch uses, in the client's order."""
    names = set(used)
    return [text for name, text in variables.items() if name in names]
