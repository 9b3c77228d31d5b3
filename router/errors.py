"""The errors that the router raises, all in one tree.

RouterError
├── SupergraphError            the supergraph cannot be read or used
├── PlanError                  an operation that is valid cannot be planned or compiled
├── RequestError               the client's request is refused; knows its errors and HTTP status
└── FetchError                 a subgraph did not answer a fetch; knows the reason
    ├── SubgraphUnreachable    no connection could be made
    ├── SubgraphTimeout        no answer before the deadline
    └── SubgraphBadAnswer      an answer that is not a GraphQL response
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class RouterError(Exception):
    """Any error of the router."""


class SupergraphError(RouterError):
    """The supergraph cannot be read or used."""


class PlanError(RouterError):
    """An operation that is valid cannot be planned, or its plan cannot be compiled."""


class RequestError(RouterError):
    """The client's request is refused before execution: the response has `errors` and no `data`.

    `status` is the HTTP status where the client accepts `application/graphql-response+json`, or
    where the request is not a well-formed GraphQL-over-HTTP request (`is_malformed`), for which
    the status is the same whatever the client accepts. `headers` go with the answer.
    """

    def __init__(
        self,
        errors: Sequence[Mapping[str, Any]],
        *,
        status: int = 400,
        is_malformed: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("; ".join(str(error["message"]) for error in errors))
        self.errors = tuple(errors)
        self.status = status
        self.is_malformed = is_malformed
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, message: str, code: str, *, status: int = 400) -> RequestError:
        """A refusal with one error that has `code` in its extensions."""
        return cls([{"message": message, "extensions": {"code": code}}], status=status)


class FetchError(RouterError):
    """A subgraph did not answer a fetch; `reason` goes into the extensions of the client's errors.

    `is_retriable` says that a query may be sent once more with a chance of success.
    """

    reason: ClassVar[str] = "failed"

    def __init__(self, message: str, *, is_retriable: bool = False) -> None:
        super().__init__(message)
        self.is_retriable = is_retriable


class SubgraphUnreachable(FetchError):
    """No connection could be made, or it broke before the answer was complete."""

    reason = "unreachable"


class SubgraphTimeout(FetchError):
    """No answer came before the deadline."""

    reason = "timeout"


class SubgraphBadAnswer(FetchError):
    """An answer came that is not a GraphQL response."""

    reason = "bad_answer"
