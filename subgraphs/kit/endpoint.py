"""GraphQL over HTTP for a subgraph: a bare ASGI endpoint, because every fetch passes it.

https://graphql.github.io/graphql-over-http/draft/
"""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from subgraphs.kit.auth.authentication import CHALLENGE
from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.kit.auth.router_credential import NotTheRouter
from subgraphs.kit.auth.tokens import InvalidToken
from subgraphs.kit.graphql import Schema
from subgraphs.kit.identifiers import new_id

logger = structlog.get_logger()

ContextMaker = Callable[[Request, str], Awaitable[Any]]

_RESPONSE_JSON = "application/graphql-response+json"
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
# In a string of a query (GraphQL specification, "String Value").
_NULL_ESCAPE = re.compile(r"\\u(0000|\{0+\})")


class BadRequest(Exception):
    """The request is not a GraphQL request; ``status`` and the message tell why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class GraphQLEndpoint:
    """Answers ``POST /graphql``."""

    def __init__(self, schema: Schema, make_context: ContextMaker, max_body_bytes: int) -> None:
        self._schema = schema
        self._make_context = make_context
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        request_id = _request_id(request)
        started = time.perf_counter()
        operation = None
        try:
            body = await self._read(request)
            operation = body.get("operationName")
            context = await self._make_context(request, request_id)
            response = _written(request, await self._execute(body, context))
        except BadRequest as error:
            content = {"errors": [{"message": str(error)}]}
            response = _json(content, error.status, _media_type(request))
        except NotTheRouter:
            logger.error("the router's secret is wrong", remedy="set ROUTER_SECRET alike there")
            message = "O roteador não se identificou: ROUTER_SECRET difere entre ele e o serviço."
            response = _refused(request, 401, "ROUTER_UNKNOWN", message)
        except InvalidToken:
            message = "A sessão não é válida ou expirou. Entre de novo."
            response = _refused(request, 401, "UNAUTHENTICATED", message)
            response.headers.update(CHALLENGE)
        except UnusableKeys as error:
            logger.error("tokens cannot be verified", reason=str(error))
            message = "O acesso não pode ser verificado agora. Tente de novo em instantes."
            response = _refused(request, 503, "AUTHENTICATION_UNAVAILABLE", message)
        response.headers["x-request-id"] = request_id
        logger.info(
            "graphql",
            request_id=request_id,
            operation=operation,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 2),
        )
        return response

    async def _execute(self, body: dict[str, Any], context: Any) -> ExecutionResult:
        try:
            return await self._schema.execute(
                body["query"],
                variable_values=body.get("variables"),
                operation_name=body.get("operationName"),
                context_value=context,
            )
        except CannotGetOperationTypeError as error:
            raise BadRequest(400, f"The request has no operation named {error}.") from error

    async def _read(self, request: Request) -> dict[str, Any]:
        media_type = request.headers.get("content-type", "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise BadRequest(415, "Send the request as application/json.")
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > self._max_body_bytes:
                raise BadRequest(413, f"The request is larger than {self._max_body_bytes} bytes.")
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise BadRequest(400, "The body is not valid JSON.") from error
        checked = _checked(body)
        # Rare enough that those who do not write such escapes pay one look at the bytes.
        if (b"\\u0000" in raw or b"\\u{0" in raw) and _holds_null(checked):
            raise BadRequest(400, "A text contains the null character U+0000. Leave it out.")
        return checked


def _request_id(request: Request) -> str:
    """The id that the request brought, if it can be one; it goes into logs."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else new_id()


def _holds_null(body: dict[str, Any]) -> bool:
    """Whether a text has the null character, which PostgreSQL cannot even look for."""
    if _NULL_ESCAPE.search(body["query"]):
        return True
    waiting: list[Any] = [body.get("variables")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str) and "\x00" in value:
            return True
    return False


def _checked(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not isinstance(body.get("query"), str) or not body["query"]:
        raise BadRequest(400, "The body must be an object with the text of a query.")
    if not isinstance(body.get("variables"), dict | None):
        raise BadRequest(400, "The variables must be an object.")
    if not isinstance(body.get("operationName"), str | None):
        raise BadRequest(400, "The operation name must be text.")
    return body


def _written(request: Request, result: ExecutionResult) -> Response:
    content: dict[str, Any] = {}
    media_type = _media_type(request)
    # A request that was not executed has no "data" (GraphQL over HTTP, section 6.4).
    refused = isinstance(result, PreExecutionError)
    if not refused:
        content["data"] = result.data
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    status = 400 if refused and media_type == _RESPONSE_JSON else 200
    return _json(content, status, media_type)


def _media_type(request: Request) -> str:
    accepted = request.headers.get("accept", "")
    return _RESPONSE_JSON if _RESPONSE_JSON in accepted else "application/json"


def _refused(request: Request, status: int, code: str, message: str) -> Response:
    error = {"message": message, "extensions": {"code": code}}
    return _json({"errors": [error]}, status, _media_type(request))


def _json(content: Any, status: int, media_type: str) -> Response:
    return Response(orjson.dumps(content), status, media_type=media_type)
