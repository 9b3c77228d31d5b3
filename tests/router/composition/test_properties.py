"""What holds of composition whatever goes in: it never raises, and order does not matter.

The seeds are the subgraphs of the golden pages, broken at random.
"""

import gc
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import (
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.composition import CompositionResult, SubgraphSource, compose
from router.composition.codes import codes

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
PAGES = sorted((Path(__file__).parent / "cases").rglob("*.md"))
COMPOSING = [page for page in PAGES if "## Supergraph" in page.read_text(encoding="utf-8")]
SUBGRAPH = re.compile(
    r"## Subgraph `(.+?)`(?:, federation ([\d.]+))?\n+```graphql\n(.*?)```\n", re.S
)
EVERYTHING = (
    '"@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",'
    ' "@tag", "@interfaceObject", "@composeDirective", "@authenticated", "@requiresScopes",'
    ' "@policy", "@context", "@fromContext", "@cost", "@listSize", "@cacheTag"'
)
FEDERATION = "https://specs.apollo.dev/federation/v2.12"
LINK = f'extend schema @link(url: "{FEDERATION}", import: [{EVERYTHING}]) '
TOKENS = (
    "{", "}", "(", ")", "[", "]", "!", "|", "&", "=", ":", "@", '"', '"""', "#", "\\", "\x00",
    "\ud800", "extend ", "type Query", "interface ", "@key", '@key(fields: "id")', "@external",
    "@requires", "@shareable", "@interfaceObject", "@inaccessible", "@override(from: 5)",
    "@extends", 'extend schema @link(url: "")', "null", "-1", "1e999", "Query", "__typename",
    "schema",
)  # fmt: skip


def _sources(page: Path) -> list[SubgraphSource]:
    text = page.read_text(encoding="utf-8")
    return [
        SubgraphSource(name=m[1], url="", sdl=m[3] if m[2] == "1" else LINK + m[3])
        for m in SUBGRAPH.finditer(text)
    ]


def _is_well_formed(result: CompositionResult) -> None:
    known = set(codes())
    assert {d.code for d in (*result.errors, *result.hints)} <= known
    assert bool(result.errors) == (result.supergraph_sdl is None)
    for diagnostic in (*result.errors, *result.hints):
        assert diagnostic.message
        assert all(location.subgraph for location in diagnostic.locations)


@pytest.mark.parametrize("sdl", ["", "\ufeff", "{", "é", "type", "x" * 10_000, None, b"type A", 7])
def test_what_is_no_schema_is_reported(sdl):
    result = compose([SubgraphSource(name="a", url="", sdl=sdl)])
    assert "INVALID_GRAPHQL" in {error.code for error in result.errors}


def test_what_is_deep_is_reported():
    deep = "type Query { a: " + "[" * 5000 + "Int" + "]" * 5000 + " }"
    key = "type Query { a: A } type A " + f'@key(fields: "{"a {" * 3000}") {{ a: A }}'
    circle = "type Query { a(i: In!): Int } input In { i: In! }"
    for sdl in (deep, LINK + key, LINK + circle):
        _is_well_formed(compose([SubgraphSource(name="a", url="", sdl=sdl)]))


def test_the_collector_stays_as_it_was():
    gc.disable()
    try:
        compose([SubgraphSource(name="a", url="", sdl="type Query { a: Int }")])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_contract_that_excludes_everything_leaves_no_query():
    sdl = LINK + 'type Query { a: Int @tag(name: "staff") }'
    result = compose([SubgraphSource(name="a", url="", sdl=sdl)], exclude_tags=["staff"])
    assert [error.code for error in result.errors] == ["NO_QUERIES"]


def test_what_is_huge_is_composed():
    fields = " ".join(f"f{number}: Int" for number in range(3000))
    key = " ".join(f"f{number}" for number in range(3000))
    text = "x" * 1_000_000
    entity = f'"{text}" type A @key(fields: "{key}") {{ {fields} }}'
    sdl = f"{LINK} type Query {{ a: A }} {entity}"
    result = compose([SubgraphSource(name="a", url="", sdl=sdl)])
    assert result.errors == ()
    assert len(result.supergraph.types["A"].fields) == 3000


HASHES = """
import hashlib, json, sys
from router.composition import SubgraphSource, compose

for sdls in json.load(sys.stdin):
    result = compose(SubgraphSource(name=n, url="", sdl=s) for n, s in sdls.items())
    told = [str(one) for one in (*result.errors, *result.hints)]
    text = f"{result.supergraph_sdl}{result.api_sdl}{told}"
    print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_composing_is_deterministic_whatever_the_order_of_sets():
    graphs = [{source.name: source.sdl for source in _sources(page)} for page in PAGES]
    answers = {
        subprocess.run(
            [sys.executable, "-c", HASHES],
            input=json.dumps(graphs).encode(),
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
    assert answers.pop().count(b"\n") == len(PAGES)


def test_no_subgraphs_at_all():
    assert [error.code for error in compose([]).errors] == ["NO_QUERIES"]


def test_two_subgraphs_of_one_name():
    source = SubgraphSource(name="a", url="", sdl="type Query { a: Int }")
    assert [error.code for error in compose([source, source]).errors] == ["INVALID_SUBGRAPH_NAME"]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    page=st.sampled_from(PAGES),
    edits=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 12), st.sampled_from(TOKENS)), max_size=4
    ),
)
def test_broken_pages_are_reported_and_never_raise(page, edits):
    sources = _sources(page)
    for position, length, token in edits:
        index = position % len(sources)
        sdl = sources[index].sdl
        start = position % (len(sdl) + 1)
        sources[index] = replace(sources[index], sdl=sdl[:start] + token + sdl[start + length :])
    _is_well_formed(compose(sources))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen=st.lists(st.sampled_from(PAGES), min_size=2, max_size=3), seed=st.integers(0, 999))
def test_the_order_of_subgraphs_does_not_matter(chosen, seed):
    sources = [
        replace(source, name=f"{source.name}{number}")
        for number, page in enumerate(chosen)
        for source in _sources(page)
    ]
    shuffled = random.Random(seed).sample(sources, len(sources))
    first, second = compose(sources), compose(shuffled)
    assert first.supergraph_sdl == second.supergraph_sdl
    assert first.api_sdl == second.api_sdl
    assert {(e.code, e.message) for e in first.errors} == {
        (e.code, e.message) for e in second.errors
    }


@pytest.mark.parametrize("page", COMPOSING, ids=lambda page: page.stem)
def test_a_field_that_nothing_uses_can_go(page):
    sources = _sources(page)
    text = " ".join(source.sdl for source in sources)
    for index, source in enumerate(sources):
        for changed, name in _without_one_field(source.sdl):
            is_only_mention = len(re.findall(rf"\b{name}\b", text)) == 1
            if is_only_mention:
                without = [*sources]
                without[index] = replace(source, sdl=changed)
                assert compose(without).errors == (), f"without {name}"


def _without_one_field(sdl: str) -> list[tuple[str, str]]:
    document = parse(sdl)
    found = []
    for number, node in enumerate(document.definitions):
        fields: tuple[FieldDefinitionNode, ...] = ()
        if isinstance(node, ObjectTypeDefinitionNode):
            fields = tuple(node.fields or ())
        plain = [f for f in fields if not f.directives and not f.name.value.startswith("_")]
        for field in plain if len(plain) > 1 else ():
            kept = tuple(other for other in fields if other is not field)
            definitions = list(document.definitions)
            definitions[number] = replace(node, fields=kept)
            changed = print_ast(replace(document, definitions=tuple(definitions)))
            found.append((changed, field.name.value))
    return found
