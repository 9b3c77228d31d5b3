"""`sgm explain-code` explains what composition says, also to someone who mistypes a code."""

import pytest
from click.testing import CliRunner, Result

from router.cli.explain_code import explain_code
from router.composition.codes import codes


def run(*arguments: str) -> Result:
    return CliRunner().invoke(explain_code, arguments)


def test_a_code_is_explained_with_an_example_and_its_remedy() -> None:
    result = run("INVALID_FIELD_SHARING")

    assert result.exit_code == 0
    assert result.output.startswith("# INVALID_FIELD_SHARING\n\nError.\n")
    assert "## Example" in result.output
    assert "## Remedy" in result.output


@pytest.mark.parametrize("spelling", ["invalid_field_sharing", "invalid-field-sharing"])
def test_case_and_dashes_do_not_matter(spelling: str) -> None:
    assert run(spelling).output == run("INVALID_FIELD_SHARING").output


def test_a_mistyped_code_names_the_nearest() -> None:
    result = run("KEY_INVALID_FEILDS")

    assert result.exit_code == 2
    assert "Did you mean KEY_INVALID_FIELDS" in result.output


def test_a_code_unlike_any_other_points_to_the_list() -> None:
    result = run("E0308")

    assert result.exit_code == 2
    assert "--list" in result.output


def test_no_code_at_all_is_a_mistake_in_usage() -> None:
    assert run().exit_code == 2


def test_the_list_has_a_line_for_each_code_with_severity_and_meaning() -> None:
    result = run("--list")

    lines = [line.split("\t") for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert tuple(code for code, _, _ in lines) == codes()
    assert all(severity and meaning.endswith(".") for _, severity, meaning in lines)


def test_a_terminal_gets_the_page_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    page, listing = run("NO_QUERIES").output, run("--list").output

    assert "NO_QUERIES" in page
    assert "```" not in page
    assert "\x1b[" in page
    assert "SATISFIABILITY_ERROR" in listing
    assert "\t" not in listing
