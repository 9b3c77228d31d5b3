"""`sgm` itself: the group of commands, and those that other packages add.

A package adds a command with an entry point of the group `sgm.commands` that names a click command.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points, version

import click

from router.cli.compose import compose
from router.cli.explain import explain
from router.cli.explain_code import explain_code
from router.cli.inspect import inspect
from router.cli.introspect import introspect
from router.cli.plan import plan

PLUGIN_GROUP = "sgm.commands"


class Program(click.Group):
    """A group whose plug-in commands are imported only when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, our own and those of plug-ins."""
        return sorted({*super().list_commands(ctx), *_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by its name; a plug-in that cannot be imported says why."""
        own = super().get_command(ctx, cmd_name)
        entry = _plugins().get(cmd_name)
        if own or entry is None:
            return own
        try:
            command = entry.load()
        except ImportError as error:
            raise click.ClickException(
                f"{entry.value}, which offers {cmd_name!r}, could not be imported: {error}"
            ) from error
        assert isinstance(command, click.Command), f"{entry.value} is not a click command"
        return command


def _plugins() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=PLUGIN_GROUP)}


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("sgm"), prog_name="sgm")
def program() -> None:
    """Compose, plan and serve federated GraphQL graphs."""


for command in (compose, explain, explain_code, inspect, introspect, plan):
    program.add_command(command)
