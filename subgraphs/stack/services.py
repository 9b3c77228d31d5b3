"""The services of the clinic network, and what each needs to know to run beside the others."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from subgraphs.kit.auth.router_credential import HEADER, router_secrets
from subgraphs.kit.auth.settings import IdentitySettings

HOST = "127.0.0.1"
FIRST_PORT = 5001
ROUTER_PORT = 4000
_SECRET = "ROUTER_SECRET"


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its name on the command line."""

    name: str
    app: str
    follows: tuple[str, ...] = ()
    """Whose events it reads."""
    database: bool = True

    @property
    def variable_prefix(self) -> str:
        """What the names of its own environment variables begin with."""
        return self.name.replace("-", "_").upper()

    def address(self, port: int) -> str:
        """Where it answers the others."""
        return origin(port) + ("/graphql" if self.database else "")


SERVICES = (
    Service("patients", "subgraphs.patients.app:app", ("billing",)),
    Service("appointments", "subgraphs.appointments.app:app", ("patients",)),
    Service("records", "subgraphs.records.app:app", ("patients", "appointments")),
    Service("billing", "subgraphs.billing.app:app", ("patients", "appointments", "records")),
    Service("health-plan", "subgraphs.health_plan.app:app", database=False),
)
"""In the order of their ports, from ``FIRST_PORT`` on."""


def origin(port: int) -> str:
    """The address of whatever listens on a port of this machine."""
    return f"http://{HOST}:{port}"


def ports_from(first: int) -> dict[str, int]:
    """The port of each service."""
    return {service.name: first + n for n, service in enumerate(SERVICES)}


def environment(
    ports: Mapping[str, int], databases: Mapping[str, str], log_level: str
) -> dict[str, str]:
    """The environment in which the services find their databases and each other."""
    addresses = {
        f"{service.variable_prefix}_URL": service.address(ports[service.name])
        for service in SERVICES
    }
    urls = {
        f"{service.variable_prefix}_DATABASE_URL": databases[service.name]
        for service in SERVICES
        if service.database
    }
    sources = {
        f"{service.variable_prefix}_EVENT_SOURCES": orjson.dumps(
            {name: origin(ports[name]) for name in service.follows}
        ).decode()
        for service in SERVICES
        if service.follows
    }
    fixed = {"LOG_LEVEL": log_level, "PYTHONUNBUFFERED": "1"}
    # On one's own machine the graph can be explored without a token, unless told otherwise.
    explored = {"AUTHENTICATION": "optional"}
    # The router shows itself to the services by a secret, and passes the request's id on.
    shown = {
        "SGM_ROUTER_HEADERS__INSERT": orjson.dumps({HEADER: {"env": _SECRET}}).decode(),
        "SGM_ROUTER_HEADERS__FORWARD": '["authorization", "x-request-id"]',
    }
    secret = {_SECRET: router_secrets(IdentitySettings())[0]}
    defaults = {**explored, **shown, **_webhooks(ports)}
    return {**defaults, **os.environ, **fixed, **addresses, **urls, **sources, **secret}


def _webhooks(ports: Mapping[str, int]) -> dict[str, str]:
    """The plan tells billing of its decisions, under a secret that both learn from here."""
    return {
        "HEALTH_PLAN_WEBHOOK_URL": f"{origin(ports['billing'])}/plan-events",
        "HEALTH_PLAN_WEBHOOK_SECRET": secrets.token_urlsafe(32),
    }
