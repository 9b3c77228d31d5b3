"""Federation schemas as this house builds them: scalars, descriptions, caches, masked errors."""

import datetime
import decimal
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from subgraphs.kit.auth.enforcement import Audit, enforce
from subgraphs.kit.auth.policies import Policy
from subgraphs.kit.descriptions import describe
from subgraphs.kit.errors import DomainError
from subgraphs.kit.identifiers import new_id

logger = structlog.get_logger()

_DayT = TypeVar("_DayT", bound=datetime.date)

_CACHED_OPERATIONS = 1000
# Beyond these lies no day that a clinic means, and the end of what calendars can compute with.
_YEARS = range(1800, 3000)
# More digits than any amount has; an exponent could write out a number that fills the memory.
_DIGITS = 30


def _parse_date(value: object) -> datetime.date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return _near(datetime.date.fromisoformat(value))
    except ValueError:
        pass
    raise StrawberryInputCoercionError("A Date is written like 2026-11-24.")


def _parse_moment(value: object) -> datetime.datetime:
    try:
        moment = _near(datetime.datetime.fromisoformat(value)) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise StrawberryInputCoercionError(
            "A DateTime is written with its offset, like 2026-11-24T09:30:00-03:00."
        )
    return moment


def _near(day: _DayT) -> _DayT:
    if day.year not in _YEARS:
        raise ValueError("outside the years that can be meant")
    return day


def _parse_decimal(value: object) -> decimal.Decimal:
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            number = decimal.Decimal(value)
        except decimal.InvalidOperation:
            number = decimal.Decimal("NaN")
        if number.is_finite() and _is_short(number):
            return number
    raise StrawberryInputCoercionError('A Decimal is written as text, like "98.50".')


def _is_short(number: decimal.Decimal) -> bool:
    _sign, digits, exponent = number.as_tuple()
    return len(digits) <= _DIGITS and isinstance(exponent, int) and -_DIGITS <= exponent <= _DIGITS


def _parse_uuid(value: object) -> uuid.UUID:
    try:
        if isinstance(value, str):
            return uuid.UUID(value)
    except ValueError:
        pass
    raise StrawberryInputCoercionError("A Uuid is written like 0198c7a1-….")


def _serialize_moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _scalar(name: str, description: str, serialize: Any, parse: Any, url: str) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=serialize,
        parse_value=parse,
        parse_literal=None,
    )


_SCALARS: dict[object, ScalarDefinition] = {
    datetime.date: _scalar(
        "Date",
        "A day, like 2026-11-24.",
        datetime.date.isoformat,
        _parse_date,
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    datetime.datetime: _scalar(
        "DateTime",
        "A moment with its offset (RFC 3339), given in UTC.",
        _serialize_moment,
        _parse_moment,
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    decimal.Decimal: _scalar(
        "Decimal",
        'An exact decimal number as text, like "98.50".',
        "{:f}".format,
        _parse_decimal,
        "https://speleotrove.com/decimal/daconvs.html",
    ),
    uuid.UUID: _scalar(
        "Uuid",
        "A UUID (RFC 9562).",
        str,
        _parse_uuid,
        "https://www.rfc-editor.org/rfc/rfc9562",
    ),
}


class Schema(strawberry.federation.Schema):
    """A federation schema that shows no error it does not know."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Replace, in place, every error that is not meant for the client."""
        request_id = getattr(getattr(execution_context, "context", None), "request_id", None)
        errors[:] = [_presented(error, request_id) for error in errors]


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Iterable[type] = (),
    policies: Mapping[str, Policy] | None = None,
    audit: Audit | None = None,
) -> Schema:
    """A Federation 2.7 schema, described by its docstrings.

    What it demands by `@authenticated`, `@requiresScopes` and `@policy` is enforced here too; each
    policy that it names must be in ``policies``. ``audit`` is told of each access that is refused,
    and of each that a policy was asked about.
    """
    schema = Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        federation_version="2.7",
        config=StrawberryConfig(scalar_map=_SCALARS),
        extensions=[
            lambda: ParserCache(maxsize=_CACHED_OPERATIONS),
            lambda: ValidationCache(maxsize=_CACHED_OPERATIONS),
        ],
    )
    describe(schema._schema)
    enforce(schema._schema, policies or {}, audit)
    return schema


def _presented(error: GraphQLError, request_id: str | None) -> GraphQLError:
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return error
    if isinstance(cause, DomainError):
        return _replaced(error, cause.message, {"code": cause.code, **_fields(cause)})
    error_id = new_id()
    # Neither message nor values: either may hold personal data.
    logger.error(
        "unexpected error",
        error_id=error_id,
        request_id=request_id,
        error_type=type(cause).__qualname__,
        path=error.path,
        where=frames(cause),
    )
    return _replaced(
        error,
        f"Erro inesperado. Ao pedir ajuda, informe o código {error_id}.",
        {"code": "INTERNAL_SERVER_ERROR", "errorId": error_id},
    )


def _fields(error: DomainError) -> dict[str, Any]:
    return {"path": error.path} if error.path else {}


def _replaced(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def frames(error: BaseException) -> list[str]:
    """Where an exception was raised, as file and line, without its text."""
    found = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_qualname}")
        traceback = traceback.tb_next
    return found[-12:]
