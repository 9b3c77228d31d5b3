"""`@composeDirective`: a subgraph's own directives that shall be seen in the supergraph.

The directive must belong to a specification that the subgraph links, which the supergraph then
links too, in the highest version that any subgraph uses.
Source: federation directives reference, "@composeDirective".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import DirectiveDefinitionNode, print_ast

from router.composition.diagnostics import Findings, Place
from router.composition.facts import SubgraphFacts
from router.composition.merge.compose_directive import CODE, ComposeDirective, understand
from router.composition.subgraph_schema import DirectiveDefinition
from router.federation.link import FeatureVersion
from router.supergraph.nodes import directive_definition_node


@dataclass(frozen=True, slots=True)
class ComposedDirectives:
    """The directives that are composed: their names, links and definitions."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    definitions: Mapping[str, DirectiveDefinitionNode] = field(default_factory=dict)

    def name(self, subgraph: str, local: str) -> str | None:
        """Give the supergraph's name of a subgraph's directive, None if it is not composed."""
        return self.names.get((subgraph, local))

    def definition(self, name: str) -> DirectiveDefinitionNode | None:
        """Give the supergraph's definition of a composed directive, by its name there."""
        return self.definitions.get(name)


def find_composed_directives(
    subgraphs: Sequence[SubgraphFacts], findings: Findings
) -> ComposedDirectives:
    """Understand every `@composeDirective`."""
    found: list[ComposeDirective] = []
    for facts in subgraphs:
        schema = facts.schema.schema
        for directive in schema.applied("composeDirective") if schema else ():
            assert schema is not None
            one = understand(facts.schema, schema, directive, findings)
            if one is not None:
                found.append(one)
    by_key: dict[tuple[str, str], list[ComposeDirective]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    _check_majors(subgraphs, found, findings)
    kept = {key: same for key, same in by_key.items() if _check_names(same, findings)}
    _check_clashes(kept, findings)
    return _result(subgraphs, kept, findings)


def _check_majors(
    subgraphs: Sequence[SubgraphFacts], found: Sequence[ComposeDirective], findings: Findings
) -> None:
    """Another major version may mean something else by the same directive."""
    identities = [link.url.identity for facts in subgraphs for link, _ in facts.schema.links]
    for identity in dict.fromkeys(identities):
        composing = {
            one.schema.name: one.link.url.version for one in found if one.key[0] == identity
        }
        linking = {
            facts.name: link.url.version
            for facts in subgraphs
            for link, _ in facts.schema.links
            if link.url.identity == identity
        }
        if len({version.major for version in composing.values()}) > 1:
            findings.error(
                CODE,
                f"{identity} is composed in different major versions: {_versions(composing)}.",
                [o.element.place(o.directive.node) for o in found if o.key[0] == identity],
                coordinate="schema",
            )
        elif len({version.major for version in linking.values()}) > 1:
            findings.hint(
                "DIRECTIVE_COMPOSITION_INFO",
                f"{identity} is linked in different major versions: {_versions(linking)}.",
                [Place(name) for name in linking],
                coordinate="schema",
            )


def _versions(by_subgraph: Mapping[str, FeatureVersion]) -> str:
    return ", ".join(f'{version} in "{name}"' for name, version in by_subgraph.items())


def _check_names(same: Sequence[ComposeDirective], findings: Findings) -> bool:
    if len({one.local for one in same}) == 1:
        return True
    shown = ", ".join(f'"@{one.local}" in "{one.schema.name}"' for one in same)
    findings.error(
        CODE,
        f"One directive is composed under different names: {shown}.",
        [one.element.place(one.directive.node) for one in same],
        coordinate="schema",
        suggestion="Import it under the same name everywhere.",
    )
    return False


def _check_clashes(
    kept: Mapping[tuple[str, str], Sequence[ComposeDirective]], findings: Findings
) -> None:
    by_name: dict[str, list[ComposeDirective]] = {}
    for same in kept.values():
        by_name.setdefault(same[0].local, []).append(same[0])
    for name, clashing in by_name.items():
        if len(clashing) > 1:
            shown = ", ".join(f'{one.link.url} in "{one.schema.name}"' for one in clashing)
            findings.error(
                CODE,
                f'"@{name}" is composed from different specifications: {shown}.',
                [one.element.place(one.directive.node) for one in clashing],
                coordinate="schema",
                suggestion="Import one of them under another name with `as`.",
            )


def _result(
    subgraphs: Sequence[SubgraphFacts],
    kept: Mapping[tuple[str, str], Sequence[ComposeDirective]],
    findings: Findings,
) -> ComposedDirectives:
    names: dict[tuple[str, str], str] = {}
    imports: dict[str, dict[str, str]] = {}
    definitions: dict[str, DirectiveDefinitionNode] = {}
    newest = {
        identity: max(
            (one for same in kept.values() for one in same if one.key[0] == identity),
            key=lambda one: one.link.url.version,
        )
        for identity, _ in kept
    }
    for (identity, canonical), same in kept.items():
        names |= {(one.schema.name, one.local): one.local for one in same}
        _warn_of_other_names(subgraphs, same, findings)
        imports.setdefault(identity, {})[canonical] = same[0].local
        own = _definition(subgraphs, same, newest[identity].link.url.version)
        if own is None:
            _report_undefined(same, newest[identity], findings)
        else:
            definitions[same[0].local] = directive_definition_node(print_ast(own.definition))
    links = tuple(_link_text(newest[identity], imported) for identity, imported in imports.items())
    return ComposedDirectives(names, links, definitions)


def _definition(
    subgraphs: Sequence[SubgraphFacts], same: Sequence[ComposeDirective], version: FeatureVersion
) -> DirectiveDefinition | None:
    """Find the definition in the version that the supergraph links, of a composer if there is one.

    The others may have it without composing it.
    """
    for one in reversed(same):
        if one.link.url.version == version:
            return one.schema.directive_definitions[one.local]
    (identity, canonical), name = same[0].key, same[0].local
    for facts in subgraphs:
        for link, _ in facts.schema.links:
            is_same = link.url.identity == identity and link.url.version == version
            if is_same and link.directive_name(canonical) == name:
                found = facts.schema.directive_definitions.get(name)
                if found is not None:
                    return found
    return None


def _report_undefined(
    same: Sequence[ComposeDirective], newest: ComposeDirective, findings: Findings
) -> None:
    findings.error(
        CODE,
        f'"@{same[0].local}" is composed, and the supergraph links {newest.link.url}, as subgraph'
        f' "{newest.schema.name}" does; no subgraph of that version defines "@{same[0].local}".',
        [one.element.place(one.directive.node) for one in (*same, newest)],
        coordinate="schema",
        suggestion=f'Define "@{same[0].local}" in a subgraph that links {newest.link.url}.',
    )


def _warn_of_other_names(
    subgraphs: Sequence[SubgraphFacts], same: Sequence[ComposeDirective], findings: Findings
) -> None:
    """A subgraph that does not compose the directive and calls it otherwise could not do so."""
    (identity, canonical), name = same[0].key, same[0].local
    for facts in subgraphs:
        for link, node in facts.schema.links:
            local = link.directive_name(canonical)
            if link.url.identity != identity or local not in facts.schema.directive_definitions:
                continue
            if local != name:
                findings.hint(
                    "DIRECTIVE_COMPOSITION_WARN",
                    f'[{facts.name}] "@{name}" is called "@{local}" here and not composed, so what'
                    " this subgraph says by it is not in the supergraph.",
                    [Place(facts.name, node)],
                    coordinate="schema",
                    suggestion=f'Import it as "@{name}", and compose it.',
                )


def _link_text(newest: ComposeDirective, imported: Mapping[str, str]) -> str:
    entries = [
        f'"@{name}"' if name == local else f'{{name: "@{name}", as: "@{local}"}}'
        for name, local in sorted(imported.items())
    ]
    return f'@link(url: "{newest.link.url}", import: [{", ".join(entries)}])'
