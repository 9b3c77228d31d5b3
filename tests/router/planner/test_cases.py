"""Golden pages: each says in a sentence why a plan is right, and has subgraphs, queries and plans.

`--update-golden` writes the plans anew. Every plan is also proved sound.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from router.composition import SubgraphSource, compose
from router.planner import Planner
from router.planner.proof import prove

PAGES = sorted((Path(__file__).parent / "cases").glob("*.md"))
FEDERATION = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", '
    '"@inaccessible", "@context", "@fromContext"])\n'
)
SUBGRAPH = re.compile(r"^```graphql subgraph=([\w-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUERY = re.compile(
    r"^```graphql query(?: labels=(\S+))?\n(.*?)^```\n(?:\n```plan\n(.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)


def planner_of(page: str) -> Planner:
    subgraphs = [
        SubgraphSource(name=name, url=f"http://{name}", sdl=FEDERATION + sdl)
        for name, sdl in SUBGRAPH.findall(page)
    ]
    result = compose(subgraphs)
    assert not result.errors
    assert result.supergraph_sdl is not None
    return Planner(result.supergraph_sdl)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page(path: Path, update_golden: bool) -> None:
    page = path.read_text()
    planner = planner_of(page)

    def planned(match: re.Match[str]) -> str:
        labels, query, expected = match.groups()
        on = dict.fromkeys((labels or "").split(",") if labels else (), True)
        operation = planner.normalize(query)
        plan = planner.plan_operation(operation, on)
        assert prove(plan, operation, planner.graph.supergraph, on) == []
        assert update_golden or f"{plan}\n" == expected
        head = f"```graphql query{f' labels={labels}' if labels else ''}"
        return f"{head}\n{query}```\n\n```plan\n{plan}\n```\n"

    written = QUERY.sub(planned, page)
    if update_golden:
        path.write_text(written)
