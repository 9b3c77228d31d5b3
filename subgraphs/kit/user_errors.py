"""Refusals as members of a mutation's result union: data, not GraphQL errors."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Self

import strawberry

from subgraphs.kit.errors import (
    DomainError,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    StaleVersion,
)


@strawberry.interface(name="UserError")
class UserError:
    """Why a request was refused, for programs (code) and for people (message)."""

    code: str
    """A stable code, for programs."""
    message: str
    """An explanation in Portuguese, for people."""
    path: list[str] | None
    """The input field at fault, where there is one."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data, with those details of the error that the type has fields for."""
        own = {f.name: error.details[f.name] for f in fields(cls) if f.name in error.details}
        return cls(code=error.code, message=error.message, path=error.path, **own)


@strawberry.federation.type(name="NotFound", shareable=True)
class NotFoundError(UserError):
    """What the request is about does not exist."""


@strawberry.federation.type(name="InvalidInput", shareable=True)
class InvalidInputError(UserError):
    """A value of the request breaks a rule."""


@strawberry.federation.type(name="StaleVersion", shareable=True)
class StaleVersionError(UserError):
    """Somebody else made a change first: read again, and repeat with the current version."""

    current_version: int
    """The version that the thing has now."""


@strawberry.federation.type(name="IdempotencyKeyReused", shareable=True)
class IdempotencyKeyReusedError(UserError):
    """The idempotency key was used for another request before."""


SHARED_ERRORS: Mapping[type[DomainError], type[UserError]] = {
    NotFound: NotFoundError,
    InvalidInput: InvalidInputError,
    StaleVersion: StaleVersionError,
    IdempotencyKeyReused: IdempotencyKeyReusedError,
}


def as_user_error(
    error: DomainError, known: Mapping[type[DomainError], type[UserError]] = SHARED_ERRORS
) -> Any:
    """The member of the result union for an error; one that the union lacks is raised again.

    ``known`` says which error shows as which type; the nearest class in the error's own order of
    classes wins.
    """
    for kind in type(error).__mro__:
        if kind in known:
            return known[kind].of(error)
    raise error
