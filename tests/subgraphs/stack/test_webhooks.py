"""The plan's decisions reach billing, however the network is started."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from subgraphs.billing.app import BillingSettings
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.stack.services import SERVICES, environment, ports_from

COMPOSE = Path(__file__).parents[3] / "compose.yaml"


def test_the_stack_gives_plan_and_billing_one_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    databases = {service.name: "sqlite://" for service in SERVICES}
    for name, value in environment(ports_from(6001), databases, "warning").items():
        monkeypatch.setenv(name, value)
    plan, billing = HealthPlanSettings(), BillingSettings.of("billing")
    assert plan.webhook_url == "http://127.0.0.1:6004/plan-events"
    assert billing.health_plan_webhook_secret == plan.webhook_secret
    assert len(plan.webhook_secret.get_secret_value()) >= 32


def test_what_the_environment_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_PLAN_WEBHOOK_SECRET", "ours")
    databases = {service.name: "sqlite://" for service in SERVICES}
    found = environment(ports_from(6001), databases, "warning")
    assert found["HEALTH_PLAN_WEBHOOK_SECRET"] == "ours"


def test_the_containers_are_told_the_same() -> None:
    shared = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["x-environment"]
    assert shared["HEALTH_PLAN_WEBHOOK_URL"] == "http://billing:5004/plan-events"
    assert "HEALTH_PLAN_WEBHOOK_SECRET" in shared
