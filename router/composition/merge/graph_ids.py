"""Subgraph names → values of the `join__Graph` enum (join specification, "join__Graph")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from router.supergraph.model import GraphId


def graph_ids(names: Iterable[str]) -> Mapping[str, GraphId]:
    """Give each subgraph an enum value: upper case, other characters as `_`, numbered on clash."""
    by_id: dict[str, list[str]] = {}
    for name in sorted(names):
        by_id.setdefault(_sanitized(name), []).append(name)
    return {
        name: identifier if len(same) == 1 else f"{identifier}_{number}"
        for identifier, same in by_id.items()
        for number, name in enumerate(same, start=1)
    }


def _sanitized(name: str) -> str:
    text = re.sub(r"[^A-Z0-9]", "_", name.upper())
    if text[:1].isdigit() or not text:
        text = f"_{text}"
    # A number at the end must not read as one that was given on a clash.
    return f"{text}_" if re.search(r"_\d+$", text) else text
