"""Finds the page of a code beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from router.composition.codes.code_page import Page, read_page

PAGES = files(__package__)
SUFFIX = ".md"


@cache
def codes() -> tuple[str, ...]:
    """Name every code that has a page, in alphabetical order."""
    names = (entry.name for entry in PAGES.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


@cache
def page(code: str) -> Page:
    """Read the page of a code. Raises KeyError where there is none."""
    if code not in codes():
        raise KeyError(code)
    return read_page((PAGES / f"{code}{SUFFIX}").read_text(encoding="utf-8"))
