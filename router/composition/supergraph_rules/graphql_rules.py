"""The merged schema as a whole must be valid GraphQL, and so must what clients see of it."""

from __future__ import annotations

from graphql import GraphQLError, build_schema, validate_schema

from router.composition.diagnostics import Findings
from router.composition.merge.merge import MergedGraph
from router.supergraph.api_schema import render_api_schema


def check_graphql(merged: MergedGraph, findings: Findings) -> None:
    """Report what makes the API schema invalid although each subgraph is valid."""
    try:
        schema = build_schema(render_api_schema(merged.draft), no_location=True)
        mistakes = [error.message for error in validate_schema(schema)]
    except (TypeError, GraphQLError) as error:
        mistakes = str(error).split("\n\n")
    for mistake in mistakes:
        findings.error("INVALID_GRAPHQL", f"The merged schema is not valid: {mistake}")
