"""A source of ticks, served in each of the ways in which events come."""

from __future__ import annotations

from typing import Any

from router import Router
from router.composition import SubgraphSource, compose
from router.gateway import GatewayOptions

FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: '


CLOCKS = (
    FEDERATION + '["@key", "@authenticated"])\n'
    """
    type Query { now: Int }
    type Subscription { ticks(last: Int = 3, fail: Int): Tick! secret: Int @authenticated }
    type Tick @key(fields: "id") { id: ID! at: Int by: String @authenticated }
    """
)


NOTES = FEDERATION + '["@key"])\ntype Tick @key(fields: "id") { id: ID! note: String! }'


QUERY = "subscription($n: Int) { tick: ticks(last: $n) { at said: note } }"


def notes(request: dict[str, Any], _headers: Any) -> Any:
    """The service of notes; it knows none of the second tick."""
    found = [
        None if each["id"] == "2" else {"said": f"note {each['id']}"}
        for each in request["variables"]["representations"]
    ]
    return {"data": {"_entities": found}}


def router_of(clocks: Any, **options: Any) -> Router:
    sources = {"clocks": CLOCKS, "notes": NOTES}
    result = compose(
        [SubgraphSource(name=n, url=f"http://127.0.0.1:1/{n}", sdl=s) for n, s in sources.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    return Router(
        result.supergraph_sdl,
        transports={"clocks": clocks, "notes": notes},
        options=GatewayOptions(**options),
    )
