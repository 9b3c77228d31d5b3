"""A plan as JSON, in the form of Apollo's plan nodes.

A request with several `_entities` fields is a `BatchFetch`, as other routers name it; each of its
entries lists the paths it enters at and what it requires there.
"""

from __future__ import annotations

from typing import Any

from router.query_plan.parts import (
    ConditionNode,
    Defer,
    DeferredPart,
    EntityEntry,
    Fetch,
    Parallel,
    PlanNode,
    Representation,
    RepresentationField,
    RepresentationSelection,
    Sequence,
    Subscription,
)
from router.query_plan.render import path_steps

Json = dict[str, Any]


def to_dict(node: PlanNode | None, *, budget_spent: bool = False) -> Json:
    """Write a plan as JSON-able data."""
    found: Json = {"kind": "QueryPlan"}
    if node is not None:
        found["node"] = _node(node)
    if budget_spent:
        found["budgetSpent"] = True
    return found


def _node(node: PlanNode) -> Json:
    match node:
        case Fetch():
            return _fetch(node)
        case Sequence() | Parallel():
            return {"kind": type(node).__name__, "nodes": [_node(child) for child in node.nodes]}
        case ConditionNode():
            return _condition(node)
        case Defer():
            primary = {"node": _node(node.primary)} if node.primary is not None else {}
            deferred = [_deferred(part) for part in node.deferred]
            return {"kind": "Defer", "primary": primary, "deferred": deferred}
        case Subscription():
            found: Json = {"kind": "Subscription", "primary": _node(node.primary)}
            if node.rest is not None:
                found["rest"] = _node(node.rest)
            return found


def _condition(node: ConditionNode) -> Json:
    found: Json = {"kind": "Condition", "condition": node.variable}
    if node.if_clause is not None:
        found["ifClause"] = _node(node.if_clause)
    if node.else_clause is not None:
        found["elseClause"] = _node(node.else_clause)
    return found


def _deferred(part: DeferredPart) -> Json:
    found: Json = {
        "depends": [{"id": str(number)} for number in part.depends_on],
        "label": part.label,
        "queryPath": list(part.path),
    }
    if part.node is not None:
        found["node"] = _node(part.node)
    return found


def _fetch(fetch: Fetch) -> Json:
    found: Json = {
        "kind": "Fetch",
        "id": fetch.id,
        "serviceName": fetch.service,
        "variableUsages": list(fetch.variable_usages),
        "operation": fetch.operation,
        "operationKind": fetch.kind,
        "operationName": fetch.operation_name,
        "dependsOn": list(fetch.depends_on),
    }
    if fetch.contexts:
        found["contexts"] = [
            {
                "variable": one.variable,
                "levelsUp": one.levels_up,
                "selections": [_represented(each) for each in one.selections],
            }
            for one in fetch.contexts
        ]
    if not fetch.entries:
        if fetch.positions == ((),):
            return found
        return {"kind": "Flatten", "path": path_steps(fetch.positions[0]), "node": found}
    if len(fetch.entries) == 1 and len(fetch.entries[0].positions) == 1:
        entry = fetch.entries[0]
        found["requires"] = _requires(entry)
        return {"kind": "Flatten", "path": path_steps(entry.positions[0]), "node": found}
    found["kind"] = "BatchFetch"
    found["entityBatch"] = {"aliases": [_batched(entry) for entry in fetch.entries]}
    return found


def _batched(entry: EntityEntry) -> Json:
    return {
        "alias": entry.response_name,
        "representationsVariableName": entry.variable,
        "paths": [path_steps(position) for position in entry.positions],
        "requires": _requires(entry),
        "conditions": [
            {"variable": condition.variable, "value": condition.value}
            for condition in entry.conditions
        ],
    }


def _requires(entry: EntityEntry) -> list[Json]:
    return [
        {
            "kind": "InlineFragment",
            "typeCondition": type_name,
            "selections": [_typename(one), *(_represented(each) for each in one.selections)],
        }
        for one in entry.representations
        for type_name in sorted(one.types)
    ]


def _typename(one: Representation) -> Json:
    found: Json = {"kind": "Field", "name": "__typename"}
    if one.typename is not None:
        found["value"] = one.typename
    return found


def _represented(one: RepresentationSelection) -> Json:
    selections = [_represented(each) for each in one.selections]
    if not isinstance(one, RepresentationField):
        return {
            "kind": "InlineFragment",
            "typeCondition": one.type_condition,
            "selections": selections,
        }
    found: Json = {"kind": "Field", "name": one.name}
    if one.source != one.name:
        found["source"] = one.source
    if selections:
        found["selections"] = selections
    return found
