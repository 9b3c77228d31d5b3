"""What a request's resolvers have at hand."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Table

from subgraphs.kit.auth.actor import ANONYMOUS, Actor
from subgraphs.kit.auth.policies import Answers
from subgraphs.kit.clock import Clock
from subgraphs.kit.database import Database
from subgraphs.kit.idempotency import Idempotency
from subgraphs.kit.pagination import Cursors


@dataclass(frozen=True)
class Context:
    """One request. A domain subclasses it with a ``cached_property`` for its loaders.

    ``resources`` is what the domain's app opened at start (an HTTP client, say).
    """

    database: Database
    clock: Clock
    signing_secret: str
    request_id: str
    actor: Actor = ANONYMOUS
    resources: Any = None

    def cursors(self, purpose: str) -> Cursors:
        """The cursors of one list."""
        return Cursors(self.signing_secret, purpose)

    def idempotency(self, table: Table) -> Idempotency:
        """Idempotent effects, by the domain's table of keys."""
        return Idempotency(self.database, table, self.clock)

    @cached_property
    def policy_answers(self) -> Answers:
        """What the schema's policies answered in this request."""
        return Answers()

    @cached_property
    def loaders(self) -> Any:
        """The DataLoaders of this request."""
        raise NotImplementedError(f"{type(self).__name__} has no loaders")

    def forget_reads(self) -> None:
        """Start with new loaders: what was read before a change must not answer after it."""
        self.__dict__.pop("loaders", None)
