"""A new supergraph takes over, or is refused; the old one is let go."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from router import Router
from router.errors import SupergraphError
from tests.router.gateway.people_and_posts import ANSWER, QUERY, router_of


async def test_a_reload_serves_the_new_supergraph_and_a_bad_one_is_refused(world: Any) -> None:
    router = router_of(world)
    await router.execute(QUERY)
    with pytest.raises(SupergraphError):
        await router.reload("type Query { a: Int }")
    assert (await router.execute(QUERY)).data == ANSWER
    await router.reload(world.supergraph.replace("title: String\n", "heading: String\n"))
    response = await router.execute(QUERY)
    assert response.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_request_under_way_finishes_on_the_supergraph_that_it_began_on(world: Any) -> None:
    released = asyncio.Event()

    async def slow(request: dict[str, Any], headers: Any) -> Any:
        await released.wait()
        return world.service("posts")(request, headers)

    router = Router(world.supergraph, transports={**world.transports, "posts": slow})
    router.plan(QUERY)
    under_way = asyncio.create_task(router.execute(QUERY))
    await asyncio.sleep(0.01)
    await router.reload(world.supergraph.replace("title: String\n", "heading: String\n"))
    released.set()
    assert (await under_way).data == ANSWER


async def test_nothing_pins_a_supergraph_that_was_replaced(world: Any) -> None:
    router = router_of(world)
    await router.execute(QUERY)
    graphs = []
    for _ in range(200):
        await router.execute("{ __schema { queryType { name } } }")
        await router.execute("{ users { score } }")
        graphs.append(weakref.ref(router._graph))
        await router.reload(world.supergraph)
    gc.collect()
    assert [graph() for graph in graphs] == [None] * 200


@pytest.mark.parametrize(
    ("there", "instead", "problem"),
    [
        ("directive @join__field(", "directive @field(", "no schema for clients"),
        ('key: "id"', 'key: "id {"', "field set"),
        ("type Post @join", "type Posted @join", "no type 'Post'"),
    ],
)
def test_a_supergraph_that_does_not_hold_together_is_refused(
    there: str, instead: str, problem: str, world: Any
) -> None:
    world.supergraph = world.supergraph.replace(there, instead)
    with pytest.raises(SupergraphError, match=problem):
        router_of(world)
