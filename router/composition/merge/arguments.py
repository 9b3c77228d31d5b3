"""Arguments of fields and of executable directives: what every subgraph has, in its strictest form.

An optional argument that some subgraph lacks is left out; a required one is an error. An argument
that is filled from a context is no business of clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import ConstValueNode, print_ast

from router.composition.contexts import context_use
from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.descriptions import merge_description
from router.composition.merge.merging import Merging, grouped, names_text
from router.composition.merge.types import merge_input_type
from router.composition.subgraph_schema import DirectiveDefinition, FieldDefinition, InputDefinition
from router.supergraph.model import InputValue
from router.supergraph.nodes import value_node

Holder = FieldDefinition | DirectiveDefinition


@dataclass(frozen=True, slots=True)
class InputCodes:
    """The codes of what can go wrong with an argument, or with a field of an input object."""

    type_mismatch: str
    default_mismatch: str
    compatible_type: str


ARGUMENT = InputCodes(
    "FIELD_ARGUMENT_TYPE_MISMATCH",
    "FIELD_ARGUMENT_DEFAULT_MISMATCH",
    "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
)
INPUT_FIELD = InputCodes(
    "FIELD_TYPE_MISMATCH",
    "INPUT_FIELD_DEFAULT_MISMATCH",
    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
)


def merge_arguments(
    merging: Merging, applied: AppliedDirectives, holders: Sequence[Holder]
) -> Mapping[str, InputValue]:
    """Merge the arguments of one field or directive."""
    merged: dict[str, InputValue] = {}
    for name in dict.fromkeys(name for holder in holders for name in holder.arguments):
        having = [holder.arguments[name] for holder in holders if name in holder.arguments]
        if _is_contextual(merging, having):
            continue
        lacking = [holder for holder in holders if name not in holder.arguments]
        if lacking:
            _report_missing(merging, having, lacking)
            continue
        value = merge_input_value(merging, applied, having, ARGUMENT)
        if value is not None:
            merged[name] = value
    return merged


def is_required(argument: InputDefinition) -> bool:
    """Tell whether a value must be given (GraphQL specification, "Required Arguments")."""
    return argument.type.is_non_null and argument.default is None


def _is_contextual(merging: Merging, having: Sequence[InputDefinition]) -> bool:
    """Where one subgraph fills an argument from a context, no client can give it."""
    plain = [argument for argument in having if context_use(argument) is None]
    if len(plain) == len(having):
        return False
    code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
    for argument in plain:
        message = (
            f"{argument.coordinate} is filled from a context in some subgraphs, and not in"
            f' subgraph "{argument.subgraph}"'
        )
        places = [one.place() for one in having]
        if is_required(argument):
            merging.findings.error(
                code,
                f"{message}, where it is required.",
                places,
                coordinate=argument.coordinate,
                suggestion="Fill it from a context there too, or give it a default.",
            )
        else:
            merging.findings.hint(
                code,
                f"{message}; it is left out of the supergraph.",
                places,
                coordinate=argument.coordinate,
            )
    return True


def _report_missing(
    merging: Merging, having: Sequence[InputDefinition], lacking: Sequence[Holder]
) -> None:
    coordinate = having[0].coordinate
    where = f"it is missing in {names_text(holder.subgraph for holder in lacking)}"
    places = [*(a.place() for a in having), *(holder.place() for holder in lacking)]
    requiring = [argument for argument in having if is_required(argument)]
    if requiring:
        merging.findings.error(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f"{coordinate} is required in {names_text(a.subgraph for a in requiring)}, and"
            f" {where}.",
            places,
            coordinate=coordinate,
            suggestion="Add the argument where it is missing, or make it optional.",
        )
    else:
        merging.findings.hint(
            "INCONSISTENT_ARGUMENT_PRESENCE",
            f"{coordinate} is left out of the supergraph: {where}.",
            places,
            coordinate=coordinate,
        )


def merge_input_value(
    merging: Merging,
    applied: AppliedDirectives,
    having: Sequence[InputDefinition],
    codes: InputCodes,
) -> InputValue | None:
    """Merge one argument or input field; None where its types cannot be reconciled."""
    first = having[0]
    types = [value.type for value in having]
    merged = merge_input_type(merging, types)
    if merged is None:
        merging.findings.error(
            codes.type_mismatch,
            f"{first.coordinate} has types that do not go together: {grouped(having, types)}.",
            [value.place() for value in having],
            coordinate=first.coordinate,
        )
        return None
    if any(value.type != merged for value in having):
        merging.findings.hint(
            codes.compatible_type,
            f"{first.coordinate} has different types: {grouped(having, types)}; {merged} is used,"
            " which all of them accept.",
            [value.place() for value in having],
            coordinate=first.coordinate,
        )
    return InputValue(
        name=first.name,
        type=merged,
        default=_merge_default(merging, having, codes),
        description=merge_description(merging, having),
        directives=applied.merge(having),
    )


def _merge_default(
    merging: Merging, having: Sequence[InputDefinition], codes: InputCodes
) -> ConstValueNode | None:
    texts = [default_text(value.default) for value in having]
    given = list(dict.fromkeys(text for text in texts if text is not None))
    if not given:
        return None
    coordinate = having[0].coordinate
    places = [value.place() for value in having]
    if len(given) > 1:
        merging.findings.error(
            codes.default_mismatch,
            f"{coordinate} has different defaults: {_shown(having, texts)}.",
            places,
            coordinate=coordinate,
            suggestion="Give it the same default everywhere.",
        )
        return None
    if None in texts:
        merging.findings.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f"{coordinate} has a default in some subgraphs only, so has none in the supergraph:"
            f" {_shown(having, texts)}.",
            places,
            coordinate=coordinate,
        )
        return None
    return value_node(given[0])


def default_text(node: ConstValueNode | None) -> str | None:
    """Write a default value, None where there is none."""
    return None if node is None else print_ast(node)


def _shown(having: Sequence[InputDefinition], texts: Sequence[str | None]) -> str:
    return grouped(having, ["none" if text is None else text for text in texts])
