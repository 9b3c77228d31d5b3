"""A type as a field or an argument names it: `[Patient!]!`, taken apart once and shared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class TypeReference:
    """A reference to a type, with its wrappers (GraphQL specification, "Type References").

    `text` is the reference as SDL writes it, `name` the named type inside, `is_non_null` whether
    null is refused here, and `item` the reference of a list's items, or None where it is no list.
    """

    text: str
    name: str
    is_non_null: bool
    item: TypeReference | None

    @property
    def nullable(self) -> TypeReference:
        """The same reference without its outermost `!`."""
        return type_reference(self.text[:-1]) if self.is_non_null else self

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=65536)
def type_reference(text: str) -> TypeReference:
    """Take apart a reference such as `[Patient!]!`, which must be well formed, without spaces."""
    is_non_null = text.endswith("!")
    bare = text[:-1] if is_non_null else text
    item = type_reference(bare[1:-1]) if bare.startswith("[") else None
    return TypeReference(text, item.name if item else bare, is_non_null, item)
