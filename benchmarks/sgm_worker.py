"""Composes and plans with this project, on demand: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.composition_parts import time_of_parts
from router.composition import CompositionResult, SubgraphSource, compose
from router.errors import RequestError
from router.gateway import Gateway
from router.planner import Planner

planner: Planner | None = None
gateway: Gateway | None = None


def _composed(graph: str) -> CompositionResult:
    sdls = json.loads(Path(graph).read_text(encoding="utf-8"))
    result = compose(
        SubgraphSource(name=name, url=f"http://{name}", sdl=sdl) for name, sdl in sdls.items()
    )
    if result.errors:
        raise SystemExit("\n".join(error.message for error in result.errors))
    return result


def do_compose(graph: str) -> dict[str, Any]:
    """Compose, and tell the CPU time and the most memory so far."""
    started = time.process_time()
    result = _composed(graph)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert result.supergraph is not None
    return {"seconds": seconds, "memoryMib": memory, "types": len(result.supergraph.types)}


def do_parts(graph: str) -> dict[str, float]:
    """Compose, and tell the seconds of each part."""
    return time_of_parts(lambda: _composed(graph))


def do_supergraph(graph: str, output: str) -> dict[str, Any]:
    """Write the supergraph that both contestants plan over."""
    sdl = _composed(graph).supergraph_sdl
    assert sdl is not None
    Path(output).write_text(sdl, encoding="utf-8")
    return {}


def do_load(supergraph: str) -> dict[str, Any]:
    """Make a planner."""
    global planner, gateway
    sdl = Path(supergraph).read_text(encoding="utf-8")
    started = time.process_time()
    planner = Planner(sdl)
    seconds = time.process_time() - started
    gateway = Gateway(sdl)
    return {"seconds": seconds}


def do_plan(query: str) -> dict[str, Any]:
    """Plan an operation from its text."""
    assert planner is not None
    started = time.process_time()
    plan = planner.plan(query)
    seconds = time.process_time() - started
    return {"seconds": seconds, "plan": plan.to_dict()}


def do_cached(query: str) -> dict[str, Any]:
    """Find a plan that the gateway's cache has; no time where it refuses the operation."""
    assert gateway is not None
    try:
        gateway.plan(query)
    except RequestError:
        return {"seconds": None}
    times = 1000
    started = time.process_time()
    for _ in range(times):
        gateway.plan(query)
    return {"seconds": (time.process_time() - started) / times}


DO: dict[str, Callable[..., dict[str, Any]]] = {
    "compose": do_compose,
    "parts": do_parts,
    "supergraph": do_supergraph,
    "load": do_load,
    "plan": do_plan,
    "cached": do_cached,
}

if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(DO[question.pop("do")](**question)), flush=True)
