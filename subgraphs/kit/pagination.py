"""Relay connections over keyset pages, with cursors that refuse tampering.

https://relay.dev/graphql/connections.htm
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import strawberry

from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.keyset import Page, PageRequest
from subgraphs.kit.signing import InvalidToken, Signer

MAX_PAGE = 100

NodeT = TypeVar("NodeT")
RowT = TypeVar("RowT")


@strawberry.federation.type(shareable=True)
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    """Whether more follow this page."""
    has_previous_page: bool
    """Whether the page was asked for by a cursor, so that something lies before it."""
    start_cursor: str | None
    """The cursor of the page's first edge."""
    end_cursor: str | None
    """The cursor of the page's last edge; as `after` it gives the next page."""


@strawberry.type
class Edge(Generic[NodeT]):
    """One element of a page."""

    cursor: str
    """Its place in the list."""
    node: NodeT
    """The element."""


@strawberry.type
class Connection(Generic[NodeT]):
    """One page of a list."""

    edges: list[Edge[NodeT]]
    """The elements of the page."""
    page_info: PageInfo
    """Where the page lies in the list."""


class Cursors:
    """Writes and reads the cursors of one list, named by ``purpose``.

    A cursor of another list, or one that a client changed, is refused. Put the filters of the
    list into ``purpose`` where a cursor must not be carried from one filter to another.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._signer = Signer(secret, f"cursor:{purpose}")

    def write(self, values: Sequence[Any]) -> str:
        """The cursor of the row with these sort values (JSON values, dates and moments)."""
        return self._signer.sign(list(values))

    def request(
        self,
        first: int,
        after: str | None,
        parse: Callable[[list[Any]], tuple[Any, ...]] = tuple,
    ) -> PageRequest:
        """The page that a client asks for; ``parse`` turns JSON back into sort values.

        Raises ``InvalidInput`` where ``first`` is outside 1…100 or the cursor is not ours.
        """
        if not 1 <= first <= MAX_PAGE:
            raise InvalidInput(f"Peça de 1 a {MAX_PAGE} itens por página.", path=["first"])
        if after is None:
            return PageRequest(first)
        try:
            return PageRequest(first, parse(self._signer.read(after)))
        except (InvalidToken, ValueError, TypeError) as error:
            raise InvalidInput(
                "O cursor não é válido. Recomece do início.", path=["after"]
            ) from error

    def connection(
        self,
        page: Page[RowT],
        request: PageRequest,
        *,
        node: Callable[[RowT], NodeT],
        values: Callable[[RowT], Sequence[Any]],
    ) -> Connection[NodeT]:
        """The page as a connection; ``values`` are the sort values of a row."""
        edges = [Edge(cursor=self.write(values(row)), node=node(row)) for row in page.rows]
        return Connection(edges=edges, page_info=page_info(edges, page, request))


def page_info(edges: Sequence[Edge[Any]], page: Page[Any], request: PageRequest) -> PageInfo:
    """The ``PageInfo`` of a page going forward."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=request.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
