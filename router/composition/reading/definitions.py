"""The definitions that a subgraph's links bring, and whether its own copies of them agree.

A subgraph may write out what it links (`directive @key(fields: String!) …`); the specification's
definition is the one that counts, and the copy must not promise more or less.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    InputValueDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeDefinitionNode,
    TypeNode,
    print_ast,
    specified_scalar_types,
)

from router.composition.diagnostics import Findings, Place
from router.composition.reading.links import SubgraphLinks
from router.federation.directives import (
    LINK,
    Definition,
    federation_1_vocabulary,
    federation_vocabulary,
    link_vocabulary,
    named_as_linked,
)
from router.federation.features import feature_definitions, feature_of
from router.federation.link import FeatureUrl, FeatureVersion, Link

# A federation 1 schema may define directives that federation 2 brought, and use them as such.
ADOPTED = FeatureVersion(2, 4)


@dataclass(frozen=True, slots=True)
class SubgraphDefinitions:
    """The definitions of the linked specifications under their names in the subgraph.

    `canonical` maps the name of a federation directive here to its name in the specification.
    """

    directives: Mapping[str, DirectiveDefinitionNode]
    types: Mapping[str, TypeDefinitionNode]
    canonical: Mapping[str, str]


def linked_definitions(links: SubgraphLinks, document: DocumentNode) -> SubgraphDefinitions:
    """Collect what the subgraph's links define."""
    found: dict[str, Definition] = {}
    canonical: dict[str, str] = {}
    for name, node in _federation_definitions(links, document):
        found[_key(node)] = node
        if name.startswith("@"):
            canonical[node.name.value] = name.removeprefix("@")
    for node in named_as_linked(link_vocabulary(), _link_of_links(links)).values():
        found[_key(node)] = node
    for link, _ in links.all:
        if feature_of(link) is not None and link.url.identity != LINK:
            for node in feature_definitions(link):
                found[_key(node)] = node
            canonical[link.directive_name(link.url.name)] = link.url.name
    directives = {n.name.value: n for n in found.values() if isinstance(n, DirectiveDefinitionNode)}
    types = {n.name.value: n for n in found.values() if isinstance(n, TypeDefinitionNode)}
    return SubgraphDefinitions(directives, types, canonical)


def _key(node: Definition) -> str:
    prefix = "@" if isinstance(node, DirectiveDefinitionNode) else ""
    return prefix + node.name.value


def _federation_definitions(
    links: SubgraphLinks, document: DocumentNode
) -> Iterator[tuple[str, Definition]]:
    if links.federation is not None:
        vocabulary = federation_vocabulary(links.federation.url.version)
        yield from named_as_linked(vocabulary, links.federation).items()
        return
    defined = {
        f"@{n.name.value}" for n in document.definitions if isinstance(n, DirectiveDefinitionNode)
    }
    for name, directive in federation_vocabulary(ADOPTED).directives.items():
        if f"@{name}" in defined:
            yield f"@{name}", directive
    for name, directive in federation_1_vocabulary().directives.items():
        yield f"@{name}", directive
    yield from federation_1_vocabulary().types.items()


def _link_of_links(links: SubgraphLinks) -> Link:
    for link, _ in links.all:
        if link.url.identity == LINK:
            return link
    url = FeatureUrl(LINK, "link", FeatureVersion(1, 0))
    return Link(url, links.link_directive)


