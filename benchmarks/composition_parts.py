"""Where the time of composing goes: its steps, each timed where `compose` calls it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

STEPS = {
    "router.composition.reading.read": {
        "read_document": "parsing (graphql-core)",
        "check_graphql": "GraphQL's own rules (graphql-core)",
    },
    "router.composition.compose": {
        "read_subgraph": "reading links, definitions and elements",
        "upgrade": "facts of each subgraph",
        "read_facts": "facts of each subgraph",
        "_check_rules": "rules of each subgraph",
        "merge_subgraphs": "merging",
        "located": "lines and columns of what is reported",
        "render_supergraph": "rendering",
        "render_api_schema": "rendering",
    },
}
"""Module → function → what it is called in the table."""


class Clock:
    """Adds up the time of each step, without that of the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that its time counts for a step."""

        def wrapped(*args: Any, **keywords: Any) -> Any:
            started = time.process_time()
            self._inside.append(0.0)
            try:
                return work(*args, **keywords)
            finally:
                whole = time.process_time() - started
                self.seconds[step] += whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole

        return wrapped


def time_of_parts(work: Callable[[], object]) -> dict[str, float]:
    """Do some composing, and tell the seconds of each step."""
    clock = Clock()
    with _wrapped(clock):
        started = time.process_time()
        work()
        whole = time.process_time() - started
    rest = whole - sum(clock.seconds.values())
    return {**clock.seconds, "the rest, most of it the collector": rest}


@contextmanager
def _wrapped(clock: Clock) -> Iterator[None]:
    composing = import_module("router.composition.compose")
    rules = tuple(
        tuple(clock.timed(_rule_step(rule), rule) for rule in group)
        for group in composing.SUPERGRAPH_RULES
    )
    with mock.patch.object(composing, "SUPERGRAPH_RULES", rules):
        patches = [
            mock.patch.object(module, name, clock.timed(step, getattr(module, name)))
            for path, steps in STEPS.items()
            for module in (import_module(path),)
            for name, step in steps.items()
        ]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


def _rule_step(rule: Callable[..., object]) -> str:
    is_proof = rule.__name__ == "check_satisfiability"
    return "satisfiability" if is_proof else "rules of the merged graph"
