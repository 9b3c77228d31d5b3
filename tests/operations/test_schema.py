"""The committed schemas are those of the code, fit together, and may not break who uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema, find_breaking_changes

from router.cli.sources import read_sdl
from router.composition import CompositionResult, SubgraphSource, compose

SCHEMA = Path(__file__).parents[2] / "schema"
SUBGRAPHS = ("appointments", "billing", "patients", "records")

BREAKING = [
    ("patients", "\n  birthDate: Date", "\n  bornOn: Date"),
    ("patients", "\n  displayName: String!", "\n  displayName: Int!"),
    ("appointments", 'type Clinic @key(fields: "id")', "type Clinic"),
    ("appointments", "type PageInfo @shareable", "type PageInfo"),
    ("records", "substance: String!\n", "substance: String\n"),
    ("billing", "\n  claim(id: ID!): Claim", "\n  claim(id: ID!, year: Int!): Claim"),
]
"""A service, and what of its schema is replaced by what: removed, retyped, required, not shared."""


def committed(name: str) -> str:
    """A service's schema as it is in the repository."""
    return (SCHEMA / f"{name}.graphql").read_text("utf-8")


def composed(changed: dict[str, str] | None = None) -> CompositionResult:
    """The graph of the committed schemas, some of them changed."""
    sdl = {name: committed(name) for name in SUBGRAPHS} | (changed or {})
    return compose([SubgraphSource(name=name, url="", sdl=text) for name, text in sdl.items()])


def problems(name: str, sdl: str) -> list[str]:
    """Why a service may not have this schema: it does not fit, or clients would break."""
    result = composed({name: sdl})
    if result.errors:
        return [error.code for error in result.errors]
    assert result.api_sdl is not None
    served = build_schema((SCHEMA / "api.graphql").read_text("utf-8"))
    changes = find_breaking_changes(served, build_schema(result.api_sdl))
    return [change.type.name for change in changes]


def test_composing_says_only_that_a_field_is_on_its_way() -> None:
    result = composed()

    assert result.errors == ()
    said = [(hint.code, hint.coordinate) for hint in result.hints]
    assert said == [("OVERRIDE_MIGRATION_IN_PROGRESS", "Patient.coverages")]


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_the_committed_schemas_are_those_of_the_code(name: str) -> None:
    written = read_sdl(f"subgraphs.{name}.schema:schema").rstrip()
    assert committed(name).rstrip() == written, "run `make schema`"


def test_the_committed_graph_is_that_of_the_committed_schemas() -> None:
    assert (SCHEMA / "api.graphql").read_text("utf-8").rstrip() == str(composed().api_sdl).rstrip()


@pytest.mark.parametrize(("name", "old", "new"), BREAKING)
def test_a_change_that_breaks_is_noticed(name: str, old: str, new: str) -> None:
    sdl = committed(name)
    assert old in sdl
    assert problems(name, sdl.replace(old, new))


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_an_addition_breaks_nothing(name: str) -> None:
    added = "\nextend type Query { motto(of: String): String }\ntype Motto { text: String }\n"
    assert problems(name, committed(name) + added) == []
