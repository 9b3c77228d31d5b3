"""The pages of the codes are complete, of one form, and their examples change what they say."""

import re

import pytest
from graphql import parse

from router.composition.codes import codes, page
from router.composition.codes.code_page import read_page

NOT_FROM_COMPOSITION = {
    "DOWNSTREAM_SERVICE_ERROR",
    "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS",
    "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE",
    "INVALID_FEDERATION_SUPERGRAPH",
    "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
    "UNSUPPORTED_FEATURE",
    "UNSUPPORTED_LINKED_FEATURE",
}
"""Codes that no small set of subgraphs gives; their pages say where they come from."""


def test_there_is_a_page_for_every_code() -> None:
    errors = [code for code in codes() if "error" in page(code).severities]
    hints = [code for code in codes() if page(code).severities != ("error",)]

    assert len(errors) == 91
    assert len(hints) == 30


def test_a_code_without_a_page_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        page("NO_SUCH_CODE")


def test_a_page_whose_example_has_no_remedy_is_refused() -> None:
    with pytest.raises(ValueError, match="remedy"):
        read_page("# CODE\n\nError.\n\nA meaning.\n\n## Example\n\nWrong.\n")


@pytest.mark.parametrize("code", codes())
def test_a_page_says_what_is_wrong_and_how_to_mend_it(code: str) -> None:
    content = page(code)

    assert content.code == code
    assert content.severities
    assert content.summary.endswith(".")
    assert bool(content.examples) == (code not in NOT_FROM_COMPOSITION)
    for example in content.examples:
        assert example.what_is_wrong
        assert example.remedy
        assert example.subgraphs != example.mended
        for sdl in (*example.subgraphs.values(), *example.mended.values()):
            parse(sdl)


@pytest.mark.parametrize("code", codes())
def test_every_block_and_heading_of_a_page_was_read(code: str) -> None:
    content = page(code)
    blocks = content.markdown.count("```graphql")
    written = re.findall(r"^### ", content.markdown, re.MULTILINE)

    assert len(written) == blocks
    assert all(line.rstrip() == line for line in content.markdown.splitlines())
    assert max(map(len, content.markdown.splitlines())) <= 100
