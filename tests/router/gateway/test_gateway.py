"""Operations over two services: validation, variables, introspection, labels, plans."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.router.gateway.people_and_posts import ANSWER, QUERY, router_of


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
