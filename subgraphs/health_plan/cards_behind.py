"""Whose cards a request is about that names an authorization, a batch or an appeal instead.

So a failure that is switched on for a card meets every later question about it, too.
"""

from typing import Any

import orjson

from subgraphs.health_plan.authorization import KIND as AUTHORIZATION
from subgraphs.health_plan.claim import APPEAL, BATCH
from subgraphs.health_plan.store import Store

_KINDS = {"authorizations": AUTHORIZATION, "protocols": BATCH, "appeals": APPEAL}


def cards_behind(store: Store, path: str, body: bytes) -> list[str]:
    """The cards, without the doubles; none where nothing is known under the path."""
    _, _, operation, *rest = path.split("/")
    kind = _KINDS.get(operation)
    document = store.get(kind, rest[0]) if kind and rest else None
    if document is None and operation == "appeals":
        document = store.get(BATCH, _protocol_in(body))
    return list(document.get("cards", [])) if document else []


def _protocol_in(body: bytes) -> str:
    try:
        content: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(content.get("protocol", "")) if isinstance(content, dict) else ""
