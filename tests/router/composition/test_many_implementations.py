"""An interface with very many implementations, each reaching all others, in several subgraphs."""

import pytest

from router.composition import SubgraphSource, compose

COUNT = 70
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])'


def _owner() -> str:
    types = " ".join(
        f'type T{i} implements Node @key(fields: "id")'
        f" {{ id: ID! next: Node peers: [Node] own{i}: Node other{i}: [T{(i * 7) % COUNT}] }}"
        for i in range(COUNT)
    )
    interface = 'interface Node @key(fields: "id") { id: ID! next: Node peers: [Node] }'
    return f"{LINK} type Query {{ node: Node all: [Node] }} {interface} {types}"


def _extending(name: str) -> str:
    types = " ".join(
        f'type T{i} implements Node @key(fields: "id")'
        f" {{ id: ID! {name}{i}: Node {name}_other{i}: [T{(i * 3) % COUNT}] }}"
        for i in range(COUNT)
    )
    return f"{LINK} type Query {{ {name}: Node }} interface Node {{ id: ID! }} {types}"


@pytest.mark.parametrize("subgraphs", [2, 6])
def test_it_composes_without_exploding(subgraphs: int) -> None:
    sources = [SubgraphSource(name="owner", url="", sdl=_owner())]
    for number in range(1, subgraphs):
        name = f"s{number}x"
        sources.append(SubgraphSource(name=name, url="", sdl=_extending(name)))
    result = compose(sources)
    assert result.errors == ()
    assert len(result.supergraph.types) == COUNT + 2
