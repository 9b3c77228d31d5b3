"""Composition beside the reference, `@apollo/composition`: a process each, in turn, on one core.

CPU time is what counts: on one core it is the time that passes, less what others take of it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.contestants import install_peers
from benchmarks.graphs import Graph, chosen_graphs
from benchmarks.table import print_table
from benchmarks.worker import contestants


def run(rounds: int, folder: Path | None) -> None:
    """Measure both on each graph, new processes for each."""
    install_peers()
    times, parts = [], {}
    for graph in chosen_graphs(folder):
        print(f"composition: {graph.name}, {rounds} rounds", flush=True)
        answers, parts[graph.name] = _measure(graph, rounds)
        for name, found in answers.items():
            seconds = [answer["seconds"] for answer in found]
            times.append(
                (
                    f"{graph.name}: {name}",
                    len(graph.subgraphs),
                    found[0]["types"],
                    f"{seconds[0]:.2f}",
                    f"{min(seconds):.2f}",
                    f"{found[0]['memoryMib']:.0f}",
                    f"{found[-1]['memoryMib']:.0f}",
                )
            )
    heads = (
        "composition",
        "subgraphs",
        "types",
        "first CPU s",
        "best CPU s",
        "MiB first",
        "MiB at last",
    )
    print_table("Composition, on one core:", heads, times)
    _print_parts(parts)


def _measure(graph: Graph, rounds: int) -> tuple[dict[str, list[dict[str, Any]]], dict[str, float]]:
    """Compose with each contestant in turn; then time the parts of ours."""
    path = str(graph.write())
    answers = defaultdict(list)
    with contestants() as workers:
        for _ in range(rounds):
            for name, worker in workers.items():
                answers[name].append(worker.ask(do="compose", graph=path))
        return answers, workers["sgm"].ask(do="parts", graph=path)


def _print_parts(by_graph: dict[str, dict[str, float]]) -> None:
    steps = dict.fromkeys(step for seconds in by_graph.values() for step in seconds)
    rows = [
        (step, *(f"{seconds.get(step, 0.0) * 1000:.0f}" for seconds in by_graph.values()))
        for step in steps
    ]
    whole = (f"{sum(seconds.values()) * 1000:.0f}" for seconds in by_graph.values())
    heads = ("sgm's step, ms", *by_graph)
    print_table("Where its time goes:", heads, [*rows, ("whole", *whole)])
