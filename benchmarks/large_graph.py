"""A large federated graph, made up: how composition is measured.

Each subgraph owns entities, extends those of others, and shares value types, an interface and an
enumeration with all: about 34 types a subgraph.
"""

from __future__ import annotations

from collections.abc import Iterator

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",'
    ' import: ["@key", "@external", "@requires", "@shareable"])'
)
SHARED = """
type Money @shareable { amount: Int! currency: Currency! }
type Span @shareable { from: String! to: String }
enum Currency { BRL EUR USD }
interface Named { name: String! }
"""
ENTITIES = 6
VALUES = 20


def large_graph(subgraphs: int) -> dict[str, str]:
    """The SDL of each subgraph, by name; the same every time."""
    return {f"part{n:03}": "\n".join(_subgraph(n, subgraphs)) for n in range(subgraphs)}


def _subgraph(number: int, count: int) -> Iterator[str]:
    yield LINK
    yield SHARED
    roots = []
    for entity in range(ENTITIES):
        name = f"P{number}Entity{entity}"
        roots.append(f"p{number}Entity{entity}(id: ID!): {name}")
        yield (
            f'type {name} implements Named @key(fields: "id") {{ id: ID! name: String! weight: Int'
            f" price: Money span: Span values: [P{number}Value{entity}!]"
            f" next: P{number}Entity{(entity + 1) % ENTITIES} }}"
        )
    for value in range(VALUES):
        yield f"type P{number}Value{value} {{ a: Int b: String c: [P{number}Value{value}!] }}"
    yield f"input P{number}Input {{ id: ID! limits: [Int!] }}"
    for distance in (1, 3, 7, 19):
        other = (number + distance) % count
        if other == number:
            continue
        yield (
            f'type P{other}Entity0 @key(fields: "id") {{ id: ID! weight: Int @external'
            f' p{number}Score: Int @requires(fields: "weight")'
            f" p{number}Owner: P{number}Entity{distance % ENTITIES} }}"
        )
    yield f"type Query {{ {' '.join(roots)} p{number}Find(by: P{number}Input!): [Named!] }}"


def operations(subgraphs: int) -> dict[str, str]:
    """Operations of three sizes on the graph of so many subgraphs."""
    last = [(-distance) % subgraphs for distance in (1, 3, 7, 19)]
    scores = " ".join(f"p{n}Score p{n}Owner {{ id name weight }}" for n in last)
    roots = range(min(subgraphs, 50))
    every = " ".join(f"p{n}Entity0(id: 1) {{ {_scores(n, subgraphs)} }}" for n in roots)
    return {
        "small": "{ p0Entity1(id: 1) { id name weight price { amount currency } } }",
        "medium": f"{{ p0Entity0(id: 1) {{ name {scores} }} }}",
        "large": f"{{ {every} }}",
    }


def _scores(number: int, subgraphs: int) -> str:
    others = ((number - distance) % subgraphs for distance in (1, 3, 7, 19))
    return " ".join(f"p{n}Score p{n}Owner {{ id name next {{ weight }} }}" for n in others)
