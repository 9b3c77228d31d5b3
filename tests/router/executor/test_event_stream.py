"""Events read from the bodies of answers, however they are cut into chunks."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

import pytest

from router.errors import SubgraphBadAnswer, SubgraphUnreachable
from router.executor import event_stream
from router.executor.event_stream import responses

SSE = "text/event-stream; charset=utf-8"
MULTIPART = 'multipart/mixed; boundary="graphql";subscriptionSpec=1.0'


async def chunks(parts: Iterable[bytes]) -> AsyncGenerator[bytes, None]:
    for part in parts:
        yield part


async def read(content_type: str, parts: Iterable[bytes], status: int = 200) -> list[bytes]:
    return [each async for each in responses(status, content_type, chunks(parts))]


EVENTS = (
    ": hello\n\n"
    'event: next\ndata: {"data": {"a": "é"}}\n\n'
    "event:next\r\ndata:{\r\ndata:}\r\nid: 7\r\n\r\n"
    "data: {}\n\n"
    "event: other\ndata: {}\n\n"
    "event: next\n\n"
    "event: complete\ndata:\n\n"
    'event: next\ndata: {"late": 1}\n\n'
).encode()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_server_sent_events(size: int) -> None:
    parts = [EVENTS[at : at + size] for at in range(0, len(EVENTS), size)]
    expected = ['{"data": {"a": "é"}}'.encode(), b"{\n}", b"{}"]
    assert await read(SSE, parts) == expected


PARTS = (
    b"preamble\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql"
    b'\r\nContent-Type: application/json\r\n\r\n{"payload": {"data": {"a": 1}}}'
    b'\r\n--graphql\r\n\r\n{"payload": {"data": null, "errors": []}}\r\n--graphql--\r\n'
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("skip", [0, len("preamble\r\n")])
async def test_parts(size: int, skip: int) -> None:
    body = PARTS[skip:]
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    assert await read(MULTIPART, parts) == [b'{"data": {"a": 1}}', b'{"data": null, "errors": []}']


async def test_a_first_delimiter_that_is_missing_and_an_empty_part_are_put_up_with() -> None:
    body = b"\r\nContent-Type: application/json\r\n\r\n{}" + PARTS[PARTS.index(b"{}") + 2 :]
    body = body.replace(b"\r\n--graphql--", b"\r\n--graphql\r\n--graphql--")
    assert await read(MULTIPART, [body]) == [b'{"data": {"a": 1}}', b'{"data": null, "errors": []}']


async def test_the_last_word_of_a_server_that_cannot_go_on_is_an_event_with_its_errors() -> None:
    body = b'--graphql\r\n\r\n{"payload": null, "errors": [{"message": "x"}]}\r\n--graphql\r\n'
    assert await read(MULTIPART, [body]) == [b'{"errors":[{"message": "x"}]}']


async def test_any_other_answer_is_a_single_response() -> None:
    assert await read("application/json", [b'{"err', b'ors": []}'], 400) == [b'{"errors": []}']
    assert await read("", [b'{"data": {}}']) == [b'{"data": {}}']


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/html", b"<p>", 502),
        ("application/json", b"[]", 200),
        ("application/json", b"{}", 200),
        (SSE, b"event: next\ndata: {}\n\n", 500),
        (MULTIPART, b"--graphql\r\n\r\nno\r\n--graphql\r\n", 200),
    ],
)
async def test_what_is_no_response_is_a_bad_answer(
    content_type: str, body: bytes, status: int
) -> None:
    with pytest.raises(SubgraphBadAnswer):
        await read(content_type, [body], status)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [(SSE, b"event: next\ndata: {}\n\n"), (MULTIPART, b"--graphql\r\n\r\n{}\r\n--graphql\r\n")],
)
async def test_a_body_that_ends_before_its_events_do_has_broken_off(
    content_type: str, body: bytes
) -> None:
    with pytest.raises(SubgraphUnreachable):
        await read(content_type, [body])


@pytest.mark.parametrize("content_type", [SSE, MULTIPART, "application/json"])
async def test_an_event_without_end_is_refused(
    content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "MOST_BYTES", 100)
    with pytest.raises(SubgraphBadAnswer, match="longer than 100"):
        await read(content_type, [b"data: ", *[b"x" * 10 + b"\n" + b"data: "] * 20])
