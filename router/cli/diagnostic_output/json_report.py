"""Diagnostics as one JSON object.

    {
      "composed": false,
      "errors": [
        {
          "code": "INVALID_FIELD_SHARING",
          "severity": "error",                    error · warning · info · debug
          "message": "…",
          "coordinate": "Book.title",             or null
          "suggestion": "…",                      or null
          "locations": [
            {
              "subgraph": "stock",
              "file": "stock.graphql",            or null, where the SDL was in no file
              "line": 9,                          or null, where something is missing
              "column": 3,                        or null
              "endColumn": 8,                     or null; the column after the last
              "sourceLine": "  title: String",    or null
              "python": {"file": "…", "line": 4}  or null, where no Python is known
            }
          ]
        }
      ],
      "hints": [ … the same … ]
    }

Every key is always there. Keys may be added, and none is removed or changes its meaning. Lines
and columns count from one, columns in Unicode characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from router.composition import Diagnostic, Location


def render(errors: Iterable[Diagnostic], hints: Iterable[Diagnostic], composed: bool) -> str:
    """Write diagnostics as JSON."""
    report = {
        "composed": composed,
        "errors": [_diagnostic(error) for error in errors],
        "hints": [_diagnostic(hint) for hint in hints],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "coordinate": diagnostic.coordinate,
        "suggestion": diagnostic.suggestion,
        "locations": [_location(location) for location in diagnostic.locations],
    }


def _location(location: Location) -> dict[str, Any]:
    python = location.python
    return {
        "subgraph": location.subgraph,
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "endColumn": location.end_column,
        "sourceLine": location.source_line,
        "python": None if python is None else {"file": python[0], "line": python[1]},
    }
