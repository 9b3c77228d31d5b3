"""Headers that the router adds by itself to each fetch, beside those of the client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from router import Router
from router.errors import RouterError
from router.gateway import GatewayOptions
from router.server.settings import Settings


def write(folder: Path, content: str) -> Path:
    file = folder / "router.yaml"
    file.write_text(content)
    return file


def test_a_value_stands_in_the_settings_in_a_variable_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    monkeypatch.setenv("ROUTER_SECRET", "from-a-variable")
    file = write(
        tmp_path,
        f"""
        headers:
          insert:
            Tenant: clinic
            router-secret: {{env: ROUTER_SECRET}}
            other-secret: {{file: {tmp_path}/secret}}
        """,
    )
    options = Settings.load(file).gateway_options()
    assert options.insert_headers == (
        ("tenant", "clinic"),
        ("router-secret", "from-a-variable"),
        ("other-secret", "from-a-file"),
    )
    assert "from-a" not in repr(options)


def test_the_environment_alone_can_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGM_ROUTER_HEADERS__INSERT", '{"router-secret": {"env": "ROUTER_SECRET"}}')
    monkeypatch.setenv("ROUTER_SECRET", "s")
    assert Settings.load().gateway_options().insert_headers == (("router-secret", "s"),)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("{env: SGM_NOT_SET}", "the variable SGM_NOT_SET is empty or not set"),
        ("{file: /no/such/file}", "cannot be read from /no/such/file"),
        ("{}", "either a variable"),
        ("{env: A, file: b}", "either a variable"),
    ],
)
def test_a_value_that_is_not_there_is_refused_with_a_reason(
    value: str, reason: str, tmp_path: Path
) -> None:
    file = write(tmp_path, f"headers: {{insert: {{router-secret: {value}}}}}")
    with pytest.raises(RouterError, match=reason):
        Settings.load(file).gateway_options()


def test_no_client_can_send_what_the_router_inserts() -> None:
    with pytest.raises(RouterError, match="'router-secret' is both forwarded"):
        GatewayOptions(forward_headers=("Router-Secret",), insert_headers=(("router-secret", "s"),))


async def test_every_fetch_carries_it_and_a_clients_own_does_not_count(guarded: Any) -> None:
    options = GatewayOptions(insert_headers=(("router-secret", "s"),))
    router = Router(guarded.supergraph, transports=guarded.transports, options=options)
    sent = {"Authorization": "Bearer t", "Router-Secret": "forged"}
    response = await router.execute("{ boss { name bill } }", headers=sent)
    await router.close()
    assert response.data == {"boss": {"name": "P2", "bill": "bill 2"}}
    assert guarded.asked == ["people", "billing"]
    for _, _, headers in guarded.requests:
        assert dict(headers) == {"authorization": "Bearer t", "router-secret": "s"}
