"""Diagnostics as annotations that GitHub shows on the changed lines."""

from router.cli.diagnostic_output.github_annotations import render
from router.composition import Diagnostic, Location


def test_the_annotation_is_on_the_python_line_and_names_the_other_places(
    shared: Diagnostic,
) -> None:
    assert render([shared]) == (
        "::error file=shop/stock/types.py,line=31,title=INVALID_FIELD_SHARING::"
        "Book.title is resolved by catalog and stock, 100%25 alike."
        "%0Acatalog: schema/catalog, old.graphql:9:3"
        "%0Astock: SDL:4:3 (shop/stock/types.py:31)"
        "%0Afilms: missing here"
        "%0AMark it @shareable in both.\n"
    )


def test_without_python_it_is_on_the_line_of_the_sdl_with_its_name_escaped() -> None:
    location = Location("catalog", 9, 3, 8, "a:b, 5%.graphql", "  title: String")

    assert render([Diagnostic("NO_QUERIES", "None.", locations=(location,))]) == (
        "::error file=a%3Ab%2C 5%25.graphql,line=9,col=3,endColumn=8,title=NO_QUERIES::"
        "None.%0Acatalog: a:b, 5%25.graphql:9:3\n"
    )


def test_a_line_is_preferred_to_a_file_in_which_something_is_missing() -> None:
    places = (Location("films", file="films.graphql"), Location("books", 2, 1, 4, "books.graphql"))

    both = render([Diagnostic("TYPE_KIND_MISMATCH", "Two kinds.", locations=places)])
    missing = render([Diagnostic("TYPE_KIND_MISMATCH", "Two kinds.", locations=places[:1])])

    assert both.startswith("::error file=books.graphql,line=2,col=1,endColumn=4,title=")
    assert missing.startswith("::error file=films.graphql,title=")


def test_an_annotation_is_one_line_also_without_a_place(unreachable: Diagnostic) -> None:
    assert render([unreachable]) == (
        "::error title=SATISFIABILITY_ERROR::This cannot be answered:%0A{%0A  book { stars }%0A}\n"
    )


def test_a_hint_does_not_look_like_an_error(hint: Diagnostic) -> None:
    assert render([hint]).startswith("::notice file=catalog.graphql,line=1,")
