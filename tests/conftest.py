"""What all tests share: the option that rewrites golden pages."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Rewrite the golden pages from what the code answers now.",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden pages are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
