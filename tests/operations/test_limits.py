"""Hostile operations on the clinic's own graph are refused before any service is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from router import Router

SUPERGRAPH = Path(__file__).parents[2] / "schema" / "supergraph.graphql"
DOMAINS = ("patients", "appointments", "records", "billing")


def in_circles(rounds: int) -> str:
    """From the patient to the visits, to the patient, to the visits, …"""
    around = "appointments { edges { node { patient { "
    return f'{{ patient(id: "1") {{ {around * rounds} id {"} } } } " * rounds} }} }}'


HOSTILE = {
    "in circles": in_circles(20),
    "aliases": '{ patient(id: "1") { '
    + " ".join(f"a{n}: displayName" for n in range(300))
    + " } }",
    "batched roots": "{ "
    + " ".join(f'p{n}: patient(id: "{n}") {{ id }}' for n in range(60))
    + " }",
    "fragments upon fragments": "{ ...F0 } "
    + " ".join(
        f"fragment F{n} on Query {{ x{n}: __typename ...F{n + 1} ...F{n + 1} }}" for n in range(12)
    )
    + " fragment F12 on Query { __typename }",
}


@pytest.fixture
async def asked() -> list[str]:
    return []


@pytest.fixture
async def router(asked: list[str]) -> AsyncIterator[Router]:
    def service(name: str) -> Any:
        def answer(request: dict[str, Any], _headers: Any) -> dict[str, Any]:
            asked.append(request["query"])
            return {"data": {"patient": None}}

        return answer

    router = Router.from_file(SUPERGRAPH, transports={name: service(name) for name in DOMAINS})
    yield router
    await router.close()


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_operation_reaches_no_service(
    router: Router, asked: list[str], kind: str
) -> None:
    response = await router.execute(HOSTILE[kind])
    assert response.data is None
    [error] = response.errors
    assert error["extensions"]["code"] == "OPERATION_LIMIT_EXCEEDED"
    assert asked == []


async def test_an_ordinary_one_does(router: Router, asked: list[str]) -> None:
    await router.execute(in_circles(2))
    assert len(asked) == 1
