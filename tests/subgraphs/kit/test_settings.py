"""Settings from the environment: one service's own variables win over those for all."""

import pytest
from pydantic import SecretStr, ValidationError

from subgraphs.kit.settings import ServiceSettings, async_database_url


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "ENVIRONMENT", "LOG_LEVEL", "SIGNING_SECRET", "ROUTER_SECRET"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"PATIENTS_{name}", raising=False)


def test_without_variables_a_service_keeps_a_file_of_its_own() -> None:
    settings = ServiceSettings.of("patients")
    assert settings.database_url == "sqlite+aiosqlite:///var/patients.db"
    assert settings.environment == "development"


def test_a_services_own_variable_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://all@host/all")
    monkeypatch.setenv("PATIENTS_DATABASE_URL", "postgresql://own@host/own")
    assert ServiceSettings.of("patients").database_url == "postgresql+asyncpg://own@host/own"
    assert ServiceSettings.of("billing").database_url == "postgresql+asyncpg://all@host/all"


def test_an_argument_wins_over_every_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATIENTS_DATABASE_URL", "postgresql://own@host/own")
    settings = ServiceSettings(service="patients", database_url="sqlite:///here.db")
    assert settings.database_url == "sqlite+aiosqlite:///here.db"


def test_production_needs_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("JWT_KEYS", "https://identity.example/jwks.json")
    with pytest.raises(ValidationError, match="SIGNING_SECRET must be set"):
        ServiceSettings.of("patients")
    monkeypatch.setenv("SIGNING_SECRET", "long and random")
    with pytest.raises(ValidationError, match="ROUTER_SECRET must be set"):
        ServiceSettings.of("patients")
    monkeypatch.setenv("ROUTER_SECRET", "another-one")
    settings = ServiceSettings.of("patients")
    assert settings.signing_secret == SecretStr("long and random")
    assert "long and random" not in repr(settings)
    assert "another-one" not in repr(settings)


def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ValidationError, match="log_level"):
        ServiceSettings.of("patients")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_an_address_gets_its_asynchronous_driver(written: str, meant: str) -> None:
    assert async_database_url(written) == meant
