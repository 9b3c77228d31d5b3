"""The source line of a location, with what it means underlined."""

import pytest

from router.cli.diagnostic_output.excerpt import excerpt, printable
from router.composition import Location


def marked(line: str, word: str) -> tuple[str, str]:
    """Underline a word, and read back what stands above the carets."""
    start = line.index(word)
    location = Location(
        "stock",
        line=1,
        column=start + 1,
        end_column=start + len(word) + 1,
        source_line=line,
    )
    found = excerpt(location)
    assert found is not None
    return found


@pytest.mark.parametrize("line", ["  title: String", "\ttitle: String", "a: Int, title: String"])
def test_the_carets_stand_below_the_word(line: str) -> None:
    shown, underline = marked(line, "title")

    assert shown[underline.index("^") : len(underline)] == "title"


def test_wide_characters_before_the_word_push_the_carets_along() -> None:
    _, underline = marked('"図書" title: String', "title")

    assert underline == " " * 7 + "^" * 5


def test_a_line_without_end_is_cut_around_the_word() -> None:
    shown, underline = marked("a: Int, " * 10_000 + "title: String" + ", b: Int" * 10_000, "title")

    assert len(shown) < 100
    assert shown[underline.index("^") : len(underline)] == "title"
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_without_an_end_the_rest_of_the_line_is_underlined() -> None:
    assert excerpt(Location("stock", line=1, column=3, source_line="  title: String")) == (
        "  title: String",
        "  ^^^^^^^^^^^^^",
    )


def test_the_end_of_the_text_gets_one_caret() -> None:
    assert excerpt(Location("stock", line=1, column=7, end_column=7, source_line="type A")) == (
        "type A",
        "      ^",
    )


@pytest.mark.parametrize("location", [Location("stock"), Location("stock", line=1, column=1)])
def test_what_is_missing_has_no_excerpt(location: Location) -> None:
    assert excerpt(location) is None


def test_what_would_steer_a_terminal_is_replaced() -> None:
    assert printable("a\x1b[31mred\x07 \t€\n") == "a�[31mred�  €\n"
