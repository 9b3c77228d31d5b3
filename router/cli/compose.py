"""`sgm compose`: subgraphs → the supergraph, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

import click
from rich.console import Console

from router.cli.atomic_write import write_files
from router.cli.diagnostic_output import github_annotations, json_report, sarif, terminal
from router.cli.sources import (
    Place,
    Unusable,
    argument_place,
    configured_places,
    read_places,
)
from router.composition import CompositionResult, Diagnostic, SubgraphSource
from router.composition import compose as compose_subgraphs

DEFAULT_CONFIGURATION = Path("schema/supergraph.yaml")


class Options(TypedDict):
    """What is to become of the result."""

    output: Path | None
    api_output: Path | None
    form: str
    with_hints: bool
    exclude_tags: tuple[str, ...]
    include_tags: tuple[str, ...]


@click.command()
@click.argument("sources", nargs=-1)
@click.option(
    "--config",
    "configuration",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Names the subgraphs. Without SOURCES: {DEFAULT_CONFIGURATION}.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the supergraph to this file.",
)
@click.option(
    "--api-output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the schema that clients see to this file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="The form of errors and hints.",
)
@click.option("--hints", "with_hints", is_flag=True, help="Show hints as well as errors.")
@click.option(
    "--exclude-tag",
    "exclude_tags",
    multiple=True,
    metavar="TAG",
    help="Hide from clients what has this tag; may be repeated.",
)
@click.option(
    "--include-tag",
    "include_tags",
    multiple=True,
    metavar="TAG",
    help="Show clients only what has this tag; may be repeated.",
)
def compose(
    sources: tuple[str, ...], configuration: Path | None, **options: Unpack[Options]
) -> None:
    """Compose subgraphs into a supergraph, or say every reason why not.

    A SOURCE is a file, NAME=FILE, NAME=URL of a running service, or
    NAME=package.module:schema. Beside --config it replaces the subgraph of its name, or adds one.

    As text, errors go to standard error and the supergraph, without --output, to standard output.
    In the other forms, the report goes to standard output, and the supergraph only to --output.

    Exit codes: 0 composed; 1 refused; 2 wrong usage, or something could not be read or written.
    """
    places = _places(sources, configuration)
    console = Console(stderr=True, highlight=False)
    with _progress(console, f"Reading {_count(len(places), 'subgraph')}"):
        subgraphs = read_places(places)
    with _progress(console, f"Composing {_count(len(places), 'subgraph')}"):
        result = compose_subgraphs(
            subgraphs,
            exclude_tags=options["exclude_tags"],
            include_tags=options["include_tags"],
        )
    if not result.errors:
        _write(result, options)
    _report(result, options, console, subgraphs)
    if result.errors:
        raise SystemExit(1)


def _places(sources: tuple[str, ...], configuration: Path | None) -> list[Place]:
    """Say where each subgraph is: from the configuration, the arguments, or both."""
    given = [argument_place(argument) for argument in sources]
    if configuration is None and given:
        return given
    if configuration is None and not DEFAULT_CONFIGURATION.exists():
        raise click.UsageError(
            f"Name the subgraphs, or a configuration with --config; there is no"
            f" {DEFAULT_CONFIGURATION} here."
        )
    configured = configured_places(configuration or DEFAULT_CONFIGURATION)
    replaced = {place.name for place in given}
    kept = [place for place in configured if place.name not in replaced]
    addresses = {place.name: place.url for place in configured}
    return [*kept, *(_at_its_address(place, addresses) for place in given)]


def _at_its_address(place: Place, addresses: Mapping[str, str]) -> Place:
    """A subgraph that another file replaces keeps its address; a running service brings its own."""
    if place.url == place.location:
        return place
    return replace(place, url=addresses.get(place.name, place.url))


@contextmanager
def _progress(console: Console, text: str) -> Iterator[None]:
    if not console.is_terminal:
        yield
        return
    with console.status(text):
        yield


def _write(result: CompositionResult, options: Options) -> None:
    """Write the files that were asked for; they stay as they were where nothing composed."""
    wanted = {options["output"]: result.supergraph_sdl, options["api_output"]: result.api_sdl}
    try:
        write_files({path: text for path, text in wanted.items() if path and text})
    except OSError as error:
        raise Unusable(f"{error.filename} could not be written: {error.strerror}.") from error


def _report(
    result: CompositionResult,
    options: Options,
    console: Console,
    subgraphs: list[SubgraphSource],
) -> None:
    hints = result.hints if options["with_hints"] else ()
    match options["form"]:
        case "json":
            click.echo(json_report.render(result.errors, hints, not result.errors), nl=False)
        case "github":
            click.echo(github_annotations.render((*result.errors, *hints)), nl=False)
        case "sarif":
            click.echo(sarif.render((*result.errors, *hints)), nl=False)
        case _:
            terminal.show((*hints, *result.errors), console)
            console.print(_summary(result, len(subgraphs), hints), soft_wrap=True, markup=False)
            if result.supergraph_sdl and not options["output"]:
                click.echo(result.supergraph_sdl, nl=False)


def _summary(result: CompositionResult, subgraphs: int, shown: tuple[Diagnostic, ...]) -> str:
    if result.errors:
        found = _count(len(result.errors), "error")
        return f"Refused: {found}. `sgm explain-code CODE` explains a code."
    hints = _count(len(result.hints), "hint")
    more = " (--hints shows them)" if result.hints and not shown else ""
    return f"Composed {_count(subgraphs, 'subgraph')}: {hints}{more}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
