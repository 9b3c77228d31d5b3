"""The proof of a plan: a plan that was tampered with does not pass it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from graphql import print_schema

from router.composition import SubgraphSource, compose
from router.planner import Planner
from router.planner.proof import prove
from router.query_plan.nodes import (
    EntityEntry,
    Fetch,
    Parallel,
    PlanNode,
    QueryPlan,
    RepresentationField,
    SelectedField,
    SelectedFragment,
    Sequence,
)
from router.query_plan.subgraph_schema import subgraph_schema

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@external", "@requires", "@interfaceObject"])\n'
)
SUBGRAPHS = {
    "shop": 'type Query { product: Product } interface Item @key(fields: "id") { id: ID! } '
    'type Product implements Item @key(fields: "id") { id: ID! price(in: String): Int! }',
    "depot": 'type Product @key(fields: "id") { id: ID! price(in: String): Int! @external '
    'heavy: Boolean! @requires(fields: "price(in: \\"EUR\\")") stock: Int! }',
    "notes": 'type Item @key(fields: "id") @interfaceObject { id: ID! note: String }',
}
QUERY = '{ product { price(in: "USD") heavy stock note } }'


@pytest.fixture(scope="module")
def planner() -> Planner:
    result = compose(
        [SubgraphSource(name=n, url=f"http://{n}", sdl=LINK + s) for n, s in SUBGRAPHS.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    return Planner(result.supergraph_sdl)


def fetches(node: PlanNode | None) -> list[Fetch]:
    if isinstance(node, Fetch):
        return [node]
    assert isinstance(node, Sequence | Parallel)
    return [fetch for child in node.nodes for fetch in fetches(child)]


def tampered(plan: QueryPlan, service: str, change: Callable[[Fetch], Fetch]) -> QueryPlan:
    def changed(node: PlanNode) -> PlanNode:
        if isinstance(node, Fetch):
            return change(node) if node.service == service else node
        assert isinstance(node, Sequence | Parallel)
        return replace(node, nodes=tuple(changed(child) for child in node.nodes))

    assert plan.node is not None
    return replace(plan, node=changed(plan.node))


def with_entry(change: Callable[[EntityEntry], EntityEntry]) -> Callable[[Fetch], Fetch]:
    return lambda fetch: replace(fetch, entries=tuple(change(one) for one in fetch.entries))


def carrying(*fields: RepresentationField) -> Callable[[Fetch], Fetch]:
    return with_entry(
        lambda entry: replace(
            entry,
            representations=tuple(replace(r, selections=fields) for r in entry.representations),
        )
    )


ID, PRICE = RepresentationField("id", "id"), RepresentationField("price", "price")
EUROS = RepresentationField("price", "price_1")
NOTHING_MORE = SelectedFragment("Product", (), (SelectedField("stock", "stock"),))


@pytest.mark.parametrize(
    ("service", "change", "problem"),
    [
        ("depot", lambda f: replace(f, depends_on=()), "product.heavy on Product is not fetched"),
        ("depot", carrying(RepresentationField("id", "no")), "'id' from 'no', which is not there"),
        ("depot", lambda f: replace(f, depends_on=(9,)), "waits for 9, which does not come before"),
        ("depot", carrying(RepresentationField("price", "price_1")), "enters DEPOT at Product"),
        ("depot", carrying(ID), "Product.heavy: what it requires"),
        ("depot", carrying(ID, PRICE), "Product.heavy: what it requires"),
        ("depot", carrying(ID, PRICE, EUROS), "has 'price' with different arguments"),
        (
            "depot",
            with_entry(lambda entry: replace(entry, selections=(NOTHING_MORE,))),
            "product.heavy on Product is not fetched",
        ),
        (
            "depot",
            lambda f: replace(f, operation=f.operation.replace("stock", "stick")),
            "Fetch 1 is not valid in depot: Cannot query field 'stick'",
        ),
        (
            "notes",
            with_entry(
                lambda entry: replace(
                    entry,
                    selections=(SelectedFragment("Item", (), (SelectedField("price", "note"),)),),
                )
            ),
            "asks NOTES for Product.price: the subgraph does not have the field",
        ),
        (
            "notes",
            with_entry(
                lambda entry: replace(
                    entry,
                    selections=(SelectedFragment("Item", (), (SelectedField("note", "price"),)),),
                )
            ),
            "'price' on Product is price(in: \"USD\") to one fetch and note to another",
        ),
    ],
)
def test_a_broken_plan_is_found_out(
    planner: Planner, service: str, change: Callable[[Fetch], Fetch], problem: str
) -> None:
    operation = planner.normalize(QUERY)
    plan = planner.plan_operation(operation)
    graph = planner.graph.supergraph
    assert prove(plan, operation, graph) == []

    problems = prove(tampered(plan, service, change), operation, graph)

    assert any(problem in one for one in problems), problems


def test_a_field_that_is_not_in_the_output_is_found_out(planner: Planner) -> None:
    operation = planner.normalize(QUERY)
    plan = replace(planner.plan_operation(operation), output=())

    assert prove(plan, operation, planner.graph.supergraph) == [
        "product on Query is not in the output."
    ]


def test_a_condition_that_comes_too_short_is_found_out(planner: Planner) -> None:
    operation = planner.normalize(
        "query ($a: Boolean!) { product { stock @include(if: $a) id @include(if: $a) } }"
    )
    plan = planner.plan_operation(operation)
    other = planner.normalize("query ($a: Boolean!) { product { stock @skip(if: $a) } }")

    assert prove(plan, operation, planner.graph.supergraph) == []
    assert prove(plan, other, planner.graph.supergraph) == [
        "product.stock on Product is not in the output."
    ]


def test_a_subgraphs_schema_is_read_back(planner: Planner) -> None:
    printed = print_schema(subgraph_schema(planner.graph.supergraph, "NOTES"))

    assert "type Item {\n  id: ID!\n  note: String\n}" in printed
    assert "union _Entity = Item" in printed
    assert "_entities(representations: [_Any!]!): [_Entity]!" in printed
    assert "interface" not in printed
