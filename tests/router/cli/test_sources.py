"""Subgraphs are read from files, running services and Python objects; what fails says why."""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import click
import pytest

from router.cli.sources import (
    Place,
    Unusable,
    argument_place,
    configured_places,
    read_places,
    read_sdl,
)

SDL = "type Query { title: String }\n"
PYTHON = """
import strawberry
from strawberry.federation import Schema


@strawberry.federation.type(keys=["id"])
class Book:
    id: strawberry.ID
    title: str


@strawberry.type
class Query:
    book: Book


schema = Schema(query=Query)
sdl = "type Query { books: [String] }"
number = 42
"""


class Service(BaseHTTPRequestHandler):
    """Answers `_service { sdl }` at /graphql, and something else at /other."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert asked == {"query": "{ _service { sdl } }"}
        data = {"_service": {"sdl": SDL}} if self.path == "/graphql" else None
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module in the current directory, which is not on the path of an installed program."""
    name = f"books_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(PYTHON, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return name


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.graphql"
    path.write_text(SDL, encoding="utf-8")
    return path


def configuration(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "supergraph.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("argument", "place"),
    [
        ("a/catalog.graphql", Place("catalog", "http://catalog/graphql", "a/catalog.graphql")),
        ("stock=a/b.graphql", Place("stock", "http://stock/graphql", "a/b.graphql")),
        ("stock=http://h:1/graphql", Place("stock", "http://h:1/graphql", "http://h:1/graphql")),
        ("stock=shop.stock:schema", Place("stock", "http://stock/graphql", "shop.stock:schema")),
        ("a/b=c.graphql", Place("b=c", "http://b=c/graphql", "a/b=c.graphql")),
    ],
)
def test_an_argument_says_where_a_subgraph_is_and_its_name(argument: str, place: Place) -> None:
    assert argument_place(argument) == place


@pytest.mark.parametrize("location", ["http://h:1/graphql", "shop.stock:schema"])
def test_a_service_and_an_object_need_a_name(location: str) -> None:
    with pytest.raises(click.UsageError, match=f"NAME={location}"):
        argument_place(location)


def test_a_file_is_read_and_remembered_for_messages(catalog: Path) -> None:
    (source,) = read_places([Place("catalog", "http://catalog", str(catalog))])

    assert (source.name, source.url, source.sdl) == ("catalog", "http://catalog", SDL)
    assert source.file == str(catalog)
    assert source.source_map == {}


def test_a_running_service_is_asked_for_its_sdl(service: str) -> None:
    url = f"{service}/graphql"
    (source,) = read_places([argument_place(f"catalog={url}")])

    assert (source.url, source.sdl, source.file) == (url, SDL, None)


def test_a_schema_in_python_comes_with_the_places_that_define_it(module: str) -> None:
    (source,) = read_places([argument_place(f"books={module}:schema")])

    assert 'type Book @key(fields: "id")' in source.sdl
    assert source.file is None
    assert source.source_map["Book.title"] == (f"{module}.py", 9)


def test_an_object_may_be_the_text_itself(module: str) -> None:
    assert read_sdl(f"{module}:sdl") == "type Query { books: [String] }"


def test_a_configuration_names_every_subgraph(tmp_path: Path) -> None:
    path = configuration(
        tmp_path,
        """
        subgraphs:
          catalog:
            routing_url: http://catalog:1/graphql
            schema: { file: schemas/catalog.graphql }
          stock:
            schema: { subgraph_url: "http://stock:2/graphql" }
          reviews:
            schema: { import: "shop.reviews:schema" }
        """,
    )

    file = str(tmp_path / "schemas/catalog.graphql")
    assert configured_places(path) == [
        Place("catalog", "http://catalog:1/graphql", file),
        Place("stock", "http://stock:2/graphql", "http://stock:2/graphql"),
        Place("reviews", "", "shop.reviews:schema"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("subgraphs: [", "could not be read"),
        ("- catalog", "must have a mapping `subgraphs`"),
        ("subgraphs: {}", "must have a mapping `subgraphs`"),
        ("subgraphs: { a: a.graphql }", "'a' needs a `schema`"),
        ("subgraphs: { a: { schema: {} } }", "'a' needs a `schema`"),
        ("subgraphs: { a: { schema: { ftp: x } } }", "comes from 'ftp'"),
    ],
)
def test_a_wrong_configuration_says_what_is_missing(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason) as raised:
        configured_places(configuration(tmp_path, text))

    assert raised.value.exit_code == 2


def test_a_configuration_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="could not be read"):
        configured_places(tmp_path / "none.yaml")


def test_everything_that_cannot_be_read_is_said_at_once(tmp_path: Path, catalog: Path) -> None:
    (tmp_path / "latin.graphql").write_bytes(b"# pre\xe7o\n")
    locations = [str(tmp_path / "none.graphql"), str(catalog), str(tmp_path / "latin.graphql")]

    with pytest.raises(Unusable) as raised:
        read_places([Place("x", "", location) for location in locations])

    none, latin = raised.value.message.splitlines()
    assert "none.graphql could not be read" in none
    assert "latin.graphql is not UTF-8 text" in latin


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("{service}/other", "did not answer { _service { sdl } } with an SDL"),
        ("http://127.0.0.1:1/graphql", "did not answer"),
        ("http://[/graphql", "did not answer"),
    ],
)
def test_a_service_that_gives_no_sdl_says_so(service: str, location: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        read_sdl(location.replace("{service}", service))


def test_an_object_that_is_no_schema_says_what_it_is(module: str) -> None:
    with pytest.raises(Unusable, match="is a int; a Strawberry schema"):
        read_sdl(f"{module}:number")


def test_a_module_that_cannot_be_imported_says_why(module: str) -> None:
    Path(f"{module}_broken.py").write_text("1 / 0", encoding="utf-8")

    with pytest.raises(Unusable, match="ZeroDivisionError"):
        read_sdl(f"{module}_broken:schema")
    with pytest.raises(Unusable, match="ModuleNotFoundError"):
        read_sdl(f"{module}_none:schema")
    with pytest.raises(Unusable, match="AttributeError"):
        read_sdl(f"{module}:none")


def test_a_plain_graphql_schema_has_no_sdl_to_give(module: str) -> None:
    text = "from graphql import build_schema\nschema = build_schema('type Query { a: Int }')"
    Path(f"{module}_plain.py").write_text(text, encoding="utf-8")

    with pytest.raises(Unusable, match="is it a federation schema"):
        read_sdl(f"{module}_plain:schema")
