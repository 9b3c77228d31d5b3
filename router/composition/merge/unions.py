"""Union types: every member of every subgraph, and who has which."""

from __future__ import annotations

from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.descriptions import merge_description
from router.composition.merge.merging import Merging, names_text
from router.supergraph.model import JoinType, JoinUnionMember, UnionType


def merge_union(merging: Merging, applied: AppliedDirectives, name: str) -> UnionType:
    """Merge a union."""
    same = merging.definitions[name]
    members = tuple(dict.fromkeys(member for definition in same for member in definition.members))
    joins = []
    for member in members:
        having = [definition for definition in same if member in definition.members]
        joins += [JoinUnionMember(merging.graph(definition), member) for definition in having]
        if len(having) < len(same):
            lacking = [definition for definition in same if member not in definition.members]
            merging.findings.hint(
                "INCONSISTENT_UNION_MEMBER",
                f"{member} is a member of {name} in some subgraphs, and not in"
                f" {names_text(d.subgraph for d in lacking)}.",
                [definition.place() for definition in same],
                coordinate=name,
            )
    return UnionType(
        name=name,
        members=members,
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=tuple(JoinType(merging.graph(definition)) for definition in same),
        member_joins=tuple(joins),
    )
