"""`sgm` itself: a group of commands, each imported only when it is asked for.

A package adds a command with an entry point of the group `sgm.commands` that names a click command.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points, version
from typing import Any

import click

PLUGIN_GROUP = "sgm.commands"


class Program(click.Group):
    """The commands by import strings (`package.module:command`), our own and those of plug-ins."""

    def __init__(self, own: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._own = own
        self.params.append(_version_option())

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted({*self._own, *_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; one that cannot be imported says why."""
        location = self._own.get(cmd_name) or _plugins().get(cmd_name)
        if location is None:
            return None
        module, _, attribute = location.partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except ImportError as error:
            raise click.ClickException(
                f"{location}, which offers {cmd_name!r}, could not be imported: {error}"
            ) from error
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{location}, which offers {cmd_name!r}, is no command.")
        return command


def _plugins() -> dict[str, str]:
    return {entry.name: entry.value for entry in entry_points(group=PLUGIN_GROUP)}


def _version_option() -> click.Option:
    def show(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(f"sgm {version('sgm')}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help="Show the version and exit.",
    )
