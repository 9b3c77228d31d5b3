"""Composition beside the reference, `@apollo/composition`: a process each, on one core.

They run in turn, so that both see the same machine; the first and the best time are printed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.contestants import BUILD, PEERS, install_peers
from benchmarks.large_graph import large_graph

SIZES = (50, 100)


def run(rounds: int) -> None:
    """Measure both on graphs of each size."""
    install_peers()
    print(f"{'':14}{'subgraphs':>10}{'first s':>10}{'best s':>10}{'MiB':>8}")
    for size in SIZES:
        graph = BUILD / f"graph-{size}.json"
        graph.write_text(json.dumps(large_graph(size)), encoding="utf-8")
        commands = {
            "sgm": [sys.executable, "-m", "benchmarks.composition", str(graph), str(rounds)],
            "reference": ["node", str(PEERS / "compose.mjs"), str(graph), str(rounds)],
        }
        for name, command in commands.items():
            output = subprocess.run(
                ["taskset", "-c", "0", *command], check=True, capture_output=True, text=True
            ).stdout
            found = json.loads(output.splitlines()[-1])
            first, best = found["seconds"][0], min(found["seconds"])
            print(f"{name:14}{size:10}{first:10.2f}{best:10.2f}{found['memoryMib']:8.0f}")


def measure(graph: Path, rounds: int) -> None:
    """Compose one graph some times, and print what it took."""
    from router.composition import SubgraphSource, compose

    sdls = json.loads(graph.read_text(encoding="utf-8"))
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        sources = [
            SubgraphSource(name=name, url=f"http://{name}", sdl=sdl) for name, sdl in sdls.items()
        ]
        result = compose(sources)
        seconds.append(time.perf_counter() - started)
        if result.errors:
            raise SystemExit("\n".join(error.message for error in result.errors))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memoryMib": memory}))


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]))
