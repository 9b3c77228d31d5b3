"""Who makes a change."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.kit.errors import InvalidInput

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, when, and why."""

    actor_id: str
    at: datetime
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.reason is not None and len(self.reason) > MAX_REASON:
            raise InvalidInput(f"O motivo passa de {MAX_REASON} caracteres.", path=["reason"])
