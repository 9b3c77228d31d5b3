"""The whole network started for real, on free ports, and stopped again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from subgraphs.stack.ready import ready
from tests.ports import free_ports

READY = "Ctrl-C stops all of them."
NAMES = ("patients", "appointments", "records", "billing", "health-plan")


SUPERGRAPH = Path(__file__).parents[3] / "schema" / "supergraph.graphql"


def command(data: Path, first: int, *more: str, router: bool = False) -> list[str]:
    module = [sys.executable, "-m", "subgraphs.stack", "stack"]
    where = ["--data", str(data), "--services-from", str(first)]
    served = ["--port", str(first + 5), "--supergraph", str(SUPERGRAPH)]
    return [*module, *where, *(served if router else ["--no-router"]), *more]


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")}
    return kept | {"COLUMNS": "200"} | more


Started = tuple[subprocess.Popen[str], list[str]]


@contextmanager
def started(data: Path, first: int, *, router: bool = False) -> Iterator[Started]:
    """The stack, ready; and what it wrote until then."""
    asked = command(data, first, router=router)
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            assert process.stderr is not None
            written: list[str] = []
            for line in process.stderr:
                written.append(line.rstrip())
                if READY in line:
                    break
            else:
                raise AssertionError("\n".join(written))
            yield process, written
        finally:
            if process.poll() is None:
                process.kill()


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def service_of(pid: int) -> str:
    arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return arguments[arguments.index(b"service") + 1].decode() if b"service" in arguments else ""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of databases that the first start fills, for every test here."""
    return tmp_path_factory.mktemp("data")


def ask(port: int, query: str) -> object:
    answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, trust_env=False)
    return answer.json()["data"]


def test_it_fills_empty_databases_starts_all_services_and_stops_them(data: Path) -> None:
    first = free_ports(5)
    with started(data, first) as (process, written):
        addresses = dict(line.split() for line in written if re.match(r"\S+\s+http://", line))
        assert tuple(addresses) == NAMES
        assert addresses["records"] == f"http://127.0.0.1:{first + 2}/graphql"
        assert any("people and visits" in line for line in written)
        assert ask(first, '{ patients(search: "a", first: 1) { edges { node { version } } } }')
        for port in range(first, first + 5):
            told = CliRunner().invoke(ready, [f"http://127.0.0.1:{port}/ready"])
            assert told.exit_code == 0, told.output
        told = CliRunner().invoke(ready, [f"http://127.0.0.1:{first}/nothing"])
        assert (told.exit_code, told.output[-13:]) == (1, "answers 404.\n")
        pids = children(process)
        assert len(pids) == 5
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
        assert time.monotonic() - asked < 10
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    for port in range(first, first + 5):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    told = CliRunner().invoke(ready, [f"http://127.0.0.1:{first}/ready"])
    assert told.exit_code == 1
    assert "does not answer" in told.output


def test_a_second_start_fills_nothing_and_ctrl_c_stops_it(data: Path) -> None:
    with started(data, free_ports(5)) as (process, written):
        assert not any("people and visits" in line for line in written)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 0


def test_a_service_that_ends_later_is_reported_and_the_others_go_on(data: Path) -> None:
    first = free_ports(5)
    with started(data, first) as (process, _):
        [billing] = [pid for pid in children(process) if service_of(pid) == "billing"]
        os.kill(billing, signal.SIGKILL)
        assert process.stderr is not None
        assert "billing ended with exit code -9" in process.stderr.readline()
        assert ask(first, '{ patients(search: "a", first: 1) { edges { node { version } } } }')
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0


CHART = """{ patients(search: "maria", first: 1) { edges { node {
  displayName
  appointments(first: 1) { edges { node {
    practitioner { name }
    encounter { documents { status } }
    invoice { gross { amount } planPays { amount } patientPays { amount } }
  } } }
} } } }"""


def test_the_router_answers_across_all_services_and_lives_without_one(data: Path) -> None:
    first = free_ports(6)
    with started(data, first, router=True) as (process, written):
        addresses = dict(line.split() for line in written if re.match(r"\S+\s+http://", line))
        assert addresses["router"] == f"http://127.0.0.1:{first + 5}/"
        [patient] = chart(first + 5)["data"]["patients"]["edges"]
        assert patient["node"]["displayName"].startswith("Maria")
        [visit] = patient["node"]["appointments"]["edges"]
        assert visit["node"]["practitioner"]["name"]
        assert {"encounter", "invoice"} <= visit["node"].keys()

        [billing] = [pid for pid in children(process) if service_of(pid) == "billing"]
        os.kill(billing, signal.SIGKILL)
        without = chart(first + 5)
        [visit] = without["data"]["patients"]["edges"][0]["node"]["appointments"]["edges"]
        assert visit["node"]["practitioner"]["name"]
        assert visit["node"]["invoice"] is None
        assert without["errors"][0]["path"][-1] == "invoice"

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0


def chart(port: int) -> Any:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/graphql", json={"query": CHART}, trust_env=False, timeout=20
    )
    return answer.json()


def test_a_port_in_use_is_told(data: Path) -> None:
    first = free_ports(5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 1))
        taken.listen()
        ended = subprocess.run(
            command(data, first), capture_output=True, text=True, env=environment(), check=False
        )
    assert ended.returncode == 1
    assert f"Port {first + 1}, which appointments needs, is in use" in ended.stderr
    assert "--services-from" in ended.stderr


def test_a_service_that_cannot_start_is_named_and_ends_the_stack(tmp_path: Path) -> None:
    nowhere = environment(RECORDS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    ended = subprocess.run(
        command(tmp_path, free_ports(5), "--no-seed"),
        capture_output=True,
        text=True,
        env=nowhere,
        check=False,
    )
    assert ended.returncode == 1
    assert "records ended with exit code 3" in ended.stderr
    assert "Its last lines" in ended.stderr


def test_without_a_supergraph_it_says_how_to_make_one(tmp_path: Path) -> None:
    asked = [a for a in command(tmp_path, free_ports(5)) if a != "--no-router"]
    ended = subprocess.run(
        [*asked, "--supergraph", str(tmp_path / "none.graphql")],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert ended.returncode == 1
    assert "make schema" in ended.stderr


def test_an_interrupted_fill_is_told(tmp_path: Path, data: Path) -> None:
    (tmp_path / "billing.db").write_bytes((data / "billing.db").read_bytes())
    ended = subprocess.run(
        command(tmp_path, free_ports(5)),
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert ended.returncode == 1
    assert "There are data in billing." in ended.stderr


def test_one_service_runs_alone(tmp_path: Path) -> None:
    port = free_ports(1)
    alone = [sys.executable, "-m", "subgraphs.stack", "service", "patients", "--port", str(port)]
    url = f"sqlite:///{tmp_path}/alone.db"
    with subprocess.Popen(alone, env=environment(DATABASE_URL=url), stderr=subprocess.PIPE) as one:
        try:
            with httpx.Client(trust_env=False) as http:
                for _ in range(200):
                    try:
                        answer = http.get(f"http://127.0.0.1:{port}/ready")
                        break
                    except httpx.TransportError:
                        time.sleep(0.1)
            assert answer.json() == {"status": "ready"}
            one.send_signal(signal.SIGTERM)
            _, errors = one.communicate(timeout=15)
        finally:
            if one.poll() is None:
                one.kill()
    assert all(line.startswith(b'{"service":"patients"') for line in errors.splitlines())
