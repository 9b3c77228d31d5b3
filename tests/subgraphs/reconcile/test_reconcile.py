"""Each way in which the services can disagree, made and found; and nothing where they agree."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import delete, select

from subgraphs.billing.models import CoverageRow
from subgraphs.patients.models import PatientCoverageRow, PatientRow
from subgraphs.reconcile.checks import CHECKS
from subgraphs.reconcile.command import reconcile as command
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.reconcile.reconciliation import count, reconcile
from subgraphs.records.models import ClinicalDocument

Found = set[tuple[Drift, str, str]]


def run(urls: Mapping[str, str], *more: str) -> Result:
    """The command, told the databases by the services' own variables."""
    variables = {f"{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
    return CliRunner().invoke(command, ["--settle", "0", *more], env=variables)


def as_found(findings: tuple[Finding, ...]) -> Found:
    return {(one.drift, one.service, one.reference) for one in findings}


def test_a_made_up_network_agrees_with_itself_and_every_drift_is_found(
    filled: dict[str, str], make_drifts: Any, network_of: Any
) -> None:
    clean = run(filled)
    assert (clean.exit_code, clean.output[:19]) == (0, "The services agree:"), clean.output

    async def drift() -> tuple[Found, Found, set[str]]:
        async with network_of(filled) as network:
            made = await make_drifts(network)
            found = await reconcile(network.databases, 0, lambda _title, _rows: None)
            people = await network.all("patients", select(PatientRow.legal_name, PatientRow.cpf))
            return made, as_found(found.findings), {text for row in people for text in row if text}

    made, found, personal = asyncio.run(drift())
    assert found == made
    assert {drift for drift, _, _ in made} == set(Drift), "every kind was made"

    shown = run(filled)
    assert shown.exit_code == 1
    for kind in Drift:
        assert f"{kind.name}: " in shown.output
        assert kind.remedy in shown.output
    machine = run(filled, "--format", "json")
    assert machine.exit_code == 1
    told = {
        (Drift[one["kind"]], place["service"], place["reference"])
        for one in json.loads(machine.output)["drift"]
        for place in one["places"]
    }
    assert told == made
    for text in (*personal, "Nome Que Ninguém Vê"):
        assert text not in shown.output + machine.output


async def test_what_is_only_under_way_is_no_drift(filled: dict[str, str], network_of: Any) -> None:
    async with network_of(filled) as network:
        opened, looked = network.databases, asyncio.Event()
        before = await reconcile(opened, 0, lambda _title, _rows: None)
        card = await network.row("billing", CoverageRow, skip=7)
        link = await network.row(
            "patients", PatientCoverageRow, PatientCoverageRow.coverage_id == card["id"]
        )
        unlinked = delete(PatientCoverageRow).where(PatientCoverageRow.coverage_id == card["id"])
        await network.change("patients", unlinked)
        left = await count(opened)

        def advance(_title: str, rows: int) -> None:
            nonlocal left
            left -= rows
            if left == 0:
                looked.set()

        comparing = asyncio.create_task(reconcile(opened, 1.5, advance))
        await looked.wait()
        await network.copy("patients", PatientCoverageRow, link)

        assert as_found((await comparing).findings) == as_found(before.findings)


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    ended = CliRunner().invoke(command, ["--data", str(tmp_path)])

    assert ended.exit_code == 2
    assert f"there is no {tmp_path}/patients.db" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_told() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/{service}"
    ended = CliRunner().invoke(command, ["--database-url", nowhere])

    assert ended.exit_code == 2
    assert "cannot be read" in ended.output


def test_documents_are_looked_through_for_their_codes_alone() -> None:
    columns = {column.name for check in CHECKS for column in check.rows.selected_columns}
    assert columns & {"cpf", "phone", "email", "card_number", "birth_date"} == set()
    assert ClinicalDocument.__table__.c.content.name in columns
