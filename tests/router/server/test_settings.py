"""Settings from a file and the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import structlog

from router.errors import RouterError
from router.server.command import app_of
from router.server.settings import Settings


def test_settings_have_defaults() -> None:
    options = Settings.load().gateway_options()
    assert options.forward_headers == ("authorization",)
    assert options.limits.depth == 50


def test_a_file_sets_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "router.yaml"
    file.write_text(
        """
        headers:
          forward: [Authorization, X-Tenant]
        timeout: 5
        cache: {operations: 7}
        limits: {depth: 9}
        override_labels: [new-billing]
        subgraphs:
          patients: {url: "http://patients/graphql", timeout: 2, retries: 0}
          billing: {asgi: "subgraphs.billing.app:app"}
        """
    )
    monkeypatch.setenv("SGM_ROUTER_TIMEOUT", "8")
    monkeypatch.setenv("SGM_ROUTER_SUBGRAPHS__patients__URL", "http://other/graphql")
    options = Settings.load(file).gateway_options()
    assert options.forward_headers == ("authorization", "x-tenant")
    assert (options.timeout, options.cached_operations, options.limits.depth) == (8, 7, 9)
    assert options.override_labels == {"new-billing"}
    patients, billing = options.services["patients"], options.services["billing"]
    assert (patients.transport, patients.timeout, patients.retries) == (
        "http://other/graphql",
        2,
        0,
    )
    assert billing.transport == "subgraphs.billing.app:app"


@pytest.mark.parametrize(
    "content", ["timeout: soon", "nonsense: 1", "- a", "a: [", "subgraphs: {a: {b: 1}}"]
)
def test_wrong_settings_are_refused_with_a_reason(content: str, tmp_path: Path) -> None:
    file = tmp_path / "router.yaml"
    file.write_text(content)
    with pytest.raises(RouterError, match="settings"):
        Settings.load(file)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RouterError, match="cannot be read"):
        Settings.load(tmp_path / "none.yaml")


def test_the_guide_shows_the_defaults_and_settings_that_load(tmp_path: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "serving.md"
    blocks = re.findall(r"```yaml\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)
    defaults, example = (tmp_path / "defaults.yaml", tmp_path / "example.yaml")
    defaults.write_text(blocks[0])
    example.write_text(blocks[1])

    assert Settings.load(defaults) == Settings.load()
    shown = Settings.load(defaults).model_fields_set | {"authentication"}
    assert shown == set(Settings.model_fields)
    assert Settings.load(example).gateway_options().services["patients"].retries == 0


def test_settings_for_a_subgraph_that_is_not_there_are_told(tmp_path: Path, world: Any) -> None:
    supergraph, file = tmp_path / "supergraph.graphql", tmp_path / "router.yaml"
    supergraph.write_text(world.supergraph)
    file.write_text("subgraphs: {user: {timeout: 1}, posts: {timeout: 1}}")
    with structlog.testing.capture_logs() as logs:
        app_of(supergraph, Settings.load(file))
    [log] = [each for each in logs if "does not have" in each["event"]]
    assert (log["named"], log["known"]) == (["user"], ["posts", "users"])
