"""Tokens over HTTP: statuses, keys from a URL, settings and the word at the start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import structlog

from router import Router
from router.errors import RouterError
from router.gateway import AuthenticationOptions, GatewayOptions
from router.server.command import app_of
from router.server.settings import Settings
from router.server.supergraph_source import SupergraphFile
from tests.router.server.serving import served

NEW = "application/graphql-response+json"
OLD = "application/json"


@asynccontextmanager
async def client_of(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with served(app) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def served_router(world: Any, authentication: AuthenticationOptions, **options: Any) -> Any:
    gateway = GatewayOptions(authentication=authentication, **options)
    return client_of(Router(world.supergraph, transports=world.transports, options=gateway).asgi())


class Keys:
    """An app that publishes an issuer's keys, or fails."""

    def __init__(self, issuer: Any) -> None:
        self.issuer = issuer
        self.status = 200
        self.requests = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.requests += 1
        start = {"type": "http.response.start", "status": self.status, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": orjson.dumps(self.issuer.jwks)})


@pytest.mark.parametrize("accept", [OLD, NEW])
async def test_a_token_decides_what_is_answered(accept: str, guarded: Any, issuer: Any) -> None:
    query = {"query": "{ me { name cpf } }"}
    # The header is read although it goes to no service.
    async with served_router(guarded, issuer.options(), forward_headers=()) as client:
        may, may_not = issuer.bearer("admin"), issuer.bearer("x")
        for headers, cpf in ((may, "cpf 1"), (may_not, None), ({}, None)):
            headers = {"accept": accept, **headers}
            answer = await client.post("/graphql", json=query, headers=headers)
            assert answer.status_code == 200
            assert answer.json()["data"] == {"me": {"name": "P1", "cpf": cpf}}
        bad = {"accept": accept, "authorization": "Bearer nonsense"}
        answer = await client.post("/graphql", json=query, headers=bad)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        [error] = answer.json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
        answer = await client.get("/graphql", params=query, headers=bad)
        assert answer.status_code == 401
        assert all(not headers for _, _, headers in guarded.requests)


async def test_an_operation_refused_as_a_whole_is_forbidden(guarded: Any, issuer: Any) -> None:
    async with served_router(guarded, issuer.options(mode="reject")) as client:
        for accept, status in ((NEW, 403), (OLD, 200)):
            answer = await client.post(
                "/graphql", json={"query": "{ total clock }"}, headers={"accept": accept}
            )
            assert answer.status_code == status
            assert answer.json() == {
                "errors": [
                    {
                        "message": "Access to Query.clock is not permitted.",
                        "path": ["clock"],
                        "extensions": {"code": "UNAUTHORIZED_FIELD_OR_TYPE"},
                    }
                ]
            }


async def test_keys_come_from_a_url_once_and_an_outage_is_no_refusal(
    guarded: Any, issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(issuer)
    keys.status = 500
    query = {"query": "{ clock }"}
    async with client_of(keys) as source:
        options = AuthenticationOptions(jwks_url=f"{source.base_url}/keys")
        async with served_router(guarded, options) as client:
            assert (await client.post("/graphql", json=query)).json()["data"] == {"clock": None}
            assert keys.requests == 0, "nobody asked with a token yet"
            answer = await client.post("/graphql", json=query, headers=issuer.bearer())
            assert answer.status_code == 503
            assert answer.json()["errors"][0]["extensions"]["code"] == "AUTHENTICATION_UNAVAILABLE"
            keys.status = 200
            await asyncio.sleep(1.1)
            answers = await asyncio.gather(
                *(client.post("/graphql", json=query, headers=issuer.bearer()) for _ in range(5))
            )
            assert [answer.json() for answer in answers] == [{"data": {"clock": "noon"}}] * 5
            assert keys.requests == 2
    async with served_router(guarded, options) as client:
        answer = await client.post("/graphql", json=query, headers=issuer.bearer())
        assert answer.status_code == 503, "nobody listens at the URL"


async def test_settings_from_a_file_guard_a_served_supergraph(
    guarded: Any, issuer: Any, tmp_path: Path
) -> None:
    supergraph, config = tmp_path / "supergraph.graphql", tmp_path / "router.yaml"
    supergraph.write_text(guarded.supergraph)
    config.write_text(
        f"""
        authentication:
          jwks_file: {issuer.jwks_file}
          issuer: https://idp
          audience: clinic
          algorithms: [ES256]
          scopes_claim: permissions
          mode: filter
          delegate: false
        """
    )
    app = app_of(supergraph, Settings.load(config))
    claims = {"iss": "https://idp", "aud": "clinic", "permissions": "admin"}
    async with client_of(app) as client:
        for headers, status in ((issuer.bearer(**claims), 200), (issuer.bearer(), 401), ({}, 200)):
            answer = await client.post("/graphql", json={"query": "{ clock }"}, headers=headers)
            assert answer.status_code == status
    config.write_text("authentication: {delegate: false}")
    with pytest.raises(RouterError, match=r"set authentication\.delegate to true"):
        app_of(supergraph, Settings.load(config))
    config.write_text("authentication: {jwks_url: x, jwks_file: y}")
    with pytest.raises(RouterError, match="one of jwks_url"):
        app_of(supergraph, Settings.load(config))
    config.write_text("authentication: {mode: maybe}")
    with pytest.raises(RouterError, match=r"authentication\.mode"):
        Settings.load(config)


def test_the_server_says_once_what_the_services_alone_decide(
    guarded: Any, world: Any, issuer: Any
) -> None:
    def said(of: Any, authentication: AuthenticationOptions) -> list[str]:
        options = GatewayOptions(authentication=authentication)
        with structlog.testing.capture_logs() as logs:
            Router(of.supergraph, transports=of.transports, options=options).asgi()
        assert all(log["log_level"] == "warning" for log in logs)
        return [log["event"] for log in logs]

    [event] = said(guarded, AuthenticationOptions())
    assert "does not check @authenticated, @requiresScopes, @policy" in event
    [event] = said(guarded, issuer.options())
    assert event.endswith("does not check @policy")
    assert said(guarded, issuer.options(delegate=False)) == []
    assert said(world, AuthenticationOptions()) == []


async def test_a_reload_to_a_guarded_supergraph_is_told_too(
    guarded: Any, world: Any, tmp_path: Path
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(world.supergraph)
    router = Router.from_file(file)
    watched = SupergraphFile(file, router, 0.01)
    with structlog.testing.capture_logs() as logs:
        await watched.start()
        for supergraph in (guarded.supergraph, guarded.supergraph + "\n", world.supergraph):
            file.write_text(supergraph)
            seen = len(logs)
            async with asyncio.timeout(10):
                while len(logs) == seen:  # noqa: ASYNC110 - the file is polled, too
                    await asyncio.sleep(0.01)
        await watched.stop()
    await router.close()
    assert [log["log_level"] for log in logs] == ["info", "warning", "info", "info"]


async def test_a_hook_that_fails_is_a_fault_of_ours_and_is_logged(
    guarded: Any, issuer: Any
) -> None:
    async def policies(_names: frozenset[str], _claims: Mapping[str, Any]) -> list[str]:
        raise RuntimeError("the rules are away")

    options = GatewayOptions(authentication=issuer.options())
    router = Router(
        guarded.supergraph, transports=guarded.transports, options=options, policies=policies
    )
    with structlog.testing.capture_logs() as logs:
        async with client_of(router.asgi()) as client:
            answer = await client.post("/graphql", json={"query": "{ me { diary } }"})
    assert answer.status_code == 500
    assert "rules" not in answer.text
    assert [log["event"] for log in logs] == ["request failed"]
    assert guarded.asked == []
