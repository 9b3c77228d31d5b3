"""What the supergraph links, and the names that merged directives have in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from graphql import ConstDirectiveNode

from router.composition.diagnostics import Findings, Place
from router.composition.facts import SubgraphFacts
from router.composition.merge.composed_directives import ComposedDirectives
from router.federation.directives import OLDEST
from router.federation.features import APOLLO_SPECS
from router.federation.link import FeatureVersion
from router.supergraph.nodes import directive_node

# In the order in which they are linked; the version of each, and what it is for.
_FEATURES = {
    "tag": ("v0.3", None),
    "inaccessible": ("v0.2", "SECURITY"),
    "authenticated": ("v0.1", "SECURITY"),
    "requiresScopes": ("v0.1", "SECURITY"),
    "policy": ("v0.1", "SECURITY"),
    "context": ("v0.1", "SECURITY"),
    "cost": ("v0.1", None),
    "cacheTag": ("v0.1", "EXECUTION"),
}
_JOIN_VERSIONS = ((FeatureVersion(2, 8), "v0.5"), (FeatureVersion(2, 7), "v0.4"))


def newest_version(subgraphs: Sequence[SubgraphFacts]) -> FeatureVersion:
    """Return the highest federation version that a subgraph links."""
    return max((f.schema.version or OLDEST for f in subgraphs), default=OLDEST)


def merged_names(subgraphs: Sequence[SubgraphFacts], findings: Findings) -> Mapping[str, str]:
    """Give each merged directive the name under which the subgraphs import it."""
    found: dict[str, dict[str, list[Place]]] = {}
    for name, alias, place in _merged_imports(subgraphs):
        found.setdefault(name, {}).setdefault(alias, []).append(place)
    for name, by_alias in found.items():
        if len(by_alias) > 1:
            _report_mismatch(name, by_alias, findings)
    return {name: min(by_alias) for name, by_alias in found.items()}


def _merged_imports(subgraphs: Sequence[SubgraphFacts]) -> Iterator[tuple[str, str, Place]]:
    for facts in subgraphs:
        for link, node in facts.schema.links:
            for imported in link.imports if link is facts.schema.federation_link else ():
                name = imported.name.removeprefix("@")
                is_merged = name in _FEATURES or name == "listSize"
                if imported.is_directive and is_merged and name in facts.schema.used:
                    yield name, imported.alias.removeprefix("@"), Place(facts.name, node)


def _report_mismatch(
    name: str, by_alias: Mapping[str, Sequence[Place]], findings: Findings
) -> None:
    shown = ", ".join(
        f'"@{alias}" in "{place.subgraph}"'
        for alias, places in sorted(by_alias.items())
        for place in places
    )
    findings.error(
        "LINK_IMPORT_NAME_MISMATCH",
        f"@{name} is merged into the supergraph, and imported under different names: {shown}.",
        [place for places in by_alias.values() for place in places],
        coordinate=f"@{name}",
        suggestion="Import it under the same name everywhere.",
    )


def supergraph_links(
    version: FeatureVersion,
    used: Collection[str],
    names: Mapping[str, str],
    composed: ComposedDirectives,
) -> tuple[ConstDirectiveNode, ...]:
    """Write the links of the supergraph."""
    return tuple(directive_node(text) for text in _links(version, used, names, composed))


def _links(
    version: FeatureVersion,
    used: Collection[str],
    names: Mapping[str, str],
    composed: ComposedDirectives,
) -> Iterator[str]:
    join = next((join for since, join in _JOIN_VERSIONS if version >= since), "v0.3")
    yield f'@link(url: "{APOLLO_SPECS}/link/v1.0")'
    yield f'@link(url: "{APOLLO_SPECS}/join/{join}", for: EXECUTION)'
    for feature, (newest, purpose) in _FEATURES.items():
        if feature in used or (feature == "cost" and "listSize" in used):
            imports = list(_imports(feature, used, names))
            yield _link(f"{APOLLO_SPECS}/{feature}/{newest}", purpose, imports)
    yield from composed.links


def _imports(feature: str, used: Collection[str], names: Mapping[str, str]) -> Iterator[str]:
    alias = names.get(feature, feature)
    if alias != feature:
        yield f'{{name: "@{feature}", as: "@{alias}"}}'
    if feature == "cost" and "listSize" in used:
        list_size = names.get("listSize", "listSize")
        renamed = f'{{name: "@listSize", as: "@{list_size}"}}'
        yield '"@listSize"' if list_size == "listSize" else renamed


def _link(url: str, purpose: str | None, imports: Sequence[str]) -> str:
    text = f'url: "{url}"'
    text += f", import: [{', '.join(imports)}]" if imports else ""
    text += f", for: {purpose}" if purpose else ""
    return f"@link({text})"
