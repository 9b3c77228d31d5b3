"""`sgm introspect`: the SDL of one subgraph."""

from __future__ import annotations

from pathlib import Path

import click

from router.cli.sources import read_sdl


@click.command()
@click.argument("location")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file.")
def introspect(location: str, output: Path | None) -> None:
    """Print the SDL of a subgraph.

    LOCATION is the URL of a running service, an import string such as
    `package.module:schema`, or a file.
    """
    sdl = read_sdl(location).rstrip() + "\n"
    if output:
        output.write_text(sdl, encoding="utf-8")
    else:
        click.echo(sdl, nl=False)
