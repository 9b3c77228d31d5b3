"""One type reference out of those that subgraphs give to an element."""

from __future__ import annotations

from collections.abc import Sequence

from router.composition.merge.merging import Merging
from router.supergraph.type_reference import TypeReference


def merge_output_type(merging: Merging, types: Sequence[TypeReference]) -> TypeReference | None:
    """Choose the type that holds whatever any subgraph returns; None where none of them does."""
    for wide in dict.fromkeys(types):
        if all(merging.is_subtype(narrow, wide) for narrow in types):
            return wide
    return None


def merge_input_type(merging: Merging, types: Sequence[TypeReference]) -> TypeReference | None:
    """Choose the type that every subgraph accepts; None where none of them is."""
    for narrow in dict.fromkeys(types):
        if all(merging.is_subtype(narrow, wide) for wide in types):
            return narrow
    return None
