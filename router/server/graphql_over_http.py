"""GraphQL over HTTP: which requests are well formed, in which media type and with which status.

The specification's headings: "Accept", "Body", "Request", "GET", "POST", "Response".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from router.errors import RequestError
from router.executor.exact_json import loads
from router.gateway.response import Response

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"


class HttpRequest(NamedTuple):
    """The parameters of a GraphQL request."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any] | None


def malformed(
    message: str, status: int = 400, code: str = "BAD_REQUEST", **headers: str
) -> RequestError:
    """The refusal of a request that is no well-formed GraphQL-over-HTTP request."""
    error = {"message": message, "extensions": {"code": code}}
    return RequestError([error], status=status, is_malformed=True, headers=headers)


@lru_cache(maxsize=256)
def accepted_media_type(accept: str) -> str | None:
    """The media type to answer in, None where the client takes neither.

    A client that does not say, or takes anything, gets `application/json`, which all understand.
    """
    if not accept.strip():
        return JSON
    best: tuple[float, str] | None = None
    for part in accept.split(","):
        media_range, *parameters = (each.strip().lower() for each in part.split(";"))
        quality = _quality(parameters)
        chosen = GRAPHQL_RESPONSE if media_range == GRAPHQL_RESPONSE else JSON
        if media_range not in (GRAPHQL_RESPONSE, JSON, "application/*", "*/*") or not quality:
            continue
        if best is None or quality > best[0]:
            best = (quality, chosen)
    return best[1] if best else None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Whether a request's body is JSON in UTF-8."""
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [each[8:].strip('"') for each in parameters if each.startswith("charset=")]
    return media_type == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def read_post(body: bytes) -> HttpRequest:
    """The request in a JSON body. Raises `RequestError` where there is none."""
    try:
        parameters = loads(body)
    except ValueError as error:
        raise malformed("The body is no JSON.") from error
    if parameters.__class__ is not dict:
        raise malformed("The body must be a JSON object with a 'query'.")
    return _checked(parameters)


def read_get(query_string: bytes) -> HttpRequest:
    """The request in the parameters of a URL. Raises `RequestError` where there is none."""
    try:
        parameters: dict[str, Any] = dict(parse_qsl(query_string.decode("ascii")))
        for name in ("variables", "extensions"):
            if name in parameters:
                parameters[name] = loads(parameters[name].encode())
    except ValueError as error:
        raise malformed(
            "The URL's parameters 'variables' and 'extensions' must be JSON."
        ) from error
    return _checked(parameters)


def _checked(parameters: dict[str, Any]) -> HttpRequest:
    query = parameters.get("query")
    name = parameters.get("operationName")
    variables = parameters.get("variables")
    extensions = parameters.get("extensions")
    if query.__class__ is not str:
        raise malformed("The parameter 'query' must be a string.")
    if name is not None and name.__class__ is not str:
        raise malformed("The parameter 'operationName' must be a string.")
    if variables is not None and variables.__class__ is not dict:
        raise malformed("The parameter 'variables' must be a JSON object.")
    if extensions is not None and extensions.__class__ is not dict:
        raise malformed("The parameter 'extensions' must be a JSON object.")
    return HttpRequest(query, name, variables)


def status_of(response: Response, media_type: str) -> int:
    """The HTTP status of a response.

    In `application/json` a well-formed request is answered with 200, whatever the answer, since
    an intermediary may have made any other status; `application/graphql-response+json` tells with
    4xx that nothing was executed.
    """
    refusal = response.refusal
    if refusal is None:
        return 200
    if refusal.is_malformed or media_type == GRAPHQL_RESPONSE or refusal.status >= 500:
        return refusal.status
    return 200
