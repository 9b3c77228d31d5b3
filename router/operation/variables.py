"""Variables coerced: each request's values checked against the operation's definitions.

GraphQL specification, "Coercing Variable Values". Values that fit their types as they are go on
untouched; all else is for graphql-core to judge. A subgraph gets a value as the client gave it
(it coerces by its own types, and fills its own defaults in), never a guess of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    get_named_type,
    is_input_type,
    is_leaf_type,
    is_required_input_field,
    type_from_ast,
    value_from_ast_untyped,
)
from graphql.utilities import validate_input_value

from router.errors import RequestError

Fits = Callable[[Any], bool]
"""Whether a value is sure to fit as it is; False means that it must be looked at closely."""

_MOST_ERRORS = 20
_SHOWS_VALUE = re.compile(r",? [Ff]ound: .*", re.DOTALL)

_LEAVES: Mapping[str, Fits] = {
    GraphQLString.name: lambda value: value.__class__ is str,
    GraphQLID.name: lambda value: value.__class__ is str or value.__class__ is int,
    GraphQLInt.name: lambda value: value.__class__ is int and -(2**31) <= value < 2**31,
    GraphQLFloat.name: lambda value: value.__class__ is float or value.__class__ is int,
    GraphQLBoolean.name: lambda value: value is True or value is False,
}


class _Variable:
    def __init__(self, schema: GraphQLSchema, definition: VariableDefinitionNode) -> None:
        reference = type_from_ast(schema, definition.type)
        assert is_input_type(reference), "the operation is valid"
        self.name = definition.variable.name.value
        self.type = reference
        self.fits = _Checks().of(reference)
        self.has_default = definition.default_value is not None
        self.default = (
            value_from_ast_untyped(definition.default_value) if definition.default_value else None
        )


class VariableCoercion:
    """The variables of one operation. Built once for it, used for each request."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode] | None
    ) -> None:
        self._variables = [_Variable(schema, definition) for definition in definitions or ()]

    def coerce(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """The values to run with: those given, and defaults. A variable without either is absent.

        Raises `RequestError` with one error for each value that does not fit.
        """
        given = given or {}
        values: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for variable in self._variables:
            name = variable.name
            if name in given:
                value = values[name] = given[name]
                if not variable.fits(value):
                    errors += _errors(variable, value)
            elif variable.has_default:
                values[name] = variable.default
            elif isinstance(variable.type, GraphQLNonNull):
                errors.append(
                    _error(
                        f"Variable '${name}' of required type '{variable.type}' was not provided."
                    )
                )
        if errors:
            raise RequestError(errors)
        return values


def _error(message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": "BAD_USER_INPUT"}}


def _errors(variable: _Variable, value: Any) -> list[dict[str, Any]]:
    """What is wrong with a value. The value itself is not told: it may be a person's."""
    errors: list[dict[str, Any]] = []

    def on_error(error: GraphQLError, path: list[str | int]) -> None:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        reference = _type_at(variable.type, path)
        reason = (
            f"Expected type '{reference}'."
            if is_leaf_type(get_named_type(reference))
            else _without_value(error.message)
        )
        errors.append(_error(f"Variable '${variable.name}{place}' got an invalid value. {reason}"))

    validate_input_value(value, variable.type, on_error)
    return errors[:_MOST_ERRORS]


def _without_value(message: str) -> str:
    """What graphql-core says of an input object, up to where it shows the whole of it."""
    return _SHOWS_VALUE.sub(".", message, count=1).replace("?.", "?")


def _type_at(reference: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        if isinstance(reference, GraphQLNonNull):
            reference = reference.of_type
        if isinstance(step, int):
            reference = reference.of_type if isinstance(reference, GraphQLList) else reference
        elif isinstance(reference, GraphQLInputObjectType) and step in reference.fields:
            reference = reference.fields[step].type
    return reference


class _Checks:
    """Builds the checks of types, an input object's once, since it may contain itself."""

    def __init__(self) -> None:
        self.objects: dict[str, Fits] = {}

    def of(self, reference: GraphQLInputType) -> Fits:
        if isinstance(reference, GraphQLNonNull):
            inner = self.nullable(reference.of_type)
            return lambda value: value is not None and inner(value)
        inner = self.nullable(reference)
        return lambda value: value is None or inner(value)

    def nullable(self, reference: Any) -> Fits:
        if isinstance(reference, GraphQLList):
            item = self.of(reference.of_type)
            return lambda value: value.__class__ is list and all(map(item, value))
        if isinstance(reference, GraphQLInputObjectType):
            return self.object(reference)
        if isinstance(reference, GraphQLEnumType):
            names = frozenset(reference.values)
            return lambda value: value.__class__ is str and value in names
        # A custom scalar takes what the subgraph takes.
        return _LEAVES.get(reference.name, lambda _value: True)

    def object(self, reference: GraphQLInputObjectType) -> Fits:
        known = self.objects.get(reference.name)
        if known is not None:
            return known
        fields: dict[str, Fits] = {}
        required: set[str] = set()

        def fits(value: Any) -> bool:
            return (
                value.__class__ is dict
                and required <= value.keys()
                and all(name in fields and fields[name](each) for name, each in value.items())
            )

        self.objects[reference.name] = (lambda _value: False) if reference.is_one_of else fits
        for name, field in reference.fields.items():
            fields[name] = self.of(field.type)
            if is_required_input_field(field):
                required.add(name)
        return self.objects[reference.name]
