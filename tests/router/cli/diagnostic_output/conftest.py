"""Diagnostics that show what each form must cope with."""

import pytest

from router.composition import Diagnostic, Location


@pytest.fixture
def shared() -> Diagnostic:
    """A field in a file, in a generated schema, and missing in a third."""
    return Diagnostic(
        code="INVALID_FIELD_SHARING",
        message="Book.title is resolved by catalog and stock, 100% alike.",
        coordinate="Book.title",
        locations=(
            Location("catalog", 9, 3, 8, "schema/catalog, old.graphql", "  title: String"),
            Location("stock", 4, 3, 8, None, "  title: String", ("shop/stock/types.py", 31)),
            Location("films", file="films.graphql"),
        ),
        suggestion="Mark it @shareable in both.",
    )


@pytest.fixture
def unreachable() -> Diagnostic:
    """A message of several lines, and no place."""
    return Diagnostic(
        code="SATISFIABILITY_ERROR", message="This cannot be answered:\n{\n  book { stars }\n}"
    )


@pytest.fixture
def hint() -> Diagnostic:
    """A hint in a file."""
    return Diagnostic(
        code="UNUSED_ENUM_TYPE",
        message="Nothing uses Genre.",
        severity="debug",
        coordinate="Genre",
        locations=(Location("catalog", 1, 6, 11, "catalog.graphql", "enum Genre { NOVEL }"),),
    )
