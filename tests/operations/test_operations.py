"""What frontends ask: each operation is valid for clients, and its plan is a golden page.

A change of a schema that makes a screen dearer shows here as a changed page.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from router.planner import Planner
from router.planner.proof import prove

SCHEMA = Path(__file__).parents[2] / "schema"
PLANS = Path(__file__).with_name("plans")
OPERATIONS = sorted((SCHEMA / "operations").glob("*.graphql"))


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner((SCHEMA / "supergraph.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_operation_is_valid_for_clients(path: Path) -> None:
    api_schema = build_schema((SCHEMA / "api.graphql").read_text(encoding="utf-8"))

    assert validate(api_schema, parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_plan_is_the_golden_one(path: Path, planner: Planner, update_golden: bool) -> None:
    text = path.read_text(encoding="utf-8")
    operation = planner.normalize(text)
    plan = planner.plan_operation(operation)
    assert prove(plan, operation, planner.graph.supergraph, {}) == []
    about = text.splitlines()[0].removeprefix("# ")
    page = f"# {path.stem}\n\n{about}\n\n```\n{plan}\n```\n"
    golden = PLANS / f"{path.stem}.md"
    if update_golden:
        golden.write_text(page, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == page


def test_every_golden_page_has_its_operation() -> None:
    assert {page.stem for page in PLANS.glob("*.md")} == {path.stem for path in OPERATIONS}