def check_own_copies(
    document: DocumentNode, definitions: SubgraphDefinitions, subgraph: str, findings: Findings
) -> None:
    """Report the subgraph's own definitions of linked elements that do not agree with them."""
    defined = {n.name.value for n in document.definitions if isinstance(n, TypeDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            linked = definitions.directives.get(node.name.value)
            problems = _directive_problems(node, linked) if linked else []
            _check_types_exist(node, defined, subgraph, findings)
            code, subject = "DIRECTIVE_DEFINITION_INVALID", f"directive @{node.name.value}"
        elif isinstance(node, TypeDefinitionNode):
            expected = definitions.types.get(node.name.value)
            problems = _type_problems(node, expected) if expected else []
            code, subject = "TYPE_DEFINITION_INVALID", f"type {node.name.value}"
        else:
            continue
        for problem in problems:
            findings.error(
                code,
                f"[{subgraph}] The definition of {subject} does not agree with its specification:"
                f" {problem}.",
                [Place(subgraph, node)],
                suggestion="Leave the definition out; the link brings it.",
            )


def _check_types_exist(
    node: DirectiveDefinitionNode, defined: Collection[str], subgraph: str, findings: Findings
) -> None:
    """A definition that the subgraph writes out must come with the types it names."""
    for argument in node.arguments or ():
        name = _innermost(argument.type)
        if name not in defined and name not in specified_scalar_types:
            findings.error(
                "INVALID_GRAPHQL",
                f"[{subgraph}] Unknown type '{name}' in the definition of @{node.name.value}.",
                [Place(subgraph, argument.type)],
                suggestion=f"Define {name}, or leave the definition of @{node.name.value} out.",
            )


def _innermost(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def _type_problems(node: TypeDefinitionNode, expected: TypeDefinitionNode) -> list[str]:
    if node.kind == expected.kind:
        return []
    return [f"it is a {_words(expected.kind)}, not a {_words(node.kind)}"]


def _words(kind: str) -> str:
    return kind.removesuffix("_type_definition").replace("_", " ")


def _directive_problems(
    node: DirectiveDefinitionNode, expected: DirectiveDefinitionNode
) -> list[str]:
    own = {argument.name.value: argument for argument in node.arguments or ()}
    problems = []
    for argument in expected.arguments or ():
        problems += _argument_problems(own.pop(argument.name.value, None), argument)
    problems += [f'it has no argument "{name}"' for name in own]
    if node.repeatable and not expected.repeatable:
        problems.append("it is not repeatable")
    allowed = {location.value for location in expected.locations}
    extra = [location.value for location in node.locations if location.value not in allowed]
    if extra:
        problems.append(f"it cannot stand on {', '.join(extra)}")
    return problems


def _argument_problems(
    own: InputValueDefinitionNode | None, expected: InputValueDefinitionNode
) -> list[str]:
    name = expected.name.value
    if own is None:
        is_required = isinstance(expected.type, NonNullTypeNode) and expected.default_value is None
        return [f'the required argument "{name}" is missing'] if is_required else []
    problems = []
    if not _agrees(own.type, expected.type):
        problems.append(
            f'argument "{name}" has type {print_ast(expected.type)}, not {print_ast(own.type)}'
        )
    if _default(own) != _default(expected):
        problems.append(
            f'the default of argument "{name}" is {_default(expected)}, not {_default(own)}'
        )
    return problems


def _default(argument: InputValueDefinitionNode) -> str:
    return "absent" if argument.default_value is None else print_ast(argument.default_value)


def _agrees(own: TypeNode, expected: TypeNode) -> bool:
    """A copy may refuse null where the specification takes it, and use built-in scalars.

    Federation 1 took field sets as lists of strings too.
    """
    if print_ast(own) == "[String!]!" and print_ast(expected) == "_FieldSet!":
        return True
    if isinstance(own, NonNullTypeNode) and not isinstance(expected, NonNullTypeNode):
        own = own.type
    if isinstance(expected, NonNullTypeNode):
        return isinstance(own, NonNullTypeNode) and _agrees(own.type, expected.type)
    if isinstance(expected, ListTypeNode):
        return isinstance(own, ListTypeNode) and _agrees(own.type, expected.type)
    if isinstance(own, ListTypeNode | NonNullTypeNode):
        return False
    assert isinstance(own, NamedTypeNode)
    assert isinstance(expected, NamedTypeNode)
    own_name, expected_name = own.name.value, expected.name.value
    is_stand_in = own_name in specified_scalar_types and expected_name not in specified_scalar_types
    return own_name == expected_name or is_stand_in
