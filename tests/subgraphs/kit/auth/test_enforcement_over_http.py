"""Over HTTP a token says who asks; one that does not count is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from guarded_graph import REFUSED, STEP, PatientsContext, TokenFor, post, schema

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.settings import ServiceSettings


@pytest.fixture
def app(
    identity: IdentitySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., FastAPI]:
    package = tmp_path / "open_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step_0001_first.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(**settings: Any) -> FastAPI:
        return create_app(
            Domain("guarded", schema, PatientsContext, "open_migrations"),
            ServiceSettings(
                database_url=f"sqlite:///{tmp_path}/guarded.db",
                identity_folder=identity.identity_folder,
                **settings,
            ),
        )

    return make


async def test_over_http_the_token_decides(
    app: Callable[..., FastAPI], token_for: TokenFor
) -> None:
    answer = await post(app(), f"Bearer {token_for(Role.AUDITOR)}")
    assert answer.json() == {"data": {"patients": [{"cpf": "52998224725"}]}}
    answer = await post(app(), f"bearer {token_for(Role.NURSE)}")
    assert answer.json()["errors"][0]["extensions"] == {"code": REFUSED}
    answer = await post(app())
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["path"] == ["patients", 0, "cpf"]


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Bearer", "Basic YW5hOjEyMw=="])
@pytest.mark.parametrize("authentication", ["required", "optional"])
async def test_a_token_that_does_not_count_is_401(
    app: Callable[..., FastAPI],
    authorization: str,
    authentication: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = await post(app(authentication=authentication), authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "data" not in answer.json()
    assert "x.y.z" not in answer.text + "".join(capsys.readouterr())


async def test_where_authentication_is_optional_no_token_is_needed(
    app: Callable[..., FastAPI], token_for: TokenFor
) -> None:
    assert "errors" not in (await post(app(authentication="optional"))).json()
    answer = await post(app(authentication="optional"), f"Bearer {token_for(Role.NURSE)}")
    assert answer.json()["errors"][0]["extensions"] == {"code": REFUSED}


async def test_keys_that_cannot_be_read_are_a_503_and_not_a_refusal(
    app: Callable[..., FastAPI], token_for: TokenFor, tmp_path: Path
) -> None:
    answer = await post(
        app(jwt_keys=str(tmp_path / "none.json")), f"Bearer {token_for(Role.AUDITOR)}"
    )
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"] == {"code": "AUTHENTICATION_UNAVAILABLE"}
