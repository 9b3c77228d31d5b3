"""The way out: the supergraph file runs in another federation router, with the same answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from clinic import ROUTER_SECRET, SUPERGRAPH, Clinic
from staff import Staff, a_finished_visit

from subgraphs.health_plan.card import Card
from subgraphs.kit.clock import FixedClock

HERE = Path(__file__).with_name("apollo_gateway")
BUILD = Path(__file__).parents[2] / "build" / "apollo_gateway"
OPERATIONS = SUPERGRAPH.parent / "operations"

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")),
    reason="Apollo Gateway needs Node and npm",
)


async def run(*command: str, folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder)
    assert await process.wait() == 0, command


async def install() -> None:
    """Install the gateway from npm, once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    package = (HERE / "package.json").read_text(encoding="utf-8")
    shutil.copy(HERE / "gateway.mjs", BUILD)
    done = BUILD / "installed.json"
    if done.exists() and done.read_text(encoding="utf-8") == package:
        return
    shutil.copy(HERE / "package.json", BUILD)
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
    await run("npm", "install", *options, folder=BUILD)
    done.write_text(package, encoding="utf-8")


def at_the_clinic(clinic: Clinic, folder: Path) -> Path:
    """The supergraph file, with the addresses at which the services answer.

    Apollo Gateway, unlike Apollo Router, refuses a file with requirements that it cannot enforce,
    and rightly so. They are taken out here; the services enforce them by themselves.
    """

    def address(match: re.Match[str]) -> str:
        return f'name: "{match[1]}", url: "{clinic.services[match[1]].address}"'

    text = re.sub(r'name: "(\w+)", url: "[^"]*"', address, SUPERGRAPH.read_text(encoding="utf-8"))
    text = re.sub(r"@link\(url: [^ ]*/(authenticated|requiresScopes|policy)/[^)]*\)", "", text)
    text = re.sub(r"(?m)^directive @(authenticated|requiresScopes|policy)\b.*$", "", text)
    text = re.sub(r"@(authenticated\b|requiresScopes\(.*?\]\]\)|policy\(.*?\]\]\))", "", text)
    copy = folder / "supergraph.graphql"
    copy.write_text(text, encoding="utf-8")
    return copy


async def ask_apollo(
    supergraph: Path, questions: list[tuple[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Ask Apollo Gateway."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(BUILD / "gateway.mjs"),
        str(supergraph),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "ROUTER_SECRET": ROUTER_SECRET},
    )
    lines = "".join(json.dumps({"query": q, "variables": v}) + "\n" for q, v in questions)
    output, _ = await asyncio.wait_for(process.communicate(lines.encode()), 60)
    ready, *answers = [json.loads(line) for line in output.splitlines()]
    assert ready == {"ready": True}
    return answers


async def test_apollo_gateway_answers_from_our_supergraph_as_we_do(
    clinic: Clinic, staff: Staff, clock: FixedClock, tmp_path: Path
) -> None:
    await install()
    visit = await a_finished_visit(staff, lambda n: clock.advance(timedelta(minutes=n)))
    variables: dict[str, dict[str, Any]] = {
        "patient-chart": {"id": visit.patient_id},
        "invoice-trail": {"id": visit.invoice_id},
        "open-invoices": {"first": 10},
    }
    questions = [
        ((OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8"), given)
        for name, given in variables.items()
    ]

    theirs = await ask_apollo(at_the_clinic(clinic, tmp_path), questions)
    ours = [await clinic.ask(query, **given) for query, given in questions]

    assert [answer["data"] for answer in ours] == [answer["data"] for answer in theirs]
    assert not any("errors" in answer for answer in (*ours, *theirs))


async def test_the_services_know_apollo_gateway_by_the_secret_that_it_sends(
    clinic: Clinic, staff: Staff, tmp_path: Path
) -> None:
    """The plan is asked about a card with the patient's CPF, which services show a router alone."""
    await install()
    patient = await staff.register_patient(cpf="529.982.247-25")
    card = await staff.do(
        "registerCoverage: RegisterCoverageInput",
        "... on Coverage { id }",
        patientId=patient["id"],
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber=Card("000101", "03", 12).number,
    )
    query = (
        "query Card($id: ID!, $card: ID!) { patient(id: $id) {"
        " eligibility(coverageId: $card) { status reasonCode } } }"
    )
    given = {"id": patient["id"], "card": card["id"]}

    [theirs] = await ask_apollo(at_the_clinic(clinic, tmp_path), [(query, given)])

    assert theirs == await clinic.ask(query, **given)
    assert theirs["data"]["patient"]["eligibility"]["status"] == "ELIGIBLE"
