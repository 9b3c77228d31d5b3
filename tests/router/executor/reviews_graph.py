"""A small graph of reviews, users and products, and pieces of plans over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import build_schema

from router.query_plan.nodes import (
    EntityEntry,
    Fetch,
    Position,
    Representation,
    RepresentationField,
    SelectedField,
    Sequence,
)

SCHEMA = build_schema(
    """
    type Query { reviews: [Review!]  me: User  feed: [Item!]! }
    type Mutation { first: Int  second: Int! }
    interface Item { id: ID! }
    type Book implements Item { id: ID! title: String author: User }
    type Film implements Item { id: ID! title: String }
    type Review { id: ID! body: String author: User product: Product }
    type User { id: ID! name: String email: String! reviews: [Review!] }
    type Product { id: ID! price: Int weight: Float shipping: Int }
    """
)


REVIEWS: Position = ("reviews", "@")


def leaf(name: str, response_name: str | None = None) -> SelectedField:
    return SelectedField(name, response_name or name)


def entity(
    type_name: str,
    position: Position,
    *fields: SelectedField,
    keys: tuple[str, ...] = ("id",),
) -> EntityEntry:
    representation = Representation(
        frozenset({type_name}), None, tuple(RepresentationField(key, key) for key in keys)
    )
    return EntityEntry(
        "_entities", "representations", (position,), (representation,), tuple(fields)
    )


def reviews_fetch(*fields: SelectedField) -> Fetch:
    return Fetch(
        0,
        "reviews",
        "query",
        "{ reviews }",
        selections=(SelectedField("reviews", "reviews", selections=fields),),
    )


def user(name: str) -> SelectedField:
    return SelectedField(name, name, selections=(leaf("__typename"), leaf("id")))


def users_fetch(*fields: SelectedField, position: Position = (*REVIEWS, "author")) -> Fetch:
    return Fetch(
        1,
        "users",
        "query",
        "query($representations: [_Any!]!) { _entities }",
        entries=(entity("User", position, *fields),),
        depends_on=(0,),
    )


def authors(*ids: str | None) -> Callable[[dict[str, Any]], Any]:
    reviews = [
        {"id": str(number), "author": None if each is None else {"__typename": "User", "id": each}}
        for number, each in enumerate(ids)
    ]
    return lambda _request: {"data": {"reviews": reviews}}


def by_id(**users: dict[str, Any] | None) -> Callable[[dict[str, Any]], Any]:
    def answer(request: dict[str, Any]) -> Any:
        representations = request["variables"]["representations"]
        return {"data": {"_entities": [users.get(each["id"]) for each in representations]}}

    return answer


TWO_HOPS = Sequence(
    (reviews_fetch(leaf("id"), user("author")), users_fetch(leaf("name"), leaf("email")))
)


def shipping_plan(plan_of: Any) -> Any:
    product = (*REVIEWS, "product")
    node = Sequence(
        (
            reviews_fetch(leaf("id"), user("product")),
            Fetch(
                1,
                "catalog",
                "query",
                "…",
                entries=(entity("Product", product, leaf("price"), leaf("weight")),),
                depends_on=(0,),
            ),
            Fetch(
                2,
                "shipping",
                "query",
                "…",
                entries=(
                    entity("Product", product, leaf("shipping"), keys=("id", "price", "weight")),
                ),
                depends_on=(0, 1),
            ),
        )
    )
    return plan_of(SCHEMA, "{ reviews { product { shipping } } }", node)


def products(*ids: str) -> Callable[[dict[str, Any]], Any]:
    reviews = [{"id": each, "product": {"__typename": "Product", "id": each}} for each in ids]
    return lambda _request: {"data": {"reviews": reviews}}
