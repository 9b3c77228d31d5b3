"""This router beside its peers, in one run, interleaved.

Each gateway is pinned to one core and the load and the subgraphs to the other. First every gateway
must give the same answer to every query; then each round measures each gateway on each query once,
and the medians of the rounds are printed. Requests that failed are counted, and so are requests to
subgraphs per request of a client.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path

from benchmarks.contestants import BUILD, CONTESTANTS, HERE, Contestant, install_peers
from benchmarks.load import Measurement, measure
from benchmarks.worker import pinned

QUERIES = ("big", "medium", "small")
WARM_UP_SECONDS = 2.0
START_SECONDS = 60.0


def run(only: tuple[str, ...], rounds: int, seconds: float) -> None:
    """Measure the gateways named, or all."""
    chosen = [c for c in CONTESTANTS if not only or c.name in only]
    load = 2 * len(QUERIES) * len(chosen) * (WARM_UP_SECONDS + rounds * seconds)
    print(f"gateways: {rounds} rounds, {load / 60:.0f} minutes of load", flush=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    if any(c.needs_node for c in chosen):
        install_peers()
    supergraph = compose()
    queries = {name: (HERE / "library" / f"{name}.graphql").read_text() for name in QUERIES}
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(start([*pinned(1), sys.executable, "-m", "benchmarks.upstream"]))
        wait_for(4311, "the subgraphs")
        gateways = {}
        for contestant in chosen:
            command = contestant.command(supergraph, contestant.port)
            process = start([*pinned(0), *command], log=BUILD / f"{contestant.name}.log")
            started.append(process)
            gateways[contestant] = process.pid
        for contestant in chosen:
            wait_for(contestant.port, contestant.name)
        check_answers(chosen, queries)
        report(measure_all(gateways, queries, rounds, seconds))
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def compose() -> Path:
    """Compose the library's supergraph with this project."""
    output = BUILD / "supergraph.graphql"
    command = [sys.executable, "-m", "router", "compose", "--config"]
    command += [str(HERE / "library" / "supergraph.yaml"), "--output", str(output)]
    subprocess.run(command, check=True)
    return output


def start(command: list[str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a process whose output goes to a file."""
    with (log or BUILD / "upstream.log").open("wb") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, cwd=BUILD)


def ask(port: int, query: str) -> object:
    """Ask a gateway once."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def wait_for(port: int, name: str) -> None:
    """Wait until something answers GraphQL at a port."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            ask(port, "{ __typename }")
            return
        except (OSError, urllib.error.URLError) as error:
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"{name} did not start: {error}. Its log is in {BUILD}."
                ) from error
            time.sleep(0.2)


def check_answers(chosen: list[Contestant], queries: dict[str, str]) -> None:
    """See that all gateways answer alike."""
    for name, query in queries.items():
        answers = {contestant.name: ask(contestant.port, query) for contestant in chosen}
        first = next(iter(answers.values()))
        different = [contestant for contestant, found in answers.items() if found != first]
        if different or not isinstance(first, dict) or "errors" in first:
            raise SystemExit(f"The answers to {name!r} differ or have errors: {different}")
        print(f"{name}: {len(json.dumps(first)):,} bytes, the same from all")


def measure_all(
    gateways: dict[Contestant, int], queries: dict[str, str], rounds: int, seconds: float
) -> dict[tuple[str, bool, str], list[Measurement]]:
    """Run all rounds; the first, a warm-up, does not count."""
    found = defaultdict(list)
    for number in range(rounds + 1):
        for name, query in queries.items():
            for distinct in (True, False):
                for gateway, pid in gateways.items():
                    wanted = seconds if number else WARM_UP_SECONDS
                    result = measure(pid, gateway.port, query, distinct=distinct, seconds=wanted)
                    if number:
                        found[name, distinct, gateway.name].append(result)
        print(f"round {number} of {rounds} done", file=sys.stderr, flush=True)
    return found


def report(found: dict[tuple[str, bool, str], list[Measurement]]) -> None:
    """Print the medians, and the ratio of each rate to Apollo Gateway's."""
    line = "{:8}{:20}{:>10}{:>12}{:>10}{:>10}{:>8}{:>10}{:>8}{:>9}"
    for distinct in (True, False):
        print(f"\nEach request {'with a header of its own' if distinct else 'alike'}:")
        heads = ("query", "gateway", "req/s", "CPU µs/req", "p50 ms", "p99 ms", "MiB", "upstream")
        print(line.format(*heads, "failed", "× Apollo"))
        for (name, kind, gateway), results in found.items():
            if kind != distinct:
                continue
            middle = {
                field: statistics.median(getattr(result, field) for result in results)
                for field in Measurement.__dataclass_fields__
            }
            apollo = found.get((name, kind, "apollo-gateway"))
            ratio = middle["rate"] / statistics.median(r.rate for r in apollo) if apollo else None
            print(
                line.format(
                    name,
                    gateway,
                    f"{middle['rate']:.0f}",
                    f"{middle['cpu_us']:.0f}",
                    f"{middle['p50_us'] / 1000:.2f}",
                    f"{middle['p99_us'] / 1000:.2f}",
                    f"{middle['memory_mib']:.0f}",
                    f"{middle['upstream_per_request']:.2f}",
                    f"{middle['failed']:.0f}",
                    f"{ratio:.2f}" if ratio else "-",
                )
            )
