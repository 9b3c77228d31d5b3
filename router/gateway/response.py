"""What a client gets: the response as bytes, read only where someone in this process asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from router.errors import RequestError
from router.executor.exact_json import loads
from router.executor.run import FetchRecord
from router.query_plan.nodes import QueryPlan


@dataclass(frozen=True)
class Response:
    """A GraphQL response. `body` is its JSON.

    `refusal` is the error of a request that was not executed, which has no `data`.
    """

    body: bytes
    refusal: RequestError | None = None

    @classmethod
    def refused(cls, error: RequestError) -> Response:
        """The response to a request that is refused before execution."""
        return cls(orjson.dumps({"errors": error.errors}), error)

    @cached_property
    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = loads(self.body)
        return content

    @property
    def data(self) -> dict[str, Any] | None:
        """The answer, or None."""
        return self._content.get("data")

    @property
    def errors(self) -> Sequence[Mapping[str, Any]]:
        """The errors, none where all went well."""
        errors: Sequence[Mapping[str, Any]] = self._content.get("errors", ())
        return errors

    @property
    def extensions(self) -> Mapping[str, Any]:
        """The response's extensions."""
        extensions: Mapping[str, Any] = self._content.get("extensions", {})
        return extensions


@dataclass(frozen=True, slots=True)
class Explanation:
    """A run told: its plan, its response, and for each fetch that was sent, times and sizes."""

    plan: QueryPlan
    fetches: tuple[FetchRecord, ...]
    response: Response
    seconds: float
