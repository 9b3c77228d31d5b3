"""A query over two services, and its answer."""

from __future__ import annotations

from typing import Any

from router import Router
from router.gateway import GatewayOptions

QUERY = "{ users { name posts { title author { name } } } }"


ANSWER = {
    "users": [
        {
            "name": "Ana",
            "posts": [
                {"title": "First", "author": {"name": "Ana"}},
                {"title": "Second", "author": {"name": "Ana"}},
            ],
        },
        {"name": "Bia", "posts": [{"title": "Third", "author": {"name": "Bia"}}]},
    ]
}


def router_of(world: Any, **options: Any) -> Router:
    return Router(world.supergraph, transports=world.transports, options=GatewayOptions(**options))
