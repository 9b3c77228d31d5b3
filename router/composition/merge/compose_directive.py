"""One `@composeDirective`, understood: which directive of which linked specification it names.

Source: federation directives reference, "@composeDirective".
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import StringValueNode, specified_directives
from graphql.pyutils import suggestion_list

from router.composition.diagnostics import Findings
from router.composition.subgraph_schema import (
    Directive,
    DirectiveDefinition,
    Element,
    SubgraphSchema,
)
from router.federation.features import APOLLO_SPECS
from router.federation.link import Link

CODE = "DIRECTIVE_COMPOSITION_ERROR"
BUILT_IN = frozenset(directive.name for directive in specified_directives)
"""GraphQL's own directives are in every schema; a link to them changes nothing."""


@dataclass(frozen=True, slots=True)
class ComposeDirective:
    """What one application asks for; `local` is the directive's name in the subgraph."""

    schema: SubgraphSchema
    element: Element
    directive: Directive
    local: str
    canonical: str
    link: Link

    @property
    def key(self) -> tuple[str, str]:
        """The specification and its name for the directive."""
        return self.link.url.identity, self.canonical


def understand(
    schema: SubgraphSchema, element: Element, directive: Directive, findings: Findings
) -> ComposeDirective | None:
    """Understand an application; None, and an error, where it asks for nothing sensible."""
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
            return ComposeDirective(schema, element, directive, name, canonical, link)
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
