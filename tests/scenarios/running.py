"""The network in processes of its own, as `sgm stack` starts it, and all that they write."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from clinic import SUPERGRAPH
from people import Person

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.stack.stack import RouterPlan, Stack, StackPlan
from tests.ports import free_ports


@dataclass
class RunningNetwork:
    """Where it answers, who asks, and what its processes wrote."""

    ports: Mapping[str, int]
    http: httpx.AsyncClient
    issuer: Issuer
    databases: Mapping[str, str]
    written: list[str] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def router(self) -> str:
        """Where the router takes operations."""
        return f"http://127.0.0.1:{self.ports['router']}/graphql"

    def person(self, name: str, role: Role, **account: str) -> Person:
        """Somebody with a token of their own, the same one each time."""
        if name not in self.people:
            token = self.issuer.issue(Holder(name, role, **account), timedelta(hours=2))
            self.people[name] = Person(name, token, self.http, self.router)
        return self.people[name]


@asynccontextmanager
async def running(
    databases: Mapping[str, str], folder: Path, log_level: str
) -> AsyncIterator[RunningNetwork]:
    """The network on these databases, from its start to its end; without a token nobody passes."""
    first, identity = free_ports(6), folder / "identity"
    plan = StackPlan(RouterPlan(SUPERGRAPH, first + 5), first, databases, folder, log_level)
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.endswith("DATABASE_URL")]:
            patch.delenv(name)
        patch.setenv("AUTHENTICATION", "required")
        patch.setenv("IDENTITY_FOLDER", str(identity))
        issuer = Issuer(IdentitySettings())  # makes the key that all of them will use
        stack = await Stack(plan, lambda _name, line: written.append(line)).start()
    try:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as http:
            yield RunningNetwork(plan.ports, http, issuer, databases, written)
    finally:
        await stack.stop()
