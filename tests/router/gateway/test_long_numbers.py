"""Integers of more than 64 bits in custom scalars: no digit is lost on any way through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from router import Router
from router.composition import SubgraphSource, compose

LONG = 123456789012345678901234567890
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])\n'
THINGS = """
scalar Long
type Query { things(at: Long = 98765432109876543210987654321): [Thing!]! numbers: [Long!] }
type Thing @key(fields: "id") { id: Long! name: String any: Long }
"""
OTHERS = """
scalar Long
type Thing @key(fields: "id") { id: Long! twice: Long! }
"""


class Services:
    """What the services were asked, as JSON values without loss."""

    def __init__(self) -> None:
        self.variables: list[Mapping[str, Any]] = []

    def things(self, request: dict[str, Any], _headers: Any) -> Any:
        self.variables.append(request.get("variables", {}))
        thing = {"__typename": "Thing", "id": LONG, "name": "x" * 100}
        nested = {"deep": [-LONG, 1.5, {"n": 2**64 - 1}]}
        found = [{**thing, "any": nested}, thing]
        return {"data": {"things": found, "a": found, "b": [], "numbers": [LONG, 1]}}

    def others(self, request: dict[str, Any], _headers: Any) -> Any:
        self.variables.append(request["variables"])
        keys = [each["id"] for each in request["variables"]["representations"]]
        return {"data": {"_entities": [{"twice": 2 * key} for key in keys]}}


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def router(services: Services) -> Router:
    sources = {"things": LINK + THINGS, "others": LINK + OTHERS}
    result = compose(
        [SubgraphSource(name=n, url=f"http://127.0.0.1:1/{n}", sdl=s) for n, s in sources.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    transports = {"things": services.things, "others": services.others}
    return Router(result.supergraph_sdl, transports=transports)


async def test_in_answers(router: Router) -> None:
    response = await router.execute("{ things { id any } numbers }")
    assert not response.errors
    nested = {"deep": [-LONG, 1.5, {"n": 2**64 - 1}]}
    assert response.data == {
        "things": [{"id": LONG, "any": nested}, {"id": LONG, "any": None}],
        "numbers": [LONG, 1],
    }
    assert str(LONG) in response.body.decode()


async def test_in_keys_that_the_client_did_not_ask_for(router: Router, services: Services) -> None:
    response = await router.execute("{ things { name twice } }")
    assert not response.errors
    assert [each["twice"] for each in (response.data or {})["things"]] == [2 * LONG] * 2
    assert services.variables[1]["representations"] == [{"__typename": "Thing", "id": LONG}]


async def test_in_an_answer_that_is_passed_through(router: Router) -> None:
    response = await router.execute("{ numbers }")
    assert (response.data, response.errors) == ({"numbers": [LONG, 1]}, ())


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_in_variables_and_their_defaults_over_http(
    method: str, router: Router, services: Services
) -> None:
    query = "query($n: Long, $m: Long = %d) { a: things(at: $n) { id } b: things(at: $m) { id } }"
    query %= LONG + 1
    variables = f'{{"n": {LONG}}}'
    transport = httpx.ASGITransport(router.asgi())
    async with httpx.AsyncClient(transport=transport, base_url="http://router") as client:
        if method == "GET":
            params = {"query": query, "variables": variables}
            answer = await client.get("/graphql", params=params)
        else:
            body = f'{{"query": "{query}", "variables": {variables}}}'
            headers = {"content-type": "application/json"}
            answer = await client.post("/graphql", content=body, headers=headers)
    assert str(LONG) in answer.text
    assert services.variables == [{"n": LONG, "m": LONG + 1}]


async def test_in_literals(router: Router) -> None:
    plan = router.plan(f"{{ things(at: {LONG}) {{ name }} }}")
    assert f"at: {LONG}" in str(plan)
