"""Diagnostics as JSON, whose keys programs rely on."""

import json

from router.cli.diagnostic_output.json_report import render
from router.composition import Diagnostic


def test_every_key_is_there_also_where_nothing_is_known(
    shared: Diagnostic, unreachable: Diagnostic
) -> None:
    report = json.loads(render([shared, unreachable], [], composed=False))

    assert report == {
        "composed": False,
        "errors": [
            {
                "code": "INVALID_FIELD_SHARING",
                "severity": "error",
                "message": "Book.title is resolved by catalog and stock, 100% alike.",
                "coordinate": "Book.title",
                "suggestion": "Mark it @shareable in both.",
                "locations": [
                    {
                        "subgraph": "catalog",
                        "file": "schema/catalog, old.graphql",
                        "line": 9,
                        "column": 3,
                        "endColumn": 8,
                        "sourceLine": "  title: String",
                        "python": None,
                    },
                    {
                        "subgraph": "stock",
                        "file": None,
                        "line": 4,
                        "column": 3,
                        "endColumn": 8,
                        "sourceLine": "  title: String",
                        "python": {"file": "shop/stock/types.py", "line": 31},
                    },
                    {
                        "subgraph": "films",
                        "file": "films.graphql",
                        "line": None,
                        "column": None,
                        "endColumn": None,
                        "sourceLine": None,
                        "python": None,
                    },
                ],
            },
            {
                "code": "SATISFIABILITY_ERROR",
                "severity": "error",
                "message": "This cannot be answered:\n{\n  book { stars }\n}",
                "coordinate": None,
                "suggestion": None,
                "locations": [],
            },
        ],
        "hints": [],
    }


def test_hints_are_apart_from_errors(hint: Diagnostic) -> None:
    report = json.loads(render([], [hint], composed=True))

    assert report["composed"] is True
    assert report["errors"] == []
    assert [found["code"] for found in report["hints"]] == ["UNUSED_ENUM_TYPE"]
