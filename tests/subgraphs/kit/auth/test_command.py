"""`sgm token`: what it prints is let in."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from subgraphs.kit.auth.command import token
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Verifier


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_it_prints_a_token_of_the_role(folder: Path) -> None:
    arguments = ["--role", "physician", "--practitioner", "p1", "--subject", "dra.ana"]
    printed = CliRunner().invoke(token, arguments)
    assert printed.exit_code == 0
    actor = await Verifier(IdentitySettings()).actor_of(printed.stdout.strip())
    assert (actor.id, actor.practitioner_id) == ("dra.ana", "p1")
    assert "record:sign" in actor.scopes
    assert (folder / "var/identity/jwks.json").exists()


async def test_the_subject_is_named_after_the_role(folder: Path) -> None:
    printed = CliRunner().invoke(token, ["--role", "patient", "--patient", "x"])
    actor = await Verifier(IdentitySettings()).actor_of(printed.stdout.strip())
    assert (actor.id, actor.patient_id, actor.scopes) == ("development:patient", "x", frozenset())


def test_a_patient_must_be_named(folder: Path) -> None:
    printed = CliRunner().invoke(token, ["--role", "patient"])
    assert printed.exit_code == 2
    assert "--patient ID" in printed.stderr


def test_without_a_key_in_production_it_says_what_to_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("JWT_KEYS", "https://identity.example/jwks")
    printed = CliRunner().invoke(token, ["--role", "nurse"])
    assert printed.exit_code == 1
    assert "JWT_PRIVATE_KEY" in printed.stderr
