"""Rules of @cost and @listSize (the demand control specification, "IBM cost specification")."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import IntValueNode

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.subgraph_schema import Directive, FieldDefinition, SubgraphSchema

Mistake = tuple[str, str]


def check_cost(facts: SubgraphFacts, findings: Findings) -> None:
    """@cost stands on what is resolved; @listSize tells how long a list is that is returned."""
    for definition in facts.schema.types.values():
        for field in definition.fields.values():
            if definition.kind == "interface" and (cost := field.first("cost")):
                findings.error(
                    "COST_APPLIED_TO_INTERFACE_FIELD",
                    f"[{facts.name}] {field.coordinate} is a field of an interface; its cost is"
                    " that of the implementations' field.",
                    [field.place(cost.node)],
                    coordinate=field.coordinate,
                    suggestion="Put @cost on the field of the implementations.",
                )
            directive = field.first("listSize")
            if directive is None:
                continue
            for code, reason in _list_size_mistakes(facts.schema, field, directive):
                findings.error(
                    code,
                    f"[{facts.name}] @listSize on {field.coordinate}: {reason}.",
                    [field.place(directive.node)],
                    coordinate=field.coordinate,
                )


def _list_size_mistakes(
    schema: SubgraphSchema, field: FieldDefinition, directive: Directive
) -> Iterator[Mistake]:
    sized = directive.strings("sizedFields")
    if not sized and field.type.nullable.item is None:
        yield "LIST_SIZE_APPLIED_TO_NON_LIST", f"its type {field.type} is no list"
    assumed = directive.arguments.get("assumedSize")
    if isinstance(assumed, IntValueNode) and int(assumed.value) < 0:
        yield "LIST_SIZE_INVALID_ASSUMED_SIZE", "`assumedSize` is negative"
    for name in directive.strings("slicingArguments"):
        yield from _slicing_argument_mistakes(field, name)
    for name in sized:
        yield from _sized_field_mistakes(schema, field, name)


def _slicing_argument_mistakes(field: FieldDefinition, name: str) -> Iterator[Mistake]:
    code = "LIST_SIZE_INVALID_SLICING_ARGUMENT"
    argument = field.arguments.get(name)
    if argument is None:
        yield code, f'the slicing argument "{name}" is no argument of the field'
    elif argument.type.nullable.text != "Int":
        yield code, f'the slicing argument "{name}" has type {argument.type}, not Int or Int!'


def _sized_field_mistakes(
    schema: SubgraphSchema, field: FieldDefinition, name: str
) -> Iterator[Mistake]:
    returned = schema.types.get(field.type.name)
    code = "LIST_SIZE_INVALID_SIZED_FIELD"
    if returned is None or returned.kind not in {"object", "interface"}:
        yield code, f"its type {field.type} has no fields to size"
    elif name not in returned.fields:
        yield code, f'the sized field "{name}" is no field of {returned.name}'
    elif returned.fields[name].type.nullable.item is None:
        yield "LIST_SIZE_APPLIED_TO_NON_LIST", f"the sized field {returned.name}.{name} is no list"
