"""What a request may cost, which headers go on, and who shares a fetch."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from router import Router
from router.errors import RouterError, SubgraphUnreachable
from router.gateway import GatewayOptions
from router.operation.limits import Limits
from tests.router.gateway.people_and_posts import QUERY, router_of


async def test_limits_refuse_before_validation(world: Any) -> None:
    router = router_of(world, limits=Limits(depth=2, aliases=1, root_fields=3, tokens=40))
    for query, word in (
        ("{ users { posts { title } } }", "depth"),
        ("{ a: users { id } b: users { id } }", "aliases"),
        ("{ ...F ...F } fragment F on Query { users { id } nothing }", "root fields"),
        ("{ " + "id " * 60 + "}", "token"),
    ):
        response = await router.execute(query)
        assert word in response.errors[0]["message"]


def _fragments(count: int, body: str) -> str:
    each = (f"fragment F{n} on User {{ {body.format(n + 1)} }}" for n in range(count))
    return f"{{ users {{ ...F0 }} }} {' '.join(each)} fragment F{count} on User {{ id }}"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (_fragments(40, "...F{0} ...F{0}"), "selections must not pass"),
        (_fragments(20, "posts {{ author {{ ...F{0} }} }} posts {{ author {{ ...F{0} }} }}"),
         "selections must not pass"),
        (_fragments(1500, "...F{0}"), "too deeply"),
    ],
)  # fmt: skip
async def test_fragments_that_multiply_are_refused_at_once(
    query: str, words: str, world: Any
) -> None:
    response = await router_of(world).execute(query)
    assert words in response.errors[0]["message"]
    assert response.errors[0]["extensions"]["code"] == "OPERATION_LIMIT_EXCEEDED"


async def test_only_the_headers_to_forward_reach_the_services(world: Any) -> None:
    router = router_of(world, forward_headers=("authorization", "x-tenant"))
    await router.execute(QUERY, headers={"Authorization": "me", "X-Tenant": "t", "Cookie": "c"})
    assert {tuple(sorted(headers.items())) for _, _, headers in world.requests} == {
        (("authorization", "me"), ("x-tenant", "t"))
    }


@pytest.mark.parametrize("name", ["Content-Length", "accept-encoding", "a b", "x\r\ny", ""])
def test_headers_that_make_up_the_routers_own_requests_are_not_forwarded(name: str) -> None:
    with pytest.raises(RouterError, match="cannot be forwarded"):
        GatewayOptions(forward_headers=(name,))
    with pytest.raises(RouterError, match="cannot be forwarded"):
        GatewayOptions(insert_headers=((name, "1"),))


async def test_equal_queries_in_flight_are_one_request_but_for_their_headers(world: Any) -> None:
    released = asyncio.Event()
    calls = []

    async def slow(request: dict[str, Any], headers: Any) -> Any:
        calls.append(headers)
        await released.wait()
        return world.service("users")(request, headers)

    router = Router(world.supergraph, transports={**world.transports, "users": slow})
    mutation = 'mutation { rename(id: "1", name: "X") { name } }'
    for text in ("{ users { id } }", mutation):
        router.plan(text)
    asking = [
        asyncio.create_task(router.execute("{ users { id } }", headers=headers))
        for headers in ({}, {}, {"authorization": "a"}, {"authorization": "a"})
    ]
    asking += [asyncio.create_task(router.execute(mutation)) for _ in range(2)]
    await asyncio.sleep(0.01)
    released.set()
    answers = await asyncio.gather(*asking)
    assert all(not answer.errors for answer in answers)
    assert len(calls) == 4


async def test_who_waits_for_another_requests_fetch_outlives_its_cancellation(world: Any) -> None:
    calls = 0

    async def slow(request: dict[str, Any], headers: Any) -> Any:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.01)
        return world.service("users")(request, headers)

    router = Router(world.supergraph, transports={**world.transports, "users": slow})
    router.plan("{ users { id } }")
    first = asyncio.create_task(router.execute("{ users { id } }"))
    second = asyncio.create_task(router.execute("{ users { id } }"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    response = await second
    assert not response.errors
    assert calls == 2


async def test_a_service_that_is_down_leaves_its_branch_null_until_it_is_back(world: Any) -> None:
    down = True

    def posts(request: dict[str, Any], headers: Any) -> Any:
        if down:
            raise SubgraphUnreachable("No connection could be made.")
        return world.service("posts")(request, headers)

    router = Router(world.supergraph, transports={**world.transports, "posts": posts})
    query = "{ user(id: 1) { name } posts { title } }"
    response = await router.execute(query)
    assert response.data == {"user": {"name": "Ana"}, "posts": None}
    assert [error["path"] for error in response.errors] == [["posts"]]
    assert response.errors[0]["extensions"]["service"] == "posts"
    down = False
    response = await router.execute(query)
    assert not response.errors
    assert len(response.data["posts"]) == 3
