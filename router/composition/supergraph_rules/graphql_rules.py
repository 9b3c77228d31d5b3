"""The merged schema as a whole must be valid GraphQL, and so must what clients see of it."""

from __future__ import annotations

from graphql import validate_schema

from router.composition.diagnostics import Findings
from router.composition.merge.merge import MergedGraph
from router.supergraph.api_schema import build_api_schema


def check_graphql(merged: MergedGraph, findings: Findings) -> None:
    """Report what makes the API schema invalid although each subgraph is valid."""
    try:
        schema = build_api_schema(merged.draft)
    except TypeError as error:
        findings.error("INVALID_GRAPHQL", f"The merged schema is not valid: {error}")
        return
    for mistake in validate_schema(schema):
        findings.error("INVALID_GRAPHQL", f"The merged schema is not valid: {mistake.message}")
