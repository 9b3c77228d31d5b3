"""A miniature domain as an app: GraphQL over HTTP, readiness, masked errors, descriptions."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from notes_service import STEP, NotesContext, schema
from pydantic import SecretStr

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.database import Database
from subgraphs.kit.logs import configure_logs
from subgraphs.kit.settings import ServiceSettings


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    package = tmp_path / "note_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step_0001_first.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "note_migrations"


@pytest.fixture
async def app(database_url: str, migrations: str) -> AsyncIterator[FastAPI]:
    settings = ServiceSettings(service="notes", database_url=database_url, max_body_bytes=5000)
    app = create_app(Domain("notes", schema, NotesContext, migrations), settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI, router_headers: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://notes", headers=router_headers
    ) as client:
        yield client


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def test_a_service_that_started_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "alive"}
    assert (await client.get("/ready")).json() == {"status": "ready"}


async def test_a_production_service_is_not_ready_before_somebody_migrated(
    database_url: str, migrations: str
) -> None:
    settings = ServiceSettings(
        service="notes",
        database_url=database_url,
        environment="production",
        signing_secret=SecretStr("a long random text"),
        jwt_keys="https://identity.example/jwks.json",
    )
    app = create_app(Domain("notes", schema, NotesContext, migrations), settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://n") as client,
    ):
        answer = await client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the database is not migrated"


async def test_a_database_that_is_gone_makes_it_not_ready_and_still_alive(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await app.state.database.dispose()
    app.state.database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    assert (await client.get("/ready")).status_code == 503
    assert (await client.get("/health")).status_code == 200


async def test_a_query_is_answered(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{ note { id mood length } price { amount currency } }")
    assert answer == {
        "data": {
            "note": {"id": "1", "mood": "SAD", "length": 3},
            "price": {"amount": "10.50", "currency": "BRL"},
        }
    }


async def test_entities_come_in_order_and_null_where_unknown(client: httpx.AsyncClient) -> None:
    answer = await ask(
        client,
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Note { id } } }",
        r=[{"__typename": "Note", "id": id} for id in ("3", "none", "1")],
    )
    assert answer == {"data": {"_entities": [{"id": "3"}, None, {"id": "1"}]}}


async def test_scalars_are_read_exactly(client: httpx.AsyncClient) -> None:
    answer = await ask(
        client,
        '{ echo(day: "2026-11-24", at: "2026-11-24T09:30:00-03:00", amount: "98.50",'
        ' key: "0198c7a1-0000-7000-8000-000000000000") moment(at: "2026-11-24T22:30:00-03:00") }',
    )
    assert answer["data"] == {
        "echo": [
            "datetime.date(2026, 11, 24)",
            "2026-11-24T09:30:00-03:00",
            "Decimal('98.50')",
            "0198c7a1-0000-7000-8000-000000000000",
        ],
        "moment": "2026-11-25T01:30:00Z",
    }


GOOD = {
    "day": '"2026-11-24"',
    "at": '"2026-11-24T09:30:00Z"',
    "amount": '"1"',
    "key": '"0198c7a1-0000-7000-8000-000000000000"',
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": '"24/11/2026"'},
        {"day": '"20261124"'},
        {"at": '"2026-11-24T09:30:00"'},
        {"at": '"yesterday"'},
        {"amount": "1.1"},
        {"amount": '"NaN"'},
        {"amount": '"ten"'},
        {"key": '"42"'},
        {"day": '"0001-01-01"'},
        {"day": '"9999-12-31"'},
        {"at": '"9999-12-31T23:59:59-03:00"'},
        {"at": '"0001-01-01T00:00:00+05:00"'},
        {"amount": '"1e999999999"'},
        {"amount": '"1e-99999"'},
        {"amount": '"0e99999"'},
        {"amount": f'"{"9" * 40}"'},
    ],
)
async def test_a_scalar_in_another_form_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    arguments = ", ".join(f"{name}: {value}" for name, value in (GOOD | wrong).items())
    answer = await ask(client, f"{{ echo({arguments}) }}")
    assert answer.get("data") is None
    assert "written" in str(answer["errors"])


async def test_a_domain_error_keeps_its_message_and_code(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{ refused }")
    [error] = answer["errors"]
    assert error["message"] == "não pode"
    assert error["path"] == ["refused"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["x"]}


async def test_an_unexpected_error_is_masked_and_logged_without_its_text(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.post("/graphql", json={"query": "{ broken }"})
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["errorId"] in error["message"]
    output = "".join(capsys.readouterr())
    assert error["extensions"]["errorId"] in output
    assert "KeyError" in output
    assert "52998224725" not in answer.text + output


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"query": 1}', "application/json", 400),
        (b'{"query": "{ note { id } }", "variables": []}', "application/json", 400),
        (b'{"query": "{ note { id } }", "operationName": 1}', "application/json", 400),
        (b'{"query": "{ note { id } }"}', "text/plain", 415),
        (rb'{"query": "{ note { id } }", "variables": {"a": ["\u0000"]}}', "application/json", 400),
        (rb'{"query": "{ note(id: \"\\u0000\") { id } }"}', "application/json", 400),
        (rb'{"query": "{ note(id: \"\\u{00}\") { id } }"}', "application/json", 400),
        (b" " * 6000, "application/json", 413),
    ],
)
async def test_what_is_no_graphql_request_is_refused(
    client: httpx.AsyncClient, content: bytes, content_type: str, status: int
) -> None:
    answer = await client.post("/graphql", content=content, headers={"content-type": content_type})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"]


async def test_a_media_type_is_read_without_regard_to_case_and_space(
    client: httpx.AsyncClient,
) -> None:
    query = rb'{"query": "{ __typename }", "variables": {"text": "\\u0000 is how it is written"}}'
    headers = {"content-type": "Application/JSON ; charset=utf-8"}
    answer = await client.post("/graphql", content=query, headers=headers)
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_an_invalid_query_is_400_for_who_accepts_the_new_media_type(
    client: httpx.AsyncClient,
) -> None:
    headers = {"accept": "application/graphql-response+json"}
    answer = await client.post("/graphql", json={"query": "{ nothing }"}, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert "data" not in answer.json()
    assert (await client.post("/graphql", json={"query": "{ nothing }"})).status_code == 200


async def test_the_operation_is_chosen_by_its_name(client: httpx.AsyncClient) -> None:
    two = "query A { note { id } } query B { note { length } }"
    answer = await client.post("/graphql", json={"query": two, "operationName": "B"})
    assert answer.json() == {"data": {"note": {"length": 3}}}
    answer = await client.post("/graphql", json={"query": two, "operationName": "C"})
    assert answer.status_code == 400
    assert "no operation named C" in answer.text


async def test_the_request_id_is_kept_or_made(client: httpx.AsyncClient) -> None:
    query = {"query": "{ note { id } }"}
    answer = await client.post("/graphql", json=query, headers={"x-request-id": "abc"})
    assert answer.headers["x-request-id"] == "abc"
    assert len((await client.post("/graphql", json=query)).headers["x-request-id"]) == 36
    for unusable in ("x" * 65, "Maria Souza", '"}'):
        answer = await client.post("/graphql", json=query, headers={"x-request-id": unusable})
        assert len(answer.headers["x-request-id"]) == 36


def test_docstrings_are_the_descriptions_in_the_sdl() -> None:
    sdl = str(schema)
    assert '"""Something written down."""\ntype Note' in sdl
    assert '"""Its name."""\n  id: ID!' in sdl
    assert '"""How long it is."""' in sdl
    assert '"""How it reads."""\nenum Mood' in sdl
    assert '"""With a smile."""\n  MERRY' in sdl
    assert '"""An amount of money' in sdl
    assert "federation/v2.7" in sdl


def test_logs_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    try:
        configure_logs("notes", "info")
        logging.getLogger("a_library").info("started %s", "well")
        logging.getLogger("a_library").debug("not shown")
    finally:
        logging.getLogger().handlers = handlers
        logging.getLogger().setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    written = orjson.loads(line)
    assert written["service"] == "notes"
    assert written["event"] == "started well"
    assert written["level"] == "info"
