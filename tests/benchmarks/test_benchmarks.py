"""What the benchmarks measure on is what they say it is; what they measure is up to the machine."""

import json

import pytest

from benchmarks.composition_parts import time_of_parts
from benchmarks.graphs import read_graphs
from benchmarks.large_graph import large_graph, operations
from benchmarks.planning import _fetches
from benchmarks.subgraph_variants import library, variants
from benchmarks.subgraphs import _check, _requests
from router.composition import SubgraphSource, compose
from router.planner import Planner


def composed(size):
    sdls = large_graph(size)
    return compose(SubgraphSource(name=name, url="", sdl=sdl) for name, sdl in sdls.items())


def test_the_made_up_graph_composes_and_its_operations_are_of_three_sizes():
    result = composed(20)
    assert result.errors == ()
    planner = Planner(result.supergraph_sdl)
    fetches = {
        name: _fetches(planner.plan(text).to_dict()) for name, text in operations(20).items()
    }
    assert fetches["small"] == 1
    assert 1 < fetches["medium"] < fetches["large"]


def test_the_parts_of_composing_add_up():
    seconds = time_of_parts(lambda: composed(20))
    assert {"merging", "satisfiability", "rendering"} <= set(seconds)
    assert all(part > 0 for part in seconds.values())


def test_graphs_are_read_from_a_folder(tmp_path):
    for name, subgraphs in {"two": ["a", "b"], "one": ["a"]}.items():
        (tmp_path / name / "subgraphs").mkdir(parents=True)
        for subgraph in subgraphs:
            file = tmp_path / name / "subgraphs" / f"{subgraph}.graphql"
            file.write_text("type Query { a: Int }", encoding="utf-8")
    queries = json.dumps([{"name": "all", "query": "{ a }"}])
    (tmp_path / "one" / "queries.json").write_text(queries, encoding="utf-8")
    one, two = read_graphs(tmp_path)
    assert (one.name, dict(one.operations)) == ("one", {"all": "{ a }"})
    assert list(two.subgraphs) == ["a", "b"]


def test_a_folder_without_graphs_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="no subfolder"):
        list(read_graphs(tmp_path))


async def test_all_variants_of_a_subgraph_answer_alike_and_a_thousand_entities_are_one_statement(
    tmp_path,
):
    kit, plain = "the kit: + its endpoint, orjson", "Strawberry's router on FastAPI"
    requests = _requests()
    thousand = {"1,000 entities": requests.pop("1,000 entities")}
    async with library(tmp_path) as (database, statements):
        apps = variants(database)
        counts = await _check(apps, requests, statements)
        counts |= await _check({kit: apps[kit]}, thousand, statements)
    begin_and_select = 2
    assert counts[kit, "1,000 entities"] == begin_and_select
    assert counts[plain, "50 entities"] == 50 * begin_and_select
