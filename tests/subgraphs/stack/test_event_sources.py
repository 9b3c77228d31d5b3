"""Every service reads the events that it has handlers for, however the network is started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import subgraphs.appointments.service.following
import subgraphs.billing.service.following
import subgraphs.patients.service.following
import subgraphs.records.service.following
from subgraphs.stack.services import SERVICES, environment, ports_from

COMPOSE = Path(__file__).parents[3] / "compose.yaml"
PORTS = ports_from(6001)
FOLLOWERS = [service for service in SERVICES if service.follows]


def told(variables: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Whose events each service reads, by its variable."""
    ending = "_EVENT_SOURCES"
    return {
        name.removesuffix(ending).lower(): json.loads(value)
        for name, value in variables.items()
        if name.endswith(ending)
    }


def test_the_stack_tells_each_service_whose_events_to_read() -> None:
    databases = {service.name: "sqlite://" for service in SERVICES}

    sources = told(environment(PORTS, databases, "warning"))

    assert sources["billing"] == {
        "patients": "http://127.0.0.1:6001",
        "appointments": "http://127.0.0.1:6002",
        "records": "http://127.0.0.1:6003",
    }
    assert {name: tuple(found) for name, found in sources.items()} == {
        service.name: service.follows for service in FOLLOWERS
    }


def test_the_containers_are_told_the_same() -> None:
    shared = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["x-environment"]

    sources = told(shared)

    ports = ports_from(5001)
    assert sources == {
        service.name: {name: f"http://{name}:{ports[name]}" for name in service.follows}
        for service in FOLLOWERS
    }


@pytest.mark.parametrize("service", FOLLOWERS, ids=lambda service: str(service.name))
def test_who_reads_events_has_handlers_for_them(service: Any) -> None:
    package = getattr(subgraphs, service.name)
    assert package.service.following.consumer.types
