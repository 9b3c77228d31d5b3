"""Scalar types."""

from __future__ import annotations

from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.descriptions import merge_description
from router.composition.merge.merging import Merging
from router.supergraph.model import JoinType, ScalarType


def merge_scalar(merging: Merging, applied: AppliedDirectives, name: str) -> ScalarType:
    """Merge a scalar."""
    same = merging.definitions[name]
    return ScalarType(
        name=name,
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=tuple(JoinType(merging.graph(definition)) for definition in same),
    )
