"""Every invariant names the tests that attack it, and these exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = re.findall(r"^\| (D\d+) \|(.*)$", (ROOT / "docs" / "invariants.md").read_text("utf-8"), re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def functions_of(path: str) -> frozenset[str]:
    """The tests of a file, those of its classes too."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_every_invariant_has_its_row() -> None:
    assert [number for number, _ in ROWS] == [f"D{number}" for number in range(1, 28)]


@pytest.mark.parametrize(("number", "row"), ROWS, ids=[number for number, _ in ROWS])
def test_the_tests_of_an_invariant_exist(number: str, row: str) -> None:
    named = NAMED.findall(row)
    assert len(named) >= 2, f"{number} names no tests"
    assert row.count("::") == len(named), f"{number} names a test in another form"
    missing = [f"{path}::{test}" for path, test in named if test not in functions_of(path)]
    assert not missing
