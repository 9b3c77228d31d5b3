"""The codes of composition, one page each: what it means, an example, and how to mend it."""

from router.composition.codes.catalogue import codes, page
from router.composition.codes.code_page import Example, Page

__all__ = ["Example", "Page", "codes", "page"]
