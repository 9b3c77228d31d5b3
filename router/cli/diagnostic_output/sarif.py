"""Diagnostics as a SARIF log, which code scanners and editors show.

Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS Standard.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from router.composition import Diagnostic, Location
from router.composition.codes import codes, page

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note", "debug": "note"}


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """Write diagnostics as one run; the rules are the pages of the codes that occur."""
    occurring = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {
        "name": "sgm compose",
        "version": version("sgm"),
        "rules": [_rule(code) for code in occurring],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, occurring.index(d.code)) for d in diagnostics],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    if code not in codes():
        return {"id": code}
    content = page(code)
    return {
        "id": code,
        "shortDescription": {"text": content.summary},
        "fullDescription": {"text": content.meaning},
        "help": {"text": content.markdown, "markdown": content.markdown},
        "defaultConfiguration": {"level": LEVELS[content.severities[0]]},
    }


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    text = diagnostic.message
    if diagnostic.suggestion:
        text = f"{text}\n{diagnostic.suggestion}"
    places = [place for found in diagnostic.locations for place in _places(found)]
    first = next((place for place in places if "physicalLocation" in place), None)
    located = {} if first is None else {"locations": [_of_element(first, diagnostic.coordinate)]}
    related = [{"id": number, **p} for number, p in enumerate(places, 1) if p is not first]
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": text},
        **located,
        **({"relatedLocations": related} if related else {}),
    }


def _of_element(place: dict[str, Any], coordinate: str | None) -> dict[str, Any]:
    """Name the schema element that the first location is of."""
    if coordinate is None:
        return place
    kind = "member" if "." in coordinate else "type"
    return {**place, "logicalLocations": [{"fullyQualifiedName": coordinate, "kind": kind}]}


def _places(location: Location) -> Iterable[dict[str, Any]]:
    """Give the Python place first: that is the file a person edits."""
    if location.python is not None:
        file, line = location.python
        yield _physical(file, {"startLine": line}, f"Subgraph {location.subgraph}.")
    if location.file is not None and location.line is not None:
        yield _physical(location.file, _region(location), f"Subgraph {location.subgraph}.")
    elif location.line is None:
        yield {"message": {"text": f"Missing in subgraph {location.subgraph}."}}
    elif location.python is None:
        text = f"Subgraph {location.subgraph}, line {location.line} of its SDL."
        yield {"message": {"text": text}}


def _physical(file: str, region: dict[str, Any], text: str) -> dict[str, Any]:
    path = Path(file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    where = {"artifactLocation": {"uri": uri}, "region": region}
    return {"physicalLocation": where, "message": {"text": text}}


def _region(location: Location) -> dict[str, Any]:
    region = {
        "startLine": location.line,
        "startColumn": location.column,
        "endColumn": location.end_column,
        "snippet": None if location.source_line is None else {"text": location.source_line},
    }
    return {name: value for name, value in region.items() if value is not None}
