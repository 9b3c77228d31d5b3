"""Starts every process of the network, waits until all are ready, and stops them all."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import orjson

from subgraphs.stack.process import ChildProcess, Relay
from subgraphs.stack.services import FIRST_PORT, HOST, SERVICES, environment, ports_from

READY_SECONDS = 60.0
POLL_SECONDS = 0.1
STOP_SECONDS = 5.0


class StackError(Exception):
    """The stack cannot run; the message says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class RouterPlan:
    """What the router serves, and where."""

    supergraph: Path
    port: int


@dataclass(frozen=True, slots=True)
class StackPlan:
    """What to start, and where. The router may be missing."""

    router: RouterPlan | None
    first_service_port: int
    databases: Mapping[str, str]
    data: Path
    log_level: str = "warning"

    @property
    def ports(self) -> dict[str, int]:
        """The port of each process."""
        router = {"router": self.router.port} if self.router else {}
        return {**ports_from(self.first_service_port), **router}


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended although nobody asked it to."""

    name: str
    exit_code: int
    last_lines: tuple[str, ...]


class Stack:
    """The processes of one plan."""

    def __init__(self, plan: StackPlan, relay: Relay) -> None:
        self._plan = plan
        self._relay = relay
        self._children: list[ChildProcess] = []

    async def start(self) -> Self:
        """Start all; back when all are ready. Raises ``StackError``, with nothing left running."""
        check_ports_are_free(self._plan.ports)
        try:
            for name, command in self._commands().items():
                child = await ChildProcess.start(name, command, self._environment(), self._relay)
                self._children.append(child)
            await self._all_ready()
        except BaseException:
            await self.stop()
            raise
        return self

    async def next_end(self) -> Ended:
        """Wait until some process ends by itself; it is not waited for again."""
        waiting = {asyncio.create_task(child.wait()): child for child in self._children}
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        child = waiting[next(iter(done))]
        self._children.remove(child)
        assert child.exit_code is not None
        return Ended(child.name, child.exit_code, tuple(child.last_lines))

    @property
    def running(self) -> bool:
        """Whether any process is left."""
        return bool(self._children)

    async def stop(self) -> None:
        """Stop all, within seconds."""
        await asyncio.gather(*(child.stop(STOP_SECONDS) for child in self._children))
        self._children.clear()

    def _commands(self) -> dict[str, list[str]]:
        plan = self._plan
        commands = {
            service.name: [
                *(sys.executable, "-m", "subgraphs.stack", "service", service.name),
                *("--host", HOST, "--port", str(plan.ports[service.name])),
            ]
            for service in SERVICES
        }
        if plan.router:
            commands["router"] = [
                *(sys.executable, "-m", "router", "serve"),
                *("--supergraph", str(plan.router.supergraph), "--host", HOST),
                *("--port", str(plan.router.port), *_addresses(plan)),
            ]
        return commands

    def _environment(self) -> dict[str, str]:
        plan = self._plan
        return environment(plan.ports, plan.databases, plan.log_level)

    async def _all_ready(self) -> None:
        ended = asyncio.create_task(self.next_end())
        ready = asyncio.create_task(self._ready_together())
        try:
            await asyncio.wait([ended, ready], return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise StackError(obituary(ended.result()))
            ready.result()
        finally:
            ready.cancel()
            ended.cancel()

    async def _ready_together(self) -> None:
        await asyncio.gather(*(self._ready(name) for name in self._plan.ports))

    async def _ready(self, name: str) -> None:
        url = f"http://{HOST}:{self._plan.ports[name]}/ready"
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            for _ in range(int(READY_SECONDS / POLL_SECONDS)):
                if await _answers(http, url):
                    return
                await asyncio.sleep(POLL_SECONDS)
        raise StackError(f"{name} was not ready after {READY_SECONDS:.0f} s ({url}).")


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def obituary(ended: Ended) -> str:
    """Which process ended, and what it said last."""
    lines = "\n".join(f"  {line}" for line in ended.last_lines) or "  (it wrote nothing)"
    return f"{ended.name} ended with exit code {ended.exit_code}. Its last lines:\n{lines}"


def check_ports_are_free(ports: Mapping[str, int]) -> None:
    """Raises ``StackError`` for the first port that something listens on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise StackError(
                    f"Port {port}, which {name} needs, is in use. Stop what listens there, or "
                    "choose others with --port (router) and --services-from (services)."
                ) from error


def _addresses(plan: StackPlan) -> list[str]:
    """Tell the router where the services are, if not where the supergraph says."""
    if plan.first_service_port == FIRST_PORT:
        return []
    urls = {
        service.name: {"url": service.address(plan.ports[service.name])}
        for service in SERVICES
        if service.database
    }
    path = plan.data / "router.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps({"subgraphs": urls}))  # JSON is YAML too
    return ["--config", str(path)]
