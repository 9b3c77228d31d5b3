"""What is hidden, or is not in every subgraph, is no input: nobody is asked with it."""

from __future__ import annotations

import asyncio

import pytest
from drawn_world import World
from federated import Federated, composed
from graph import LINK

SOURCES = {
    "a": LINK
    + """
      type Query { lamps(by: Filter, color: Color): [Int!] }
      input Filter { watts: Int secret: Int @inaccessible alone: Int }
      enum Color { RED GREEN INFRARED @inaccessible }
    """,
    "b": LINK
    + """
      type Query { count(by: Filter, color: Color): Int }
      input Filter { watts: Int }
      enum Color { RED INFRARED }
    """,
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("by: {secret: 1}", "unknown field 'secret'"),
        ("by: {alone: 1}", "unknown field 'alone'"),
        ("color: INFRARED", "Value 'INFRARED' does not exist"),
        ("color: GREEN", "Value 'GREEN' does not exist"),
    ],
)
def test_a_hidden_input_is_refused(arguments: str, message: str) -> None:
    sdl = composed(SOURCES)
    assert sdl is not None
    federated = Federated(SOURCES, World({"Query": [{"__typename": "Query", "lamps": []}]}), sdl)

    answer = asyncio.run(federated.ask(f"{{ lamps({arguments}) }}", {}))

    assert message in answer["errors"][0]["message"]
    assert federated.servers["a"].requests == []
