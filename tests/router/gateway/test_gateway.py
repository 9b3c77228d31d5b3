"""A gateway over two services: operations, caches, labels, reloads, failures and recovery."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref
from typing import Any

import pytest

from router import Router
from router.errors import RouterError, SubgraphUnreachable, SupergraphError
from router.gateway import GatewayOptions
from router.operation.limits import Limits

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


async def test_a_query_across_services_is_answered(world: Any) -> None:
    response = await router_of(world).execute(QUERY)
    assert (response.data, response.errors) == (ANSWER, ())
    assert world.asked == ["users", "posts", "users"]


async def test_variables_are_coerced_and_absent_ones_take_their_default(world: Any) -> None:
    router = router_of(world)
    query = "query($n: Int = 1, $id: ID) { users(first: $n) { id } user(id: $id) { id } }"
    query = query.replace("$id: ID)", "$id: ID!)")
    response = await router.execute(query, variables={"id": 2})
    assert response.data == {"users": [{"id": "1"}], "user": {"id": "2"}}


@pytest.mark.parametrize(
    ("query", "variables", "message", "code"),
    [
        ("{", None, "Syntax Error", "GRAPHQL_PARSE_FAILED"),
        ("{ users { } }", None, "Syntax Error", "GRAPHQL_PARSE_FAILED"),
        ("{ nobody }", None, "Cannot query field 'nobody'", "GRAPHQL_VALIDATION_FAILED"),
        ("{ users { role(x: 1) } }", None, "Unknown argument", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { users { id } } query B { users { id } }", None, "operation name",
         "OPERATION_RESOLUTION_FAILURE"),
        ("query($id: ID!) { user(id: $id) { id } }", None, "was not provided", "BAD_USER_INPUT"),
        ("query($id: ID!) { user(id: $id) { id } }", {"id": [1]}, "Expected type 'ID!'",
         "BAD_USER_INPUT"),
        ("query($f: PostFilter) { posts(filter: $f) { title } }",
         {"f": {"title": "x", "tags": ["a", 5]}}, "'$f.tags[1]'", "BAD_USER_INPUT"),
        ("query($f: PostFilter) { posts(filter: $f) { title } }", {"f": {"titel": "x"}},
         "title", "BAD_USER_INPUT"),
    ],
)  # fmt: skip
async def test_a_wrong_request_is_refused_before_execution(
    query: str, variables: Any, message: str, code: str, world: Any
) -> None:
    response = await router_of(world).execute(query, variables=variables)
    assert response.data is None
    assert b'"data"' not in response.body
    assert message in response.errors[0]["message"]
    assert response.errors[0]["extensions"]["code"] == code
    assert world.asked == []


async def test_a_wrong_value_is_not_told_in_its_error(world: Any) -> None:
    response = await router_of(world).execute(
        "query($id: ID!) { user(id: $id) { id } }", variables={"id": ["123.456.789-09"]}
    )
    assert "123.456" not in response.body.decode()


async def test_one_operation_of_several_runs_by_its_name(world: Any) -> None:
    response = await router_of(world).execute(
        "query A { users { id } } query B { users(first: 1) { name } }", operation_name="B"
    )
    assert response.data == {"users": [{"name": "Ana"}]}


async def test_hidden_enum_values_are_null_and_may_not_be_named(world: Any) -> None:
    router = router_of(world)
    response = await router.execute("{ users(first: 3) { role } }")
    assert response.data == {"users": [{"role": "MEMBER"}, {"role": "MEMBER"}, {"role": None}]}
    assert [error["path"] for error in response.errors] == [["users", 2, "role"]]
    assert "GHOST" not in response.body.decode()


async def test_introspection_is_answered_from_the_api_schema(world: Any) -> None:
    router = router_of(world)
    query = """
    query($name: String!) {
      __typename
      ...Root
      users(first: 1) { id }
    }
    fragment Root on Query { type: __type(name: $name) { enumValues { name } __typename } }
    """
    for name, values in (("Role", [{"name": "MEMBER"}]), ("User", None)):
        response = await router.execute(query, variables={"name": name})
        assert response.data == {
            "__typename": "Query",
            "type": {"enumValues": values, "__typename": "__Type"},
            "users": [{"id": "1"}],
        }
    assert world.asked == ["users", "users"]


async def test_introspection_can_be_switched_off(world: Any) -> None:
    response = await router_of(world, introspection=False).execute(
        "{ __schema { types { name } } }"
    )
    assert response.errors[0]["extensions"]["code"] == "INTROSPECTION_DISABLED"


async def test_mutations_run_in_their_order_across_services(world: Any) -> None:
    response = await router_of(world).execute(
        'mutation { a: rename(id: "1", name: "X") { name } publish(title: "New") '
        '{ author { name } } b: rename(id: "1", name: "Y") { name } }'
    )
    assert response.data == {
        "a": {"name": "X"},
        "publish": {"author": {"name": "X"}},
        "b": {"name": "Y"},
    }


async def test_a_label_in_percent_is_drawn_for_each_request(world: Any) -> None:
    router = router_of(world)
    scores = set()
    for _ in range(60):
        response = await router.execute("{ users(first: 1) { score } }")
        scores.add(response.data["users"][0]["score"])
    assert scores == {1, 2}


async def test_a_label_of_fields_that_an_operation_does_not_ask_is_not_drawn_for_it(
    world: Any,
) -> None:
    router = router_of(world)
    plans = {id(router.plan("{ users { name } }")) for _ in range(20)}
    assert len(plans) == 1
    plans = {id(router.plan("{ users { score } }")) for _ in range(40)}
    assert len(plans) == 2


async def test_a_label_may_be_on_for_all_requests(world: Any) -> None:
    world.supergraph = world.supergraph.replace("percent(50)", "posts-score")
    for labels, score in ((frozenset(), 1), (frozenset({"posts-score", "other"}), 2)):
        router = router_of(world, override_labels=labels)
        response = await router.execute("{ users(first: 1) { score } }")
        assert response.data == {"users": [{"score": score}]}


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


async def test_an_operation_is_planned_once_however_long_its_text(world: Any) -> None:
    router = router_of(world, cached_operations=2)
    long = QUERY + "#" * 20_000
    for text in (QUERY, long):
        assert (await router.execute(text)).data == ANSWER
        first = router.plan(text)
        assert router.plan(text) is first
    await router.execute("{ users { id } }")
    assert router.plan(long) is first
    await router.execute("{ users { name } }")
    await router.execute("{ users { role } }")
    assert router.plan(long) is not first


async def test_explain_tells_of_each_fetch(world: Any) -> None:
    explanation = await router_of(world).explain(QUERY)
    assert [(fetch.service, fetch.rows) for fetch in explanation.fetches] == [
        ("users", None),
        ("posts", 2),
        ("users", 2),
    ]
    assert all(fetch.bytes_sent and fetch.bytes_received for fetch in explanation.fetches)
    starts = [fetch.started for fetch in explanation.fetches]
    assert starts == sorted(starts)
    assert explanation.response.data == ANSWER


def test_the_composer_can_be_imported_without_the_server() -> None:
    code = "import router, router.supergraph, sys; print('router.server' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


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
