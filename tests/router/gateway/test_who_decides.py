"""Who decides what may be read: keys, policies and their hook, or the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from router.errors import RouterError, SupergraphError
from router.gateway import AuthenticationOptions
from tests.router.gateway.guards import refused, router_of


async def test_an_operation_can_be_refused_as_a_whole(guarded: Any, issuer: Any) -> None:
    router = router_of(guarded, issuer.options(mode="reject"))
    query = "query($x: Boolean = false) { total me { name cpf } clock @include(if: $x) }"
    response = await router.execute(query)
    assert b'"data"' not in response.body
    assert refused(response) == ["me.cpf"]
    assert guarded.asked == []
    assert (await router.execute(query, headers=issuer.bearer("admin"))).errors == ()
    query = "query($x: Boolean = false) { total boss @include(if: $x) { born } }"
    assert (await router.execute(query)).data == {"total": 7}
    assert refused(await router.execute(query, variables={"x": True})) == ["boss.born"]


async def test_a_policy_is_asked_of_the_hook_with_the_claims(guarded: Any, issuer: Any) -> None:
    asked: list[tuple[frozenset[str], Mapping[str, Any]]] = []

    async def policies(names: frozenset[str], claims: Mapping[str, Any]) -> list[str]:
        asked.append((names, claims))
        return {"u1": ["owner"], "u2": ["court", "judge"], "u3": ["court"]}.get(
            claims.get("sub"), []
        )

    router = router_of(guarded, issuer.options(), policies=policies)
    for subject, diary in (("u1", "dear"), ("u2", "dear"), ("u3", None)):
        headers = issuer.bearer(sub=subject)
        response = await router.execute("{ me { name diary } }", headers=headers)
        assert response.data == {"me": {"name": "P1", "diary": diary}}
    assert (await router.execute("{ me { name diary } }")).data["me"]["diary"] is None
    assert [claims.get("sub") for _, claims in asked] == ["u1", "u2", "u3", None]
    assert {names for names, _ in asked} == {frozenset({"owner", "court", "judge"})}
    await router.execute("{ me { name } clock }")
    assert len(asked) == 4, "an operation without policies asks for none"


async def test_policies_without_a_hook_are_the_services_affair_or_nobodys(
    guarded: Any, issuer: Any
) -> None:
    delegating = router_of(guarded, issuer.options())
    assert delegating.delegated == "@policy"
    assert (await delegating.execute("{ me { diary } }")).data == {"me": {"diary": "dear"}}
    strict = router_of(guarded, issuer.options(delegate=False))
    assert strict.delegated is None
    response = await strict.execute("{ me { name diary } }", headers=issuer.bearer("admin"))
    assert (response.data, refused(response)) == (
        {"me": {"name": "P1", "diary": None}},
        ["me.diary"],
    )


async def test_without_keys_the_services_decide_and_get_the_token(guarded: Any) -> None:
    router = router_of(guarded, AuthenticationOptions())
    assert router.delegated == "@authenticated, @requiresScopes, @policy"
    response = await router.execute("{ me { cpf } }", headers={"Authorization": "Bearer no.t.one"})
    assert response.data == {"me": {"cpf": "cpf 1"}}
    [(_, _, headers)] = guarded.requests
    assert headers == {"authorization": "Bearer no.t.one"}


async def test_without_keys_and_delegation_a_guarded_supergraph_is_refused(
    guarded: Any, world: Any
) -> None:
    with pytest.raises(SupergraphError, match="no keys to verify tokens with"):
        router_of(guarded, AuthenticationOptions(delegate=False))
    router = router_of(world, AuthenticationOptions(delegate=False))
    assert router.delegated is None
    with pytest.raises(SupergraphError, match="no keys"):
        await router.reload(guarded.supergraph)
    assert (await router.execute("{ users { id } }")).errors == ()


async def test_a_hook_that_would_never_be_asked_is_refused(guarded: Any) -> None:
    async def policies(names: frozenset[str], _claims: Mapping[str, Any]) -> frozenset[str]:
        return names

    with pytest.raises(RouterError, match="Set authentication's jwks_url"):
        router_of(guarded, AuthenticationOptions(), policies=policies)
