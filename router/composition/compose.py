"""n subgraphs → one supergraph, or every reason why not: the table of contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from router.composition.collector import collector_paused
from router.composition.diagnostics import Finding, Findings, Place
from router.composition.facts import SubgraphFacts, read_facts
from router.composition.locate import located
from router.composition.merge.merge import MergedGraph, merge_subgraphs
from router.composition.reading.read import may_have_queries, read_subgraph
from router.composition.reading.upgrade_federation_1 import upgrade
from router.composition.rules.all_rules import SUBGRAPH_RULES
from router.composition.rules.interface_object import check_beside_federation_1
from router.composition.source import CompositionResult, SubgraphSource
from router.composition.subgraph_schema import SubgraphSchema
from router.composition.supergraph_rules.all_rules import SUPERGRAPH_RULES
from router.errors import SupergraphError
from router.supergraph.api_schema import render_api_schema
from router.supergraph.contract import Contract, apply_contract
from router.supergraph.model import Supergraph
from router.supergraph.render import render_supergraph

INDEPENDENT = frozenset({"EXTENSION_WITH_NO_BASE", "TYPE_KIND_MISMATCH"})
"""Mistakes about a type as a whole, which no mistake inside one subgraph causes."""


def compose(
    sources: Iterable[SubgraphSource],
    *,
    exclude_tags: Iterable[str] = (),
    include_tags: Iterable[str] = (),
) -> CompositionResult:
    """Compose subgraphs. Never raises on bad input: what is wrong with it is in `errors`.

    With tags, the result is a variant: elements with a tag of `exclude_tags` are hidden from
    clients, and so are fields without one of `include_tags`, where there are any (`Contract`).
    """
    contract = Contract(frozenset(exclude_tags), frozenset(include_tags))
    with collector_paused():
        return _compose(list(sources), contract)


def _compose(sources: Sequence[SubgraphSource], contract: Contract) -> CompositionResult:
    findings = Findings()
    schemas = _read(sources, findings)
    merged = None if schemas is None else _merge(schemas, findings)
    draft = None if merged is None else _variant(merged.draft, contract, findings)
    errors = located(findings.errors, sources)
    hints = located(findings.hints, sources)
    if errors or draft is None:
        return CompositionResult(errors=errors, hints=hints)
    return CompositionResult(
        errors=(),
        hints=hints,
        supergraph=draft,
        supergraph_sdl=render_supergraph(draft),
        api_sdl=render_api_schema(draft),
    )


def _variant(draft: Supergraph, contract: Contract, findings: Findings) -> Supergraph | None:
    if findings.errors or contract == Contract():
        return draft
    try:
        return apply_contract(draft, contract)
    except SupergraphError as error:
        findings.error("NO_QUERIES", str(error))
        return None


def _read(sources: Sequence[SubgraphSource], findings: Findings) -> list[SubgraphSchema] | None:
    """Read every subgraph; None where one means nothing, for then nothing is known of the whole."""
    has_unique_names = True
    for name, count in Counter(source.name for source in sources).items():
        if count > 1:
            has_unique_names = False
            findings.error(
                "INVALID_SUBGRAPH_NAME",
                f'{count} subgraphs are called "{name}".',
                [Place(name)],
                suggestion="Give each a name of its own.",
            )
    schemas = [read_subgraph(source, findings) for source in sources]
    read = [schema for schema in schemas if schema is not None]
    has_queries = [
        "Query" in schema.types if schema else may_have_queries(source)
        for source, schema in zip(sources, schemas, strict=True)
    ]
    if not any(has_queries):
        _report_no_queries(findings)
    if len(read) < len(schemas) or not has_unique_names:
        for schema in read:
            _check_rules(read_facts(upgrade(schema, findings)), findings)
        return None
    return read


def _report_no_queries(findings: Findings) -> None:
    findings.error(
        "NO_QUERIES",
        "No subgraph has a query, and a graph needs at least one.",
        suggestion="Add a type Query with a field to one of the subgraphs.",
    )


def _merge(schemas: Sequence[SubgraphSchema], findings: Findings) -> MergedGraph | None:
    check_beside_federation_1(schemas, findings)
    facts = [read_facts(upgrade(schema, findings, schemas)) for schema in schemas]
    for one in facts:
        _check_rules(one, findings)
    before = list(findings.errors)
    merged = merge_subgraphs(facts, findings)
    findings.errors = [*before, *_without_follow_ups(findings.errors[len(before) :], before)]
    if not findings.errors and "Query" not in merged.draft.types:
        _report_no_queries(findings)
    for rules in SUPERGRAPH_RULES:
        if findings.errors:
            return None
        for rule in rules:
            rule(merged, findings)
    return merged


def _check_rules(facts: SubgraphFacts, findings: Findings) -> None:
    for rule in SUBGRAPH_RULES:
        rule(facts, findings)


def _without_follow_ups(later: Sequence[Finding], earlier: Sequence[Finding]) -> list[Finding]:
    """Leave out what merging says of a type in which a subgraph is wrong by itself already."""
    blamed = {_type_of(finding) for finding in earlier if finding.coordinate}
    return [f for f in later if f.code in INDEPENDENT or _type_of(f) not in blamed]


def _type_of(finding: Finding) -> str | None:
    return finding.coordinate.partition(".")[0] if finding.coordinate else None
