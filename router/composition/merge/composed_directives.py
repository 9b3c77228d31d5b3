"""`@composeDirective`: a subgraph's own directives that shall be seen in the supergraph.

The directive must belong to a specification that the subgraph links, which the supergraph then
links too, in the highest version that any subgraph uses.
Source: federation directives reference, "@composeDirective".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DirectiveDefinitionNode,
    StringValueNode,
    print_ast,
    specified_directives,
)
from graphql.pyutils import suggestion_list

from router.composition.diagnostics import Findings, Place
from router.composition.facts import SubgraphFacts
from router.composition.subgraph_schema import (
    Directive,
    DirectiveDefinition,
    Element,
    SubgraphSchema,
)
from router.federation.features import APOLLO_SPECS
from router.federation.link import FeatureVersion, Link
from router.supergraph.nodes import directive_definition_node

CODE = "DIRECTIVE_COMPOSITION_ERROR"
BUILT_IN = frozenset(directive.name for directive in specified_directives)
"""GraphQL's own directives are in every schema; a link to them changes nothing."""


@dataclass(frozen=True, slots=True)
class _Composed:
    """One `@composeDirective`, understood: `local` is the directive's name in the subgraph."""

    schema: SubgraphSchema
    element: Element
    directive: Directive
    local: str
    canonical: str
    link: Link

    @property
    def key(self) -> tuple[str, str]:
        return self.link.url.identity, self.canonical


@dataclass(frozen=True, slots=True)
class ComposedDirectives:
    """The directives that are composed: their names, links and definitions."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    definitions: Mapping[str, DirectiveDefinitionNode] = field(default_factory=dict)

    def name(self, subgraph: str, local: str) -> str | None:
        """Give the supergraph's name of a subgraph's directive, None if it is not composed."""
        return self.names.get((subgraph, local))

    def is_repeatable(self, name: str) -> bool:
        """Tell whether a composed directive is repeatable."""
        definition = self.definitions.get(name)
        return definition is not None and definition.repeatable


def find_composed_directives(
    subgraphs: Sequence[SubgraphFacts], findings: Findings
) -> ComposedDirectives:
    """Understand every `@composeDirective`."""
    found: list[_Composed] = []
    for facts in subgraphs:
        schema = facts.schema.schema
        for directive in schema.applied("composeDirective") if schema else ():
            assert schema is not None
            one = _understand(facts.schema, schema, directive, findings)
            if one is not None:
                found.append(one)
    by_key: dict[tuple[str, str], list[_Composed]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    _check_majors(subgraphs, found, findings)
    kept = {key: same for key, same in by_key.items() if _check_names(same, findings)}
    _check_clashes(kept, findings)
    return _result(subgraphs, kept)


def _understand(
    schema: SubgraphSchema, element: Element, directive: Directive, findings: Findings
) -> _Composed | None:
    name = _named(element, directive, findings)
    if name is None:
        return None
    if name in BUILT_IN and any(_canonical(link, name) for link, _ in schema.links):
        return None
    if name not in schema.directive_definitions:
        _not_defined(schema, element, directive, name, findings)
        return None
    for link, _ in schema.links:
        canonical = _canonical(link, name)
        if canonical is not None:
            _check_nothing_hidden(schema.directive_definitions[name], findings)
            return _Composed(schema, element, directive, name, canonical, link)
    _error(
        element,
        directive,
        f'"@{name}" belongs to no specification that the subgraph links',
        findings,
        f'Link it: @link(url: "https://example.com/{name}/v1.0", import: ["@{name}"]).',
    )
    return None


def _check_nothing_hidden(definition: DirectiveDefinition, findings: Findings) -> None:
    """Clients see nothing of a specification's directive, so none of its arguments is hidden."""
    for argument in definition.arguments.values():
        if argument.has("inaccessible"):
            findings.error(
                "DISALLOWED_INACCESSIBLE",
                f"[{argument.subgraph}] {argument.coordinate} cannot be hidden: clients see nothing"
                " of a composed directive.",
                [argument.place()],
                coordinate=argument.coordinate,
                suggestion="Remove @inaccessible.",
            )


