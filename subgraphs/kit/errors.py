"""Errors of the domains: what a person did not get, with a stable code and a Portuguese message.

    DomainError
    ├── NotFound
    ├── InvalidInput
    ├── StaleVersion
    ├── IdempotencyKeyReused
    └── … each domain adds its own

A service raises them. A mutation shows them as members of its result union; anywhere else they
become GraphQL errors with ``extensions.code``.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

Details = dict[str, Any]


class DomainError(Exception):
    """A refusal that the domain's rules explain.

    ``message`` is for a person and in Portuguese; ``path`` names the input field at fault;
    ``details`` are JSON values that the typed error shows beside them. Subclasses set ``code``.

    A ``final`` error is the answer for good: repeated with the same idempotency key, the request
    gets it again. The others (a service that is down) may go better the next time.
    """

    code: ClassVar[str] = "DOMAIN_ERROR"
    final: ClassVar[bool] = True

    _by_code: ClassVar[dict[str, type["DomainError"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known = DomainError._by_code.setdefault(cls.code, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"{cls.__qualname__} reuses the code {cls.code} of {known!r}")

    def __init__(
        self, message: str, *, path: Sequence[str] | None = None, details: Details | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = list(path) if path is not None else None
        self.details: Details = details or {}

    def to_record(self) -> Details:
        """The error as JSON values, for the store of idempotent answers."""
        return {
            "code": self.code,
            "message": self.message,
            "path": self.path,
            "details": self.details,
        }

    @classmethod
    def from_record(cls, record: Details) -> "DomainError":
        """The error that ``to_record`` wrote, of the same class."""
        known = cls._by_code[record["code"]]
        return known.restore(record["message"], record["path"], record["details"])

    @classmethod
    def restore(cls, message: str, path: list[str] | None, details: Details) -> Self:
        """Make one again without the arguments that a subclass's own ``__init__`` takes."""
        error = cls.__new__(cls)
        DomainError.__init__(error, message, path=path, details=details)
        return error


class NotFound(DomainError):
    """No such thing."""

    code = "NOT_FOUND"


class InvalidInput(DomainError):
    """A value that the domain's rules refuse."""

    code = "INVALID_INPUT"


class StaleVersion(DomainError):
    """Somebody else changed it since the caller read it."""

    code = "STALE_VERSION"

    def __init__(self, current_version: int) -> None:
        super().__init__(
            "Este registro foi alterado por outra pessoa. Recarregue-o e tente de novo.",
            path=["expectedVersion"],
            details={"current_version": current_version},
        )


class IdempotencyKeyReused(DomainError):
    """The key already stands for another request."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            "Esta chave de idempotência já foi usada em outra solicitação. Gere uma nova chave.",
            path=["idempotencyKey"],
        )
