"""The committed schemas of the subgraphs fit together without a word about it."""

from __future__ import annotations

from pathlib import Path

from router.composition import SubgraphSource, compose

SCHEMA = Path(__file__).parents[2] / "schema"
SUBGRAPHS = ("appointments", "billing", "patients", "records")


def test_composing_says_only_that_a_field_is_on_its_way() -> None:
    sources = [
        SubgraphSource(name=name, url="", sdl=(SCHEMA / f"{name}.graphql").read_text("utf-8"))
        for name in SUBGRAPHS
    ]
    result = compose(sources)

    assert result.errors == ()
    said = [(hint.code, hint.coordinate) for hint in result.hints]
    assert said == [("OVERRIDE_MIGRATION_IN_PROGRESS", "Patient.coverages")]
