"""The golden pages: a sentence, subgraphs, and what they compose to or why they do not.

A page has the sections "Subgraph `name`, federation 2.7" (the link is put before its SDL, on the
same line; "federation 1" puts none), then "Supergraph" or "Diagnostics", and "Hints" where there
are some. `--update-golden` writes the answers anew. Every supergraph is also checked for truth.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import build_schema, validate_schema

from router.composition import CompositionResult, Diagnostic, SubgraphSource, compose
from router.composition.codes import codes
from router.federation.directives import federation_vocabulary
from router.federation.link import FeatureVersion
from router.supergraph.parse import parse_supergraph
from router.supergraph.render import render_supergraph, render_type

CASES = sorted((Path(__file__).parent / "cases").rglob("*.md"))
SUBGRAPH = re.compile(
    r"## Subgraph `(.+?)`(?:, federation ([\d.]+))?\n+```graphql\n(.*?)```\n", re.S
)


@dataclass(frozen=True)
class Page:
    """A golden page, taken apart: the text before the answer, and the subgraphs in it."""

    question: str
    sources: list[SubgraphSource]

    @classmethod
    def read(cls, path: Path) -> "Page":
        text = path.read_text(encoding="utf-8")
        matches = list(SUBGRAPH.finditer(text))
        assert matches, f"{path} has no subgraph"
        sources = [
            SubgraphSource(name=m[1], url=f"http://{m[1]}.example/graphql", sdl=_linked(m[3], m[2]))
            for m in matches
        ]
        return cls(text[: matches[-1].end()], sources)


def _linked(sdl: str, version: str | None) -> str:
    if version is None or version == "1":
        return sdl
    known = federation_vocabulary(FeatureVersion.parse(f"v{version}")).directives
    used = [name for name in known if re.search(rf"@{name}\b", sdl)]
    imports = ", ".join(f'"@{name}"' for name in used)
    url = f"https://specs.apollo.dev/federation/v{version}"
    return f'extend schema @link(url: "{url}", import: [{imports}]) {sdl}'


def answer(result: CompositionResult) -> str:
    """Write what composition says as the sections of a page."""
    sections = []
    if result.supergraph is None:
        sections.append(f"## Diagnostics\n\n```text\n{_listed(result.errors)}```\n")
    else:
        types = [render_type(named) for _, named in sorted(result.supergraph.types.items())]
        text = "\n\n".join(types)
        sections.append(f"## Supergraph\n\n```graphql\n{text}\n```\n")
    if result.hints:
        sections.append(f"## Hints\n\n```text\n{_listed(result.hints)}```\n")
    return "\n".join(sections)


def _listed(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "\n".join(_shown(diagnostic) for diagnostic in diagnostics)


def _shown(diagnostic: Diagnostic) -> str:
    lines = [f"{diagnostic.code} {diagnostic.coordinate or ''}".rstrip()]
    lines += [f"  {line}".rstrip() for line in diagnostic.message.splitlines()]
    if diagnostic.suggestion:
        lines.append(f"  → {diagnostic.suggestion}")
    for location in diagnostic.locations:
        place = f":{location.line}" if location.line else ""
        lines.append(f"  at {location.subgraph}{place}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, update_golden: bool) -> None:
    page = Page.read(path)
    result = compose(page.sources)
    expected = f"{page.question}\n{answer(result)}"
    if update_golden:
        path.write_text(expected, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == expected
    assert_true(result, page.sources)


def assert_true(result: CompositionResult, sources: list[SubgraphSource]) -> None:
    """Check what must hold of every answer."""
    again = compose(list(reversed(sources)))
    assert again.supergraph_sdl == result.supergraph_sdl
    assert {e.code for e in again.errors} == {e.code for e in result.errors}
    if result.supergraph is None or result.supergraph_sdl is None or result.api_sdl is None:
        assert result.errors
        return
    parsed = parse_supergraph(result.supergraph_sdl)
    assert parsed == result.supergraph
    assert render_supergraph(parsed) == result.supergraph_sdl
    assert validate_schema(build_schema(result.supergraph_sdl)) == []
    assert validate_schema(build_schema(result.api_sdl)) == []


NOT_FROM_COMPOSING = {
    "DOWNSTREAM_SERVICE_ERROR",
    "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS",
    "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE",
    "INVALID_FEDERATION_SUPERGRAPH",
    "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
    "UNSUPPORTED_FEATURE",
    "UNSUPPORTED_LINKED_FEATURE",
}


def test_every_code_that_composing_gives_has_a_page() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in CASES)
    shown = set(re.findall(r"^([A-Z][A-Z0-9_]+)(?= |$)", text, re.M))
    assert set(codes()) - shown == NOT_FROM_COMPOSING
