"""One subgraph in steps, from how tutorials write it to how the kit does: same types, same rows."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import strawberry
from fastapi import FastAPI
from sqlalchemy import Column, Float, Integer, MetaData, Row, String, Table, event, insert, select
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.roles import INTERNAL
from subgraphs.kit.clock import SystemClock
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database
from subgraphs.kit.endpoint import GraphQLEndpoint
from subgraphs.kit.graphql import build_schema

ROWS = 1000
CACHED_OPERATIONS = 1000
ROUTER = Actor("router", frozenset({INTERNAL}))
"""Who asks: the kit answers `_entities` to the router alone."""

metadata = MetaData()
books = Table(
    "books",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String),
    Column("author", String),
    Column("pages", Integer),
    Column("weight", Float),
    Column("shelf", String),
)


class LibraryContext(Context):
    """A request's context, in all variants."""

    @cached_property
    def loaders(self) -> DataLoader[str, Row[Any] | None]:
        """Books by their ids, all that are asked for at once in one statement."""
        return DataLoader(load_fn=self._load)

    async def _load(self, ids: list[str]) -> Sequence[Row[Any] | None]:
        async with self.database.read() as session:
            rows = await session.execute(select(books).where(books.c.id.in_(ids)))
        found = {row.id: row for row in rows}
        return [found.get(id) for id in ids]

    async def one(self, id: str) -> Row[Any] | None:
        """A book by a statement of its own."""
        async with self.database.read() as session:
            return (await session.execute(select(books).where(books.c.id == id))).one_or_none()


Find = Callable[[LibraryContext, str], Any]


def types(find: Find) -> tuple[type, type]:
    """The types `Query` and `Book`; `find` is how an entity is read."""

    @strawberry.federation.type(keys=["id"])
    class Book:
        id: strawberry.ID
        title: str
        author: str
        pages: int
        weight: float
        shelf: str

        @classmethod
        async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Any:
            row = await find(_context(info), id)
            return None if row is None else cls(**row._mapping)

    @strawberry.type
    class Query:
        @strawberry.field
        async def books(self, info: Info, first: int) -> list[Book]:
            async with _context(info).database.read() as session:
                rows = await session.execute(select(books).order_by(books.c.id).limit(first))
            return [Book(**row._mapping) for row in rows]

    return Query, Book


def _context(info: Info) -> LibraryContext:
    context: Any = info.context
    found: LibraryContext = context["library"] if isinstance(context, dict) else context
    return found


def plain(database: Database, find: Find, extensions: Sequence[Any] = ()) -> FastAPI:
    """The subgraph on Strawberry's own router."""
    query, book = types(find)
    schema = strawberry.federation.Schema(
        query=query, types=[book], federation_version="2.7", extensions=list(extensions)
    )

    async def context() -> dict[str, Any]:
        return {"library": _library(database)}

    app = FastAPI()
    app.include_router(GraphQLRouter(schema, context_getter=context), prefix="/graphql")
    return app


def on_the_kit(database: Database, find: Find) -> Starlette:
    """The subgraph on the kit."""
    query, book = types(find)
    schema = build_schema(query=query, types=[book])

    async def context(_request: Any, _request_id: str) -> LibraryContext:
        return _library(database)

    endpoint = GraphQLEndpoint(schema, context, 1_000_000)
    return Starlette(routes=[Route("/graphql", endpoint, methods=["POST"])])


def _library(database: Database) -> LibraryContext:
    return LibraryContext(database, SystemClock(), "", "", ROUTER)


def variants(database: Database) -> dict[str, Any]:
    """Each variant's app, by what it adds to the one before."""

    def batched(context: LibraryContext, id: str) -> Any:
        return context.loaders.load(id)

    caches = [
        lambda: ParserCache(maxsize=CACHED_OPERATIONS),
        lambda: ValidationCache(maxsize=CACHED_OPERATIONS),
    ]
    return {
        "Strawberry's router on FastAPI": plain(database, LibraryContext.one),
        "+ DataLoader": plain(database, batched),
        "+ caches of parsing and validation": plain(database, batched, caches),
        "the kit: + its endpoint, orjson": on_the_kit(database, batched),
    }


@asynccontextmanager
async def library(folder: Path) -> AsyncIterator[tuple[Database, list[int]]]:
    """A database with the rows, and a counter of its statements in a list of one."""
    database = Database(f"sqlite:///{folder / 'library.db'}")
    statements = [0]

    def count(*_: Any) -> None:
        statements[0] += 1

    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    async with database.transaction() as session:
        rows = [
            {"id": f"{n:04}", "title": f"Book {n}", "author": "Machado", "pages": n, "weight": 0.5}
            | {"shelf": f"S{n % 40}"}
            for n in range(ROWS)
        ]
        await session.execute(insert(books), rows)
    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    try:
        yield database, statements
    finally:
        await database.dispose()
