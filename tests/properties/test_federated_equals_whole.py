"""Federated equals whole: however a graph is cut, the router answers as one schema would.

A failure is shrunk by hypothesis to a small graph and query; it becomes a golden page of the step
that was wrong. `FUZZ_EXAMPLES` says how many graphs are tried (`make fuzz`); without it the same
few are tried each time.
"""

from __future__ import annotations

import os
import random

from draw_graph import draw_graph
from federated import try_graph
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

FUZZ_EXAMPLES = os.environ.get("FUZZ_EXAMPLES")


@settings(
    max_examples=int(FUZZ_EXAMPLES or "120"),
    derandomize=FUZZ_EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=False))
def test_federated_equals_whole(chance: random.Random) -> None:
    graph = draw_graph(chance)
    note(repr(graph))

    assert try_graph(chance, graph, queries=3) is None
