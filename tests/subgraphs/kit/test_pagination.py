"""Signed tokens, cursors and connections, without a database."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, column

from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.keyset import Page, PageRequest, after
from subgraphs.kit.pagination import Cursors
from subgraphs.kit.signing import InvalidToken, Signer

json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@given(json)
def test_a_token_gives_back_what_was_signed(value: Any) -> None:
    signer = Signer("secret", "test")
    assert signer.read(signer.sign(value)) == value


@given(st.text(max_size=60))
def test_a_token_that_was_not_made_here_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        Signer("secret", "test").read(text)


def test_a_token_of_another_purpose_or_secret_is_refused() -> None:
    token = Signer("secret", "one").sign([1])
    for other in (Signer("secret", "two"), Signer("other", "one")):
        with pytest.raises(InvalidToken):
            other.read(token)


def test_no_bit_of_a_token_can_be_changed() -> None:
    signer = Signer("secret", "test")
    token = signer.sign(["Ana", "1"])
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        # The last character may hold bits that base64 ignores.
        if place < len(token) - 1:
            with pytest.raises(InvalidToken):
                signer.read(changed)


def test_a_cursor_gives_back_sort_values() -> None:
    cursors = Cursors("secret", "visits")
    cursor = cursors.write([date(2026, 11, 24), "id"])
    request = cursors.request(10, cursor, lambda v: (date.fromisoformat(v[0]), v[1]))
    assert request == PageRequest(10, (date(2026, 11, 24), "id"))


def test_a_cursor_whose_values_do_not_parse_is_refused() -> None:
    cursors = Cursors("secret", "visits")
    with pytest.raises(InvalidInput) as caught:
        cursors.request(10, cursors.write(["no date"]), lambda v: (date.fromisoformat(v[0]),))
    assert caught.value.path == ["after"]


def test_a_cursor_with_too_few_values_is_refused() -> None:
    with pytest.raises(ValueError, match="another list"):
        after([column("a", Integer), column("b", Integer)], [1])


def test_a_connection_says_where_its_page_lies() -> None:
    cursors = Cursors("secret", "numbers")
    first = cursors.connection(
        Page([1, 2], has_next=True), PageRequest(2), node=str, values=lambda n: [n]
    )
    assert [edge.node for edge in first.edges] == ["1", "2"]
    assert first.page_info.has_next_page
    assert not first.page_info.has_previous_page
    assert first.page_info.start_cursor == first.edges[0].cursor
    assert cursors.request(2, first.page_info.end_cursor) == PageRequest(2, (2,))
    nothing: Page[int] = Page([], has_next=False)
    empty = cursors.connection(nothing, PageRequest(2, (2,)), node=str, values=lambda n: [n])
    assert empty.page_info.end_cursor is None
    assert empty.page_info.has_previous_page
