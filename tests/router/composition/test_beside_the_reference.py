"""Our answers beside those of `@apollo/composition`, on the golden pages and on changes of them.

Skipped without Node and without the package, which `make bench` installs in build/bench/peers.
Two answers agree if both refuse, with a code in common, or both compose to the same API schema.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    build_schema,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
)

from router.composition import SubgraphSource, compose

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
PEERS = Path(__file__).parents[3] / "build" / "bench" / "peers"
SCRIPT = Path(__file__).with_name("reference") / "compose.mjs"
PAGES = sorted((Path(__file__).parent / "cases").glob("*.md"))
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
DIFFERENT = {
    "compose_directive_that_its_newest_definition_does_not_allow": "its error has no code",
    "context_with_a_nested_selection": "it holds a value below an object to be nullable",
    "deprecation_that_an_interface_does_not_have": "it keeps an older rule on deprecation",
    "federation_1_habits": "it does not see keys that are lists",
    "federation_1_with_directives_of_federation_2": "it adds what the own definition forbids",
    "link_of_an_unknown_link_version": "it complains of the second link before of its version",
    "link_renamed": "it does not let @link be called otherwise",
}
"""The pages where the two differ, and why ours is kept (decisions 0102, 0104)."""

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (PEERS / "node_modules" / "@apollo" / "composition").exists(),
    reason="needs Node and the packages that `make bench` installs",
)

Subgraphs = dict[str, str]


@pytest.fixture(scope="module")
def reference() -> Iterator[Callable[[Subgraphs], Any]]:
    command = ["node", str(SCRIPT), str(PEERS / "package.json")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def ask(subgraphs: Subgraphs) -> Any:
            stdin.write(json.dumps(subgraphs) + "\n")
            stdin.flush()
            return json.loads(stdout.readline())

        yield ask
        process.kill()


def subgraphs_of(page: Path) -> Subgraphs:
    found = SUBGRAPH.finditer(page.read_text(encoding="utf-8"))
    return {match[1]: match[3] if match[2] == "1" else LINK + match[3] for match in found}


def difference(subgraphs: Subgraphs, theirs: Any) -> str | None:
    """Tell how our answer differs, None where it agrees."""
    ours = compose(SubgraphSource(name=n, url=f"http://{n}", sdl=s) for n, s in subgraphs.items())
    codes = {error.code for error in ours.errors}
    if bool(codes) != bool(theirs["codes"]):
        return f"ours {codes or 'composes'}, theirs {theirs['codes'] or 'composes'}"
    if codes:
        is_alike = codes & set(theirs["codes"])
        return None if is_alike else f"ours {codes}, theirs {theirs['codes']}"
    assert ours.api_sdl is not None
    return None if seen(ours.api_sdl) == seen(theirs["api"]) else "the API schemas differ"


def seen(sdl: str) -> str:
    """What a client can tell apart."""
    return print_schema(lexicographic_sort_schema(build_schema(sdl, assume_valid=True)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_reference_agrees_with_the_page(
    page: Path, reference: Callable[[Subgraphs], Any]
) -> None:
    subgraphs = subgraphs_of(page)
    theirs = reference(subgraphs)
    if page.stem in DIFFERENT or "thrown" in theirs:
        pytest.skip(DIFFERENT.get(page.stem) or theirs["thrown"])
    assert difference(subgraphs, theirs) is None


def test_the_reference_agrees_with_nearly_all_changes(
    reference: Callable[[Subgraphs], Any],
) -> None:
    """Random changes meet what is known to differ; a rule gone wrong shows as many differences."""
    dice = random.Random(EXAMPLES)
    pages = [page for page in PAGES if page.stem not in (*DIFFERENT, "not_graphql")]
    differences, compared = [], 0
    while compared < EXAMPLES:
        page = dice.choice(pages)
        subgraphs = changed(subgraphs_of(page), dice)
        theirs = reference(subgraphs)
        if "thrown" in theirs:
            continue
        compared += 1
        found = difference(subgraphs, theirs)
        if found:
            differences.append(f"{page.stem}: {found}\n" + json.dumps(subgraphs, indent=1))
    assert len(differences) <= 0.03 * compared, "\n".join(differences)


DIRECTIVES = (
    "@external", "@shareable", "@inaccessible", '@tag(name: "t")', "@authenticated",
    '@requiresScopes(scopes: [["a"]])', '@policy(policies: [["p"]])', "@cost(weight: 3)",
    '@override(from: "billing")', '@override(from: "patients", label: "percent(5)")',
    '@requires(fields: "id")', '@provides(fields: "id")', "@listSize(assumedSize: 3)",
)  # fmt: skip


def changed(subgraphs: Subgraphs, dice: random.Random) -> Subgraphs:
    """Change one field of one subgraph, or take it along to another."""
    documents = {name: parse(sdl, no_location=True) for name, sdl in subgraphs.items()}
    places = [
        (name, number, position)
        for name, document in documents.items()
        for number, node in enumerate(document.definitions)
        for position, field in enumerate(getattr(node, "fields", None) or ())
        if isinstance(field, FieldDefinitionNode)
    ]
    if not places:
        return subgraphs
    name, number, position = dice.choice(places)
    parent: Any = documents[name].definitions[number]
    field = parent.fields[position]
    others = [
        (other, index)
        for other, document in documents.items()
        for index, node in enumerate(document.definitions)
        if other != name
        and isinstance(node, type(parent))
        and node.name.value == parent.name.value
        and field.name.value not in [f.name.value for f in node.fields or ()]
    ]
    if others and dice.random() < 0.3:
        name, number = dice.choice(others)
        target: Any = documents[name].definitions[number]
        fields = (*(target.fields or ()), field)
    else:
        target = parent
        kept = parent.fields[position + 1 :]
        fields = (*parent.fields[:position], *_another(field, dice), *kept)
    if not fields:
        return subgraphs
    definitions = list(documents[name].definitions)
    definitions[number] = replace(target, fields=fields)
    documents[name] = DocumentNode(definitions=tuple(definitions))
    return {name: print_ast(document) for name, document in documents.items()}


def _another(field: FieldDefinitionNode, dice: random.Random) -> tuple[FieldDefinitionNode, ...]:
    change = dice.choice(("drop", "null", "list", "plain", "directive", "directive", "directive"))
    if change == "drop":
        return ()
    if change == "null":
        is_required = isinstance(field.type, NonNullTypeNode)
        type_node = field.type.type if is_required else NonNullTypeNode(type=field.type)
        return (replace(field, type=type_node),)
    if change == "list":
        return (replace(field, type=ListTypeNode(type=field.type)),)
    if change == "plain":
        return (replace(field, directives=()),)
    text = f"type T {{ f: Int {dice.choice(DIRECTIVES)} }}"
    added: Any = parse(text, no_location=True).definitions[0]
    directives = (*(field.directives or ()), *added.fields[0].directives)
    return (replace(field, directives=directives),)
