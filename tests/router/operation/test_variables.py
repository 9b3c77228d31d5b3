"""A value that does not fit is named by its place; what it was is told to nobody."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from router.errors import RequestError
from router.operation.variables import VariableCoercion

SCHEMA = build_schema(
    """
    type Query { find(by: Person, one: OneOf): Int }
    input Person { cpf: String! name: String tags: [Tag!] }
    input OneOf @oneOf { cpf: String name: String }
    enum Tag { A B }
    """
)
SECRET = "52998224725"


def coercion(definitions: str) -> VariableCoercion:
    [operation] = parse(f"query({definitions}) {{ find }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return VariableCoercion(SCHEMA, operation.variable_definitions)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (SECRET, "to be an object"),
        ({"name": SECRET}, "to include required field 'cpf'"),
        ({"cpf": SECRET, "qqqq": SECRET}, "not to include unknown field 'qqqq'."),
        ({"cpf": SECRET, "nam": SECRET}, "unknown field 'nam'. Did you mean 'name'?"),
        ({"cpf": None, "name": SECRET}, "'$by.cpf'"),
        ({"cpf": {"digits": SECRET}}, "Expected type 'String!'"),
        ({"cpf": SECRET, "tags": [SECRET]}, "'$by.tags[0]'"),
    ],
)
def test_what_does_not_fit_is_told_without_its_value(value: Any, told: str) -> None:
    with pytest.raises(RequestError) as refused:
        coercion("$by: Person").coerce({"by": value})

    messages = " ".join(error["message"] for error in refused.value.errors)
    assert told in messages
    assert SECRET not in messages


def test_neither_is_one_of_two_where_one_must_be() -> None:
    with pytest.raises(RequestError) as refused:
        coercion("$one: OneOf").coerce({"one": {"cpf": SECRET, "name": SECRET}})

    assert SECRET not in str(refused.value.errors)
