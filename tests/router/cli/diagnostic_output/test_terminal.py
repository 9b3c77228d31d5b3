"""Diagnostics as a person reads them."""

import io

from rich.console import Console

from router.cli.diagnostic_output.terminal import show
from router.composition import Diagnostic, Location


def shown(*diagnostics: Diagnostic, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), highlight=False, force_terminal=colour)
    show(diagnostics, console)
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def test_a_diagnostic_leads_from_the_cause_by_every_place_to_the_fix(shared: Diagnostic) -> None:
    assert shown(shared) == (
        "error INVALID_FIELD_SHARING  Book.title\n"
        "  Book.title is resolved by catalog and stock, 100% alike.\n"
        "  → catalog  schema/catalog, old.graphql:9:3\n"
        "     9 │   title: String\n"
        "       │   ^^^^^\n"
        "  → stock  shop/stock/types.py:31 (line 4 of its SDL)\n"
        "     4 │   title: String\n"
        "       │   ^^^^^\n"
        "  → films  films.graphql: missing here\n"
        "  fix: Mark it @shareable in both.\n"
        "\n"
    )


def test_a_message_of_several_lines_keeps_them(unreachable: Diagnostic) -> None:
    assert shown(unreachable) == (
        "error SATISFIABILITY_ERROR\n  This cannot be answered:\n  {\n    book { stars }\n  }\n\n"
    )


def test_a_subgraph_without_a_file_can_lack_something_too() -> None:
    missing = Diagnostic("NO_QUERIES", "No query.", locations=(Location("catalog"),))

    assert "  → catalog  missing here\n" in shown(missing)


def test_there_is_colour_only_where_the_console_has_it(
    shared: Diagnostic, hint: Diagnostic
) -> None:
    assert "\x1b[" not in shown(shared, hint)
    assert "\x1b[1;31merror INVALID_FIELD_SHARING" in shown(shared, colour=True)
    assert "\x1b[1;34mdebug UNUSED_ENUM_TYPE" in shown(hint, colour=True)


def test_a_schema_cannot_steer_the_terminal() -> None:
    location = Location("x", 1, 1, 2, "x.graphql", "\x1b]0;title\x07[bold]type A")
    text = shown(Diagnostic("INVALID_GRAPHQL", "Unexpected \x1b[2J.", locations=(location,)))

    assert "\x1b" not in text
    assert "[bold]type A" in text