def _named(element: Element, directive: Directive, findings: Findings) -> str | None:
    value = directive.arguments.get("name")
    if not isinstance(value, StringValueNode) or not value.value:
        _error(element, directive, "`name` must name a directive", findings)
    elif not value.value.startswith("@"):
        advice = f'Write "@{value.value}".'
        _error(element, directive, f'"{value.value}" lacks its @', findings, advice)
    else:
        return value.value[1:]
    return None


def _not_defined(
    schema: SubgraphSchema,
    element: Element,
    directive: Directive,
    name: str,
    findings: Findings,
) -> None:
    """Federation's own directives are merged in their own way; others have to be defined."""
    link = schema.federation_link
    is_own = link is not None and _canonical(link, name) is not None
    is_apollo = any(
        one.url.identity.startswith(APOLLO_SPECS) and _canonical(one, name) is not None
        for one, _ in schema.links
    )
    if is_own or is_apollo:
        if name in {"tag", "inaccessible", "authenticated", "requiresScopes", "policy"}:
            findings.hint(
                "DIRECTIVE_COMPOSITION_INFO",
                f'[{schema.name}] "@{name}" is composed always; @composeDirective adds nothing.',
                [element.place(directive.node)],
                coordinate="schema",
            )
        else:
            _error(
                element, directive, f'"@{name}" is federation\'s own, and not composed', findings
            )
        return
    near = suggestion_list(name, list(schema.directive_definitions))
    advice = f'Did you mean "@{near[0]}"?' if near else None
    _error(element, directive, f'"@{name}" is not defined in this subgraph', findings, advice)


def _canonical(link: Link, local: str) -> str | None:
    """Give the name, in the specification, of a directive that belongs to the link."""
    for imported in link.imports:
        if imported.alias == f"@{local}":
            return imported.name.removeprefix("@")
    if local == link.alias and f"@{link.url.name}" not in {i.name for i in link.imports}:
        return link.url.name
    prefix = f"{link.alias}__"
    return local.removeprefix(prefix) if local.startswith(prefix) else None


def _error(
    element: Element,
    directive: Directive,
    reason: str,
    findings: Findings,
    suggestion: str | None = None,
) -> None:
    findings.error(
        CODE,
        f"[{element.subgraph}] @composeDirective: {reason}.",
        [element.place(directive.node)],
        coordinate="schema",
        suggestion=suggestion,
    )


def _check_majors(
    subgraphs: Sequence[SubgraphFacts], found: Sequence[_Composed], findings: Findings
) -> None:
    """Another major version may mean something else by the same directive."""
    for identity in dict.fromkeys(one.link.url.identity for one in found):
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


def _check_names(same: Sequence[_Composed], findings: Findings) -> bool:
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


def _check_clashes(kept: Mapping[tuple[str, str], Sequence[_Composed]], findings: Findings) -> None:
    by_name: dict[str, list[_Composed]] = {}
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
    subgraphs: Sequence[SubgraphFacts], kept: Mapping[tuple[str, str], Sequence[_Composed]]
) -> ComposedDirectives:
    names: dict[tuple[str, str], str] = {}
    imports: dict[str, dict[str, str]] = {}
    newest: dict[str, _Composed] = {}
    definitions: dict[str, DirectiveDefinitionNode] = {}
    for (identity, canonical), same in kept.items():
        for facts in subgraphs:
            for link, _ in facts.schema.links:
                if link.url.identity == identity:
                    names[facts.name, link.directive_name(canonical)] = same[0].local
        latest = max(same, key=lambda one: one.link.url.version)
        current = newest.get(identity)
        if current is None or latest.link.url.version > current.link.url.version:
            newest[identity] = latest
        imports.setdefault(identity, {})[canonical] = same[0].local
        own = latest.schema.directive_definitions[latest.local].definition
        definitions[latest.local] = directive_definition_node(print_ast(own))
    links = tuple(_link_text(newest[identity], imported) for identity, imported in imports.items())
    return ComposedDirectives(names, links, definitions)


def _link_text(newest: _Composed, imported: Mapping[str, str]) -> str:
    entries = [
        f'"@{name}"' if name == local else f'{{name: "@{name}", as: "@{local}"}}'
        for name, local in sorted(imported.items())
    ]
    return f'@link(url: "{newest.link.url}", import: [{", ".join(entries)}])'
