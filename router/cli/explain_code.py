"""`sgm explain-code`: what a code of composition means, an example of it, and its remedy."""

from __future__ import annotations

from difflib import get_close_matches

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from router.composition.codes import codes, page

PAGE_WIDTH = 100


@click.command("explain-code")
@click.argument("code", required=False)
@click.option("--list", "listed", is_flag=True, help="List every code with its meaning.")
def explain_code(code: str | None, listed: bool) -> None:
    """Explain a CODE that `sgm compose` gives, with an example and its remedy."""
    if listed:
        _list()
    elif code is None:
        raise click.UsageError("Name a code, or ask for all with --list.")
    else:
        _explain(_known(code))


def _known(asked: str) -> str:
    """Find the code that is meant; case and the kind of dash do not matter."""
    code = asked.strip().upper().replace("-", "_")
    if code in codes():
        return code
    near = get_close_matches(code, codes(), n=3)
    hint = f"Did you mean {', or '.join(near)}?" if near else "See --list for those there are."
    raise click.UsageError(f"There is no code {asked!r}. {hint}")


def _explain(code: str) -> None:
    console = _console()
    if console.is_terminal:
        # The highlighter that rich brings marks every directive of GraphQL as a mistake.
        plain = page(code).markdown.replace("```graphql", "```text")
        console.print(Markdown(plain, code_theme="ansi_dark"))
    else:
        click.echo(page(code).markdown, nl=False)


def _list() -> None:
    console = _console()
    if not console.is_terminal:
        for code in codes():
            click.echo(f"{code}\t{'/'.join(page(code).severities)}\t{page(code).summary}")
        return
    table = Table("code", "severity", "meaning")
    for code in codes():
        table.add_row(code, "/".join(page(code).severities), page(code).summary)
    console.print(table, markup=False)


def _console() -> Console:
    console = Console(highlight=False)
    console.width = min(console.width, PAGE_WIDTH) if console.is_terminal else console.width
    return console
