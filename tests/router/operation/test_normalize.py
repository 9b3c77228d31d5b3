"""Operations in canonical form."""

from __future__ import annotations

import pytest
from graphql import GraphQLError

from router.operation.document import choose_operation, parse_document
from router.operation.model import FieldSelection, Operation
from router.operation.normalize import normalize
from router.supergraph.model import (
    Field,
    InterfaceType,
    ObjectType,
    Supergraph,
)
from router.supergraph.type_reference import type_reference


def fields(**types: str) -> dict[str, Field]:
    return {name: Field(name, type_reference(text)) for name, text in types.items()}


SUPERGRAPH = Supergraph(
    subgraphs={},
    types={
        "Query": ObjectType("Query", fields(pets="[Pet!]!", dog="Dog")),
        "Pet": InterfaceType("Pet", fields(name="String!", friend="Pet")),
        "Dog": ObjectType("Dog", fields(name="String!", friend="Pet", barks="Boolean"), ("Pet",)),
        "Cat": ObjectType("Cat", fields(name="String!", friend="Pet", purrs="Boolean"), ("Pet",)),
    },
    links=(),
)
POSSIBLE = {
    "Query": frozenset({"Query"}),
    "Pet": frozenset({"Dog", "Cat"}),
    "Dog": frozenset({"Dog"}),
    "Cat": frozenset({"Cat"}),
}


def normalized(text: str, name: str | None = None) -> Operation:
    return normalize(choose_operation(parse_document(text), name), SUPERGRAPH, POSSIBLE)


def shown(selections: tuple[FieldSelection, ...]) -> str:
    return " ".join(one(selection) for selection in selections)


def one(selection: FieldSelection) -> str:
    types = "|".join(sorted(selection.types)) + "." if selection.types is not None else ""
    when = "".join(f"{'@' if c.value else '!'}{c.variable}" for c in selection.conditions)
    inner = f"{{{shown(selection.selections)}}}" if selection.selections else ""
    return f"{types}{selection.response_name}{selection.arguments}{when}{inner}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ pets { ...F } } fragment F on Pet { name }", "pets{name}"),
        ("{ pets { ... on Dog { barks } name } }", "pets{Dog.barks name}"),
        ("{ pets { ... on Pet { ... on Dog { ... on Cat { name } } } } }", "pets"),
        ("{ dog { ... on Pet { name } } }", "dog{name}"),
        ("{ dog { name } dog { barks name } }", "dog{name barks}"),
        ("{ pets { name ... on Dog { name } } }", "pets{name}"),
        ("{ pets { ... on Dog { name } name } }", "pets{Dog.name name}"),
        (
            "{ dog @include(if: true) { name @skip(if: true) barks @skip(if: false) } }",
            "dog{barks}",
        ),
        ("query ($a: Boolean!) { dog @include(if: $a) { name } }", "dog@a{name}"),
        (
            "query ($a: Boolean!) { dog { name } ... @skip(if: $a) { dog { barks } } }",
            "dog{name barks!a}",
        ),
        (
            "query ($a: Boolean!) { dog @include(if: $a) { name } dog { name } }",
            "dog@a{name} dog{name}",
        ),
        ("query ($a: Boolean!) { ... @skip(if: $a) { dog @include(if: $a) { name } } }", ""),
        (
            "query ($a: Boolean!) { dog @skip(if: $a) { ... @include(if: $a) { name } barks } }",
            "dog!a{name@a barks}",
        ),
        (
            "{ __typename __schema { types { name } } dog { __typename } }",
            "__typename __schema dog{__typename}",
        ),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert shown(normalized(text).selections) == expected


def test_variables_are_declared_as_the_client_did() -> None:
    operation = normalized("query Q($n: Int = 10, $b: Boolean!) { dog @skip(if: $b) { name } }")

    assert operation.name == "Q"
    assert operation.variables == {"n": "$n: Int = 10", "b": "$b: Boolean!"}


def test_deferrals_are_told_apart_and_nested() -> None:
    (dog,) = normalized(
        '{ dog { ... @defer(label: "a") { name ... @defer(if: $x) { barks } } '
        "... @defer(if: false) { name } } }"
    ).selections
    name, barks, plain = dog.selections

    assert name.deferral is not None
    assert (name.deferral.label, name.deferral.parent) == ("a", None)
    assert barks.deferral is not None
    assert (barks.deferral.variable, barks.deferral.parent) == ("x", name.deferral)
    assert plain.deferral is None


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("query A { dog { name } } query B { dog { name } }", None, "Must provide operation name"),
        ("query A { dog { name } }", "C", 'Unknown operation named "C"'),
        ("fragment F on Dog { name }", None, "Must provide an operation"),
        ("mutation { dog { name } }", None, "no mutation type"),
        ("{ cow }", None, "Cannot query field 'cow'"),
        ("{ dog { ...F } } fragment F on Dog { ...F }", None, 'Cannot spread fragment "F"'),
        ("{ dog { ... on Cow { name } } }", None, 'Unknown type "Cow"'),
    ],
)
def test_what_is_refused(text: str, name: str | None, message: str) -> None:
    with pytest.raises(GraphQLError, match=message):
        normalized(text, name)
