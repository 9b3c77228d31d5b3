"""Who can answer which field, and how to hop: model, build, walk, dot."""

from router.query_graph.build import build_query_graph
from router.query_graph.model import QueryGraph

__all__ = ["QueryGraph", "build_query_graph"]
