"""What the kit gains a subgraph, step by step: CPU per request, in this process, without sockets.

Each variant is called as an ASGI app, in turn, and must first give the same answer. CPU is that of
the whole process, with the thread in which SQLite works; logs are made and not written.
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import structlog

from benchmarks.subgraph_variants import ROWS, library, variants
from benchmarks.table import print_table

FIELDS = "id title author pages weight shelf"
ENTITIES = f"""query Entities($representations: [_Any!]!) {{
  _entities(representations: $representations) {{ ... on Book {{ {FIELDS} }} }}
}}"""
SECONDS = 0.4
"""How long each variant answers one kind of request, at least, in a round."""


def run(rounds: int) -> None:
    """Measure each variant on each request."""
    print(f"subgraphs: {rounds} rounds", flush=True)
    _keep_logs_quiet()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(rounds, Path(folder)))


def _keep_logs_quiet() -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.ReturnLoggerFactory(),
    )
    logging.disable(logging.CRITICAL)


def _requests() -> dict[str, bytes]:
    found = {"a list of 50": _body(f"{{ books(first: 50) {{ {FIELDS} }} }}", {})}
    for count in (1, 50, ROWS):
        keys = [{"__typename": "Book", "id": f"{n:04}"} for n in range(count)]
        name = f"{count:,} {'entity' if count == 1 else 'entities'}"
        found[name] = _body(ENTITIES, {"representations": keys})
    return found


def _body(query: str, variables: dict[str, Any]) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


async def _run(rounds: int, folder: Path) -> None:
    async with library(folder) as (database, statements):
        apps, requests = variants(database), _requests()
        counts = await _check(apps, requests, statements)
        found = defaultdict(list)
        for _ in range(rounds):
            for request, body in requests.items():
                for name, app in apps.items():
                    found[name, request].append(await _cpu(app, body))
    rows = [
        (name, *(f"{statistics.median(found[name, request]) * 1000:.2f}" for request in requests))
        for name in apps
    ]
    print_table("Subgraphs, CPU ms per request:", ("variant", *requests), rows)
    rows = [(name, *(f"{counts[name, request]:,}" for request in requests)) for name in apps]
    print_table("SQL statements per request:", ("variant", *requests), rows)


async def _check(
    apps: dict[str, Any], requests: dict[str, bytes], statements: list[int]
) -> dict[tuple[str, str], int]:
    """See that all answer alike, and count their statements."""
    counts = {}
    for request, body in requests.items():
        answers = []
        for name, app in apps.items():
            before = statements[0]
            answers.append(json.loads(await _ask(app, body)))
            counts[name, request] = statements[0] - before
        if "errors" in answers[0] or any(answer != answers[0] for answer in answers):
            raise SystemExit(f"The variants do not answer {request!r} alike.")
    return counts


async def _cpu(app: Any, body: bytes) -> float:
    """CPU seconds per request."""
    until = time.perf_counter() + SECONDS
    started = time.process_time()
    times = 0
    while times < 3 or time.perf_counter() < until:
        await _ask(app, body)
        times += 1
    return (time.process_time() - started) / times


async def _ask(app: Any, body: bytes) -> bytes:
    """POST a request to an ASGI app, and return the body of its response."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"accept", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Any] = []
    received = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if received:
            return received.pop()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    status = sent[0]["status"]
    if status != 200:
        raise SystemExit(f"A subgraph answered with status {status}.")
    return b"".join(message.get("body", b"") for message in sent[1:])
