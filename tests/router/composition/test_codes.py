"""What the pages of the codes say is true: the example gives the code, the remedy takes it away."""

from collections.abc import Mapping

import pytest

from router.composition import CompositionResult, SubgraphSource, compose
from router.composition.codes import Example, codes, page

EXAMPLES = [
    pytest.param(code, severity, example, id=f"{code}-{severity}")
    for code in codes()
    for severity, example in zip(page(code).severities, page(code).examples, strict=False)
]


def composed(subgraphs: Mapping[str, str]) -> CompositionResult:
    return compose(
        SubgraphSource(name=name, url=f"http://{name}", sdl=sdl) for name, sdl in subgraphs.items()
    )


@pytest.mark.parametrize(("code", "severity", "example"), EXAMPLES)
def test_the_example_gives_exactly_its_code(code: str, severity: str, example: Example) -> None:
    result = composed(example.subgraphs)

    if severity == "error":
        assert {error.code for error in result.errors} == {code}
        assert result.supergraph_sdl is None
    else:
        assert result.errors == ()
        assert {(hint.code, hint.severity) for hint in result.hints} == {(code, severity)}


@pytest.mark.parametrize(("code", "severity", "example"), EXAMPLES)
def test_the_remedy_composes(code: str, severity: str, example: Example) -> None:
    result = composed(example.mended)

    assert result.errors == ()
    assert result.supergraph_sdl
    assert severity == "error" or result.hints == ()


@pytest.mark.parametrize(("code", "severity", "example"), EXAMPLES)
def test_the_order_of_the_subgraphs_changes_nothing(
    code: str, severity: str, example: Example
) -> None:
    forwards = composed(example.subgraphs)
    backwards = composed(dict(reversed(example.subgraphs.items())))

    assert {error.code for error in backwards.errors} == {error.code for error in forwards.errors}
    assert {hint.code for hint in backwards.hints} == {hint.code for hint in forwards.hints}
