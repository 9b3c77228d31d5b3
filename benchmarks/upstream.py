"""The subgraphs of the benchmark: one process, four ports, answers remembered by request body.

The first request with a body is executed by graphql-core; every later one is a dictionary look-up,
so that what is measured is the gateway. `GET /count` gives the number of GraphQL requests served.

    python -m benchmarks.upstream
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httptools
import orjson
import uvloop
from graphql import GraphQLSchema, build_schema, graphql_sync

from benchmarks.library.rows import ROOTS, entity

LIBRARY = Path(__file__).with_name("library")
PORTS = {"accounts": 4311, "catalog": 4312, "stock": 4313, "reviews": 4314}
FEDERATION = """
scalar _Any
scalar FieldSet
scalar link__Import
directive @link(url: String!, import: [link__Import]) repeatable on SCHEMA
directive @key(fields: FieldSet!) repeatable on OBJECT
directive @requires(fields: FieldSet!) on FIELD_DEFINITION
directive @external on FIELD_DEFINITION
directive @shareable on OBJECT | FIELD_DEFINITION
"""

served = 0


def subgraph_schema(name: str) -> GraphQLSchema:
    """Build a subgraph's executable schema, `_entities` included, over the library's rows."""
    sdl = (LIBRARY / f"{name}.graphql").read_text(encoding="utf-8")
    kinds = [kind for kind in ("User", "Book", "Review") if f"type {kind} @key" in sdl]
    entities = f"union _Entity = {' | '.join(kinds)}\n"
    entities += "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n"
    query = "" if "type Query" in sdl else "type Query { _unused: Int }\n"
    schema = build_schema(FEDERATION + sdl + query + entities, assume_valid=True)
    fields = schema.query_type.fields
    for root, resolve in ROOTS.items():
        if root in fields:
            fields[root].resolve = lambda _, _info, resolve=resolve, **arguments: resolve(
                **arguments
            )
    fields["_entities"].resolve = lambda _, _info, representations: list(
        map(entity, representations)
    )
    return schema


def answer(schema: GraphQLSchema, body: bytes) -> bytes:
    """Execute one request's body."""
    request: dict[str, Any] = orjson.loads(body)
    result = graphql_sync(
        schema,
        request["query"],
        variable_values=request.get("variables"),
        operation_name=request.get("operationName"),
    )
    return orjson.dumps(result.formatted)


class Upstream(asyncio.Protocol):
    """One connection of a gateway."""

    def __init__(self, schema: GraphQLSchema, remembered: dict[bytes, bytes]) -> None:
        self.schema = schema
        self.remembered = remembered
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""
        self.url = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Begin a request."""
        self.url = url
        self.body = b""

    def on_body(self, body: bytes) -> None:
        """Gather the body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Answer the request."""
        global served
        if self.url == b"/count":
            payload = str(served).encode()
        else:
            served += 1
            found = self.remembered.get(self.body)
            if found is None:
                found = self.remembered[self.body] = answer(self.schema, self.body)
            payload = found
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (len(payload), payload)
        )


async def main() -> None:
    """Serve until ended."""
    loop = asyncio.get_running_loop()
    servers = []
    for name, port in PORTS.items():
        schema, remembered = subgraph_schema(name), dict[bytes, bytes]()
        servers.append(
            await loop.create_server(
                lambda schema=schema, remembered=remembered: Upstream(schema, remembered),
                "127.0.0.1",
                port,
            )
        )
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    uvloop.run(main())
