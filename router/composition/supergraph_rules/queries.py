"""A graph without queries cannot be asked anything."""

from __future__ import annotations

from router.composition.diagnostics import Findings
from router.composition.merge.merge import MergedGraph


def check_queries(merged: MergedGraph, findings: Findings) -> None:
    """Some subgraph must have a query (GraphQL specification, "Root Operation Types")."""
    if "Query" not in merged.draft.types:
        findings.error(
            "NO_QUERIES",
            "No subgraph has a query, and a graph needs at least one.",
            suggestion="Add a type Query with a field to one of the subgraphs.",
        )
