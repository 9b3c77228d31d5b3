"""Draw a query graph in the DOT language (graphviz)."""

from __future__ import annotations

from collections.abc import Iterator

from router.query_graph.field_set import field_set_text
from router.query_graph.model import QueryGraph, SubgraphField, SubgraphType


def to_dot(graph: QueryGraph) -> str:
    """Write each subgraph as a cluster, fields as solid edges and keys as dashed ones."""
    lines = ["digraph {", "  rankdir=LR; node [shape=box];"]
    for graph_id, types in graph.types.items():
        lines.append(f'  subgraph "cluster_{graph_id}" {{ label="{graph.subgraph(graph_id).name}";')
        lines += [f'    "{graph_id}.{name}" [label="{name}"];' for name in types]
        lines.append("  }")
    for types in graph.types.values():
        for view in types.values():
            lines += _field_edges(graph, view)
    for views in graph.views.values():
        lines += _key_edges(views)
    return "\n".join([*dict.fromkeys(lines), "}"]) + "\n"


def _field_edges(graph: QueryGraph, view: SubgraphType) -> Iterator[str]:
    for definition in view.fields.values():
        if definition.type.name in graph.types[view.graph]:
            target = f"{view.graph}.{definition.type.name}"
            label = _label(definition)
            yield f'  "{view.graph}.{view.name}" -> "{target}" [label="{label}"];'


def _label(definition: SubgraphField) -> str:
    label = definition.name
    if definition.is_external:
        label += " @external"
    if definition.requires:
        label += f" @requires({field_set_text(definition.requires)})"
    return label.replace('"', '\\"')


def _key_edges(views: tuple[SubgraphType, ...]) -> Iterator[str]:
    for target in views:
        for key in target.keys:
            if not key.resolvable:
                continue
            label = field_set_text(key.fields).replace('"', '\\"')
            for source in views:
                if source is not target:
                    yield (
                        f'  "{source.graph}.{source.name}" -> "{target.graph}.{target.name}" '
                        f'[label="{label}", style=dashed];'
                    )
