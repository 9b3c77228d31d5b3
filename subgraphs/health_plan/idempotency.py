"""One effect per Idempotency-Key: the first answer is kept and given again."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import orjson
from pydantic import BaseModel

from subgraphs.health_plan.store import Store

KIND = "idempotency"

Answer = TypeVar("Answer", bound=BaseModel)


class KeyReused(Exception):
    """The key was used before, for a request with another content."""


def answer_once(
    store: Store, key: str, request: BaseModel, produce: Callable[[], tuple[int, Answer]]
) -> tuple[int, bytes]:
    """The status and body for a key: produced the first time, replayed after that.

    The effect and the kept answer are written in one transaction.

    Raises:
        KeyReused: the same key came with another request.
    """
    content = type(request).__name__.encode() + request.model_dump_json().encode()
    digest = hashlib.sha256(content).hexdigest()
    with store.transaction():
        kept = store.get(KIND, key)
        if kept is not None:
            if kept["digest"] != digest:
                raise KeyReused
            return int(kept["status"]), orjson.dumps(kept["body"])
        status, answer = produce()
        body = answer.model_dump(mode="json", by_alias=True)
        store.put(KIND, key, {"digest": digest, "status": status, "body": body})
        return status, orjson.dumps(body)
