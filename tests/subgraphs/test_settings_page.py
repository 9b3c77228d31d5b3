"""docs/settings.md names every setting of every service, with its default, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from subgraphs.appointments.app import AppointmentsSettings
from subgraphs.billing.app import BillingSettings
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.settings import ServiceSettings
from subgraphs.records.app import RecordsSettings

PAGE = Path(__file__).parents[2] / "docs/settings.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$")


def documented() -> dict[str, dict[str, str]]:
    """The defaults of the variables in each section of the page."""
    sections: dict[str, dict[str, str]] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = sections.setdefault(line.removeprefix("## "), {})
        elif row := ROW.match(line):
            section[row[1]] = row[2]
    return sections


def own_settings(settings: type[BaseSettings], besides: type[BaseSettings]) -> dict[str, object]:
    """The variables that a class of settings adds to another, with their defaults."""
    prefix = settings.model_config.get("env_prefix", "").upper()
    return {
        prefix + name.upper(): field.default
        for name, field in settings.model_fields.items()
        if name not in besides.model_fields
    }


@pytest.mark.parametrize(
    ("section", "settings", "besides"),
    [
        ("Identity", IdentitySettings, BaseSettings),
        ("Every service", ServiceSettings, IdentitySettings),
        ("Appointments", AppointmentsSettings, ServiceSettings),
        ("Records", RecordsSettings, ServiceSettings),
        ("Billing", BillingSettings, ServiceSettings),
        ("Health plan", HealthPlanSettings, BaseSettings),
    ],
)
def test_every_setting_is_on_the_page(
    section: str, settings: type[BaseSettings], besides: type[BaseSettings]
) -> None:
    told, known = documented()[section], own_settings(settings, besides)
    assert told.keys() == known.keys()
    # What is told in words (a secret, a file that is made) has no value to compare with.
    wrong = {
        name: default
        for name, default in told.items()
        if default.startswith("`") and "<" not in default
        if known[name] and default != f"`{known[name]}`"
    }
    assert {name for name in wrong if name != "EVENT_SOURCES"} == set()
