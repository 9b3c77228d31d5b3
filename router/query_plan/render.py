"""A plan as text, in the form that Apollo's tools print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from router.query_plan.parts import (
    Condition,
    ConditionNode,
    Defer,
    DeferredPart,
    EntityEntry,
    Fetch,
    Output,
    OutputField,
    Parallel,
    PlanNode,
    Position,
    Representation,
    RepresentationField,
    RepresentationSelection,
    SelectedField,
    Selection,
    Sequence,
    Subscription,
    TypeStep,
)


def render(node: PlanNode | None, *, budget_spent: bool = False) -> str:
    """Write a plan for a person to read."""
    lines = ["QueryPlan {", *_indent(_node(node) if node is not None else ()), "}"]
    if budget_spent:
        lines.insert(0, "# The search ended with its budget: a cheaper plan may exist.")
    return "\n".join(lines)


def _indent(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _block(head: str, inner: Iterable[str]) -> Iterator[str]:
    yield f"{head} {{"
    yield from _indent(inner)
    yield "},"


def _node(node: PlanNode) -> Iterator[str]:
    match node:
        case Fetch():
            yield from _fetch(node)
        case Sequence() | Parallel():
            inner = (line for child in node.nodes for line in _node(child))
            yield from _block(type(node).__name__, inner)
        case ConditionNode():
            yield from _condition(node)
        case Defer():
            yield from _defer(node)
        case Subscription():
            yield from _subscription(node)


def _condition(node: ConditionNode) -> Iterator[str]:
    if node.if_clause is not None and node.else_clause is not None:
        both = [
            *_block("Then", _node(node.if_clause)),
            *_block("Else", _node(node.else_clause)),
        ]
        yield from _block(f"If(${node.variable})", both)
    elif node.if_clause is not None:
        yield from _block(f"Include(if: ${node.variable})", _node(node.if_clause))
    elif node.else_clause is not None:
        yield from _block(f"Skip(if: ${node.variable})", _node(node.else_clause))


def _defer(node: Defer) -> Iterator[str]:
    inner = [*_block("Primary", _node(node.primary) if node.primary else ())]
    parts = (line for part in node.deferred for line in _deferred(part))
    inner.extend(_with_brackets(parts))
    yield from _block("Defer", inner)


def _with_brackets(lines: Iterable[str]) -> Iterator[str]:
    yield "["
    yield from _indent(lines)
    yield "]"


def _deferred(part: DeferredPart) -> Iterator[str]:
    label = f', label: "{part.label}"' if part.label is not None else ""
    depends = ", ".join(str(number) for number in part.depends_on)
    head = f'Deferred(depends: [{depends}], path: "{"/".join(part.path)}"{label})'
    inner = [*_output_lines(part.output), *(_node(part.node) if part.node else ())]
    yield from _block(head, inner)


def _output_lines(output: Iterable[Output]) -> Iterator[str]:
    yield "{"
    yield from _indent(_outputs(output))
    yield "}:"


def _outputs(output: Iterable[Output]) -> Iterator[str]:
    for one in output:
        if isinstance(one, OutputField):
            alias = f"{one.response_name}: " if one.response_name != one.name else ""
            head = f"{alias}{one.name}{_directives(one.conditions)}"
        else:
            types = "|".join(sorted(one.types)) if one.types is not None else ""
            head = f"... on {types}{_directives(one.conditions)}" if types else "..."
        if one.selections:
            yield f"{head} {{"
            yield from _indent(_outputs(one.selections))
            yield "}"
        else:
            yield head


def _subscription(node: Subscription) -> Iterator[str]:
    inner = [*_block("Primary:", _node(node.primary))]
    if node.rest is not None:
        inner.extend(_block("Rest:", _node(node.rest)))
    yield from _block("Subscription", inner)


def _fetch(fetch: Fetch) -> Iterator[str]:
    if not fetch.entries:
        body = [*_braces(_selections(fetch.selections))]
        if fetch.positions == ((),):
            yield from _block(f'Fetch(service: "{fetch.service}")', body)
        else:
            yield from _flatten(fetch.positions, _block(_head(fetch), body))
    elif len(fetch.entries) == 1 and len(fetch.entries[0].positions) == 1:
        entry = fetch.entries[0]
        yield from _flatten(entry.positions, _block(_head(fetch), _entity(entry)))
    else:
        inner = (line for entry in fetch.entries for line in _batched(entry))
        yield from _block(f'BatchFetch(service: "{fetch.service}")', inner)


def _head(fetch: Fetch) -> str:
    filled = "".join(
        f", ${one.variable}: {'../' * one.levels_up}{' '.join(_represented(one.selections))}"
        for one in fetch.contexts
    )
    return f'Fetch(service: "{fetch.service}"{filled})'


def _flatten(positions: Iterable[Position], inner: Iterable[str]) -> Iterator[str]:
    paths = ", ".join(f'"{position_text(position)}"' for position in positions)
    return _block(f"Flatten(path: {paths})", inner)


def _batched(entry: EntityEntry) -> Iterator[str]:
    yield from _flatten(entry.positions, _entity(entry))


def _entity(entry: EntityEntry) -> Iterator[str]:
    keys = [line for one in entry.representations for line in _representation(one)]
    lines = [*_braces(keys)]
    yield from lines[:-1]
    yield "} =>"
    yield from _braces(_selections(entry.selections), _directives(entry.conditions))


def _representation(one: Representation) -> Iterator[str]:
    for type_name in sorted(one.types):
        yield f"... on {type_name} {{"
        if one.typename is None:
            yield "  __typename"
        else:
            yield f"  __typename = {one.typename}"
        yield from _indent(_represented(one.selections))
        yield "}"


def _represented(selections: Iterable[RepresentationSelection]) -> Iterator[str]:
    for one in selections:
        if isinstance(one, RepresentationField):
            source = f" = {one.source}" if one.source != one.name else ""
            head = f"{one.name}{source}"
        else:
            head = f"... on {one.type_condition}"
        if one.selections:
            yield f"{head} {{"
            yield from _indent(_represented(one.selections))
            yield "}"
        else:
            yield head


def _braces(inner: Iterable[str], directives: str = "") -> Iterator[str]:
    yield f"{directives.strip()} {{".strip()
    yield from _indent(inner)
    yield "}"


def _selections(selections: Iterable[Selection]) -> Iterator[str]:
    for one in selections:
        if isinstance(one, SelectedField):
            alias = f"{one.response_name}: " if one.response_name != one.name else ""
            head = f"{alias}{one.name}{one.arguments}"
        else:
            head = f"... on {one.type_condition}" if one.type_condition else "..."
        head += _directives(one.conditions)
        if one.selections:
            yield f"{head} {{"
            yield from _indent(_selections(one.selections))
            yield "}"
        else:
            yield head


def _directives(conditions: Iterable[Condition]) -> str:
    return "".join(
        f" @{'include' if one.value else 'skip'}(if: ${one.variable})" for one in conditions
    )


def path_steps(position: Position) -> list[str]:
    """A position as a list of texts: names, `@` for lists, `|[A,B]` after a name for types."""
    steps: list[str] = []
    for step in position:
        if isinstance(step, TypeStep):
            condition = f"|[{','.join(sorted(step.types))}]"
            if steps:
                steps[-1] += condition
            else:
                steps.append(condition)
        else:
            steps.append(step)
    return steps


def position_text(position: Position) -> str:
    return ".".join(path_steps(position))
