"""Diagnostics as SARIF: what the standard requires, and what makes scanners show it well."""

import json
from pathlib import Path
from typing import Any

from router.cli.diagnostic_output.sarif import render
from router.composition import Diagnostic, Location
from router.composition.codes import page


def run_of(*diagnostics: Diagnostic) -> dict[str, Any]:
    log = json.loads(render(diagnostics))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"]
    return dict(run)


def test_each_result_has_its_rule_level_and_message(shared: Diagnostic, hint: Diagnostic) -> None:
    run = run_of(shared, hint, shared)
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["INVALID_FIELD_SHARING", "UNUSED_ENUM_TYPE"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    assert [result["level"] for result in run["results"]] == ["error", "note", "error"]


def test_a_rule_is_the_page_of_its_code(hint: Diagnostic) -> None:
    (rule,) = run_of(hint)["tool"]["driver"]["rules"]
    content = page("UNUSED_ENUM_TYPE")

    assert rule["shortDescription"]["text"] == content.summary
    assert rule["help"]["markdown"] == content.markdown
    assert rule["defaultConfiguration"]["level"] == "note"


def test_the_first_file_is_the_location_and_all_others_are_related(shared: Diagnostic) -> None:
    (result,) = run_of(shared)["results"]

    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "schema/catalog%2C%20old.graphql"},
                "region": {
                    "startLine": 9,
                    "startColumn": 3,
                    "endColumn": 8,
                    "snippet": {"text": "  title: String"},
                },
            },
            "message": {"text": "Subgraph catalog."},
            "logicalLocations": [{"fullyQualifiedName": "Book.title", "kind": "member"}],
        }
    ]
    python, missing = result["relatedLocations"]
    assert python["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/stock/types.py"},
        "region": {"startLine": 31},
    }
    assert missing["message"]["text"] == "Missing in subgraph films."
    assert "physicalLocation" not in missing


def test_where_there_is_no_file_the_place_is_said_in_words(unreachable: Diagnostic) -> None:
    of_a_service = Diagnostic("NO_QUERIES", "None.", locations=(Location("catalog", 4, 1, 5),))
    nowhere, somewhere = run_of(unreachable, of_a_service)["results"]

    assert "locations" not in nowhere
    assert "relatedLocations" not in nowhere
    assert "locations" not in somewhere
    (related,) = somewhere["relatedLocations"]
    assert related["message"]["text"] == "Subgraph catalog, line 4 of its SDL."


def test_a_file_elsewhere_is_a_file_uri(tmp_path: Path) -> None:
    location = Location("catalog", 1, 1, None, str(tmp_path / "a b.graphql"))
    (result,) = run_of(Diagnostic("NO_QUERIES", "None.", "error", "Query", (location,)))["results"]

    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/a%20b.graphql")
    assert place["logicalLocations"] == [{"fullyQualifiedName": "Query", "kind": "type"}]


def test_a_location_without_an_element_is_a_place_alone() -> None:
    location = Location("catalog", 1, 1, 5, "a.graphql", "type")
    (result,) = run_of(Diagnostic("INVALID_GRAPHQL", "No.", locations=(location,)))["results"]

    (place,) = result["locations"]
    assert "logicalLocations" not in place


def test_a_code_without_a_page_is_a_rule_without_words() -> None:
    run = run_of(Diagnostic("OF_A_PLUGIN", "Something."))

    assert run["tool"]["driver"]["rules"] == [{"id": "OF_A_PLUGIN"}]


def test_a_clean_run_has_no_results() -> None:
    assert run_of()["results"] == []
