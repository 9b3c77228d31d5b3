"""The graphs that composition and planning are measured on: made up here, or from a folder.

A folder of graphs has a subfolder for each: the SDL files of its subgraphs, `*.graphql`, in it or
in `subgraphs/` under it, and operations in `queries.json`, if any: `[{"name": …, "query": …}]`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import BUILD
from benchmarks.large_graph import large_graph, operations

SIZES = (50, 100)


@dataclass(frozen=True, slots=True)
class Graph:
    """Subgraphs' SDL by name, and operations by name."""

    name: str
    subgraphs: Mapping[str, str]
    operations: Mapping[str, str]

    def write(self) -> Path:
        """Write the subgraphs where the contestants read them."""
        BUILD.mkdir(parents=True, exist_ok=True)
        path = BUILD / f"{self.name}.json"
        path.write_text(json.dumps(self.subgraphs), encoding="utf-8")
        return path


def chosen_graphs(folder: Path | None) -> list[Graph]:
    """The graphs that are made up here, and those of a folder."""
    made = [Graph(f"made-up-{size}", large_graph(size), operations(size)) for size in SIZES]
    return [*made, *(read_graphs(folder) if folder else ())]


def read_graphs(folder: Path) -> Iterator[Graph]:
    """Read a folder of graphs, the small ones first."""
    found = [graph for path in folder.iterdir() if path.is_dir() and (graph := _read(path))]
    if not found:
        raise SystemExit(f"{folder} has no subfolder with *.graphql or subgraphs/*.graphql in it.")
    yield from sorted(found, key=lambda graph: (len(graph.subgraphs), graph.name))


def _read(folder: Path) -> Graph | None:
    files = sorted(folder.glob("*.graphql")) or sorted((folder / "subgraphs").glob("*.graphql"))
    if not files:
        return None
    asked = folder / "queries.json"
    queries = json.loads(asked.read_text(encoding="utf-8")) if asked.exists() else []
    return Graph(
        folder.name,
        {file.stem: file.read_text(encoding="utf-8") for file in files},
        {query["name"]: query["query"] for query in queries},
    )
