"""Conditions on variables, decided when a plan runs."""

from __future__ import annotations

from typing import Any

from router import Router
from router.composition import SubgraphSource, compose

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",'
    ' import: ["@key", "@shareable"])\n'
)
SHELF = "type Query { book: Book @shareable } type Book { title: String! }"
TILL = "type Query { book: Book @shareable } type Book { price: Int }"


async def test_an_object_with_nothing_wanted_of_it_does_not_hide_what_another_service_gave() -> (
    None
):
    composed = compose(
        [
            SubgraphSource(name="shelf", url="http://shelf", sdl=LINK + SHELF),
            SubgraphSource(name="till", url="http://till", sdl=LINK + TILL),
        ]
    )
    assert composed.supergraph_sdl is not None

    def shelf(_request: dict[str, Any], _headers: object) -> dict[str, Any]:
        return {"data": {"book": {"title": "Sertões"}}}

    def till(_request: dict[str, Any], _headers: object) -> dict[str, Any]:
        return {"data": {"book": {}}}

    router = Router(composed.supergraph_sdl, transports={"shelf": shelf, "till": till})
    query = "query ($priced: Boolean!) { book { title price @include(if: $priced) } }"
    response = await router.execute(query, variables={"priced": False})
    await router.close()

    assert response.data == {"book": {"title": "Sertões"}}
    assert not response.errors
