"""`sgm token`: what it prints is let in."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from subgraphs.kit.auth.command import keys, token
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Issuer, Verifier


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
    assert (actor.id, actor.patient_id) == ("development:patient", "x")
    assert actor.scopes == {"record:own"}


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


async def test_keys_that_were_made_beforehand_fit_a_service_in_production(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [CliRunner().invoke(keys, ["--folder", "identity"]).stdout for _ in range(2)]
    assert made[0] == made[1] != ""
    monkeypatch.setenv("IDENTITY_FOLDER", "identity")
    printed = CliRunner().invoke(token, ["--role", "nurse"]).stdout.strip()
    production = IdentitySettings(
        environment="production",
        jwt_keys="identity/jwks.json",
        jwt_private_key=SecretStr("identity/private-key.pem"),
    )
    assert (await Verifier(production).actor_of(printed)).roles == {"nurse"}
    assert Issuer(production)
