"""Planning beside the reference, `@apollo/query-planner`: a process each, in turn, on one core.

CPU time is what counts, as in composition. Both plan over the supergraph composed here. An
operation is planned from its text: the first time by a planner that never saw it, then again by the
same one, which may have learnt of the graph. What the gateway's cache takes to find a plan is
measured of this project alone: the reference's planner has no cache; its gateway has.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.contestants import BUILD, install_peers
from benchmarks.graphs import Graph, chosen_graphs
from benchmarks.table import print_table
from benchmarks.worker import Worker, contestants

AGAIN = 5


def run(rounds: int, folder: Path | None) -> None:
    """Measure both on each graph that has operations."""
    install_peers()
    for graph in chosen_graphs(folder):
        if graph.operations:
            print(f"planning: {graph.name}, {rounds} rounds", flush=True)
            _measure(graph, rounds)


def _measure(graph: Graph, rounds: int) -> None:
    supergraph = str(BUILD / f"{graph.name}.supergraph.graphql")
    with contestants() as workers:
        workers["sgm"].ask(do="supergraph", graph=str(graph.write()), output=supergraph)
        load: dict[str, list[float]] = defaultdict(list)
        first: dict[tuple[str, str], list[float]] = defaultdict(list)
        again: dict[tuple[str, str], list[float]] = defaultdict(list)
        plans: dict[tuple[str, str], Any] = {}
        for _ in range(rounds):
            for name, worker in workers.items():
                load[name].append(worker.ask(do="load", supergraph=supergraph)["seconds"])
                for operation, text in graph.operations.items():
                    answers = [worker.ask(do="plan", query=text) for _ in range(1 + AGAIN)]
                    first[name, operation].append(answers[0]["seconds"])
                    again[name, operation] += [answer["seconds"] for answer in answers[1:]]
                    plans[name, operation] = answers[0]["plan"]
        cached = _cached(workers["sgm"], graph.operations)
    rows = [
        (
            operation,
            *(_ms(statistics.median(first[name, operation])) for name in workers),
            *(_ms(min(again[name, operation])) for name in workers),
            _us(cached[operation]),
            *(_fetches(plans[name, operation]["node"]) for name in workers),
        )
        for operation in graph.operations
    ]
    both = tuple(workers)
    heads = ["operation", *(f"{name} first ms" for name in both)]
    heads += [*(f"{name} again ms" for name in both), "sgm cached µs"]
    heads += [f"{name} fetches" for name in both]
    made = ", ".join(f"{name} {statistics.median(load[name]):.2f} s" for name in both)
    size = len(graph.subgraphs)
    print_table(f"{graph.name}, {size} subgraphs; the planner is made in: {made}.", heads, rows)


def _cached(worker: Worker, operations: Mapping[str, str]) -> dict[str, float | None]:
    return {
        name: worker.ask(do="cached", query=text)["seconds"] for name, text in operations.items()
    }


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _us(seconds: float | None) -> str:
    return "refused" if seconds is None else f"{seconds * 1e6:.1f}"


def _fetches(node: Any) -> int:
    """Count the requests in a plan."""
    if isinstance(node, list):
        return sum(_fetches(child) for child in node)
    if not isinstance(node, dict):
        return 0
    if node.get("kind") in ("Fetch", "BatchFetch"):
        return 1
    return sum(_fetches(child) for child in node.values())
