"""Policies decide about each object, are asked once, and fail closed."""

import pytest
from guarded_graph import REFUSED, Chart, Query, Request, actor, ask, ask_and_tell, has_reason

from subgraphs.kit.auth.actor import ANONYMOUS, EXPLORER
from subgraphs.kit.auth.enforcement import UnknownPolicy
from subgraphs.kit.auth.roles import INTERNAL
from subgraphs.kit.graphql import build_schema


async def test_a_policy_decides_about_each_object() -> None:
    data, errors = await ask(actor(id="carer of 1"), "{ patients(count: 3) { record } }")
    assert data == {"patients": [{"record": None}, {"record": "record 1"}, {"record": None}]}
    assert errors == {"patients.0.record": REFUSED, "patients.2.record": REFUSED}


async def test_a_policy_is_asked_once_in_a_request_and_the_next_one_only_if_need_be() -> None:
    request = Request(actor(id="carer of 0 and 1"))
    query = "{ patients(count: 2) { record again: record } }"
    data, errors, request = await ask_and_tell(request, query)
    assert errors == {}
    assert sorted(request.asked) == [("care_relationship", "0"), ("care_relationship", "1")]
    request = Request(actor(id="emergency"))
    data, errors, request = await ask_and_tell(request, "{ patients(count: 50) { record } }")
    assert errors == {}
    assert data["patients"][49] == {"record": "record 49"}
    assert request.asked.count(("break_glass", None)) == 1
    assert len(request.asked) == 51


async def test_authentication_scopes_and_policies_must_hold_together() -> None:
    query = "{ patients { allergies } }"
    assert (await ask(actor("record:read", id="of 0"), query))[1] == {}
    for who in (actor(id="of 0"), actor("record:read", id="of 9"), ANONYMOUS):
        assert (await ask(who, query))[1] == {"patients.0.allergies": REFUSED}


async def test_policies_are_not_asked_where_the_token_is_not_enough() -> None:
    _, _, request = await ask_and_tell(Request(actor(id="of 0")), "{ patients { allergies } }")
    assert request.asked == []


async def test_a_policy_of_a_type_is_about_the_object_itself() -> None:
    assert (await ask(actor(id="of 1"), '{ chart(id: "1") { diagnosis } }'))[1] == {}
    assert await ask(actor(id="of 1"), '{ chart(id: "2") { diagnosis } }') == (
        {"chart": None},
        {"chart": REFUSED},
    )
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Chart { diagnosis } } }"
    data, errors = await ask(
        actor(INTERNAL, id="of 2"), query, r=[{"__typename": "Chart", "id": id} for id in "123"]
    )
    assert data == {"_entities": [None, {"diagnosis": "secret"}, None]}
    assert errors == {"_entities.0": REFUSED, "_entities.2": REFUSED}


async def test_a_policy_that_fails_refuses_and_its_error_is_masked() -> None:
    data, errors = await ask(actor(), '{ reasoned(reason: "crash") }')
    assert (data, errors) == ({"reasoned": None}, {"reasoned": "INTERNAL_SERVER_ERROR"})
    assert (await ask(actor(), '{ reasoned(reason: "audit") }'))[0] == {"reasoned": "audit"}
    assert (await ask(actor(), '{ reasoned(reason: "") }'))[1] == {"reasoned": REFUSED}


async def test_who_explores_without_a_token_passes_everything() -> None:
    data, errors = await ask(EXPLORER, "{ note { title } patients { cpf record } suspicion }")
    assert errors == {}
    assert data["patients"] == [{"cpf": "52998224725", "record": "record 0"}]


def test_a_policy_that_nobody_registered_stops_the_build() -> None:
    with pytest.raises(UnknownPolicy, match="break_glass, care_relationship"):
        build_schema(query=Query, types=[Chart], policies={"has_reason": has_reason})
