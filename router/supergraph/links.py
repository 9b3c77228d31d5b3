"""The `@link`s of a supergraph's schema definition: read, checked, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import ConstDirectiveNode, SchemaExtensionNode, parse, print_ast

from router.errors import SupergraphError
from router.federation.features import APOLLO_SPECS, KNOWN_NAMES
from router.federation.link import FeatureVersion, Link, LinkError, read_link

LINK_URL = f"{APOLLO_SPECS}/link/v1.0"
JOIN = f"{APOLLO_SPECS}/join"
OLDEST_JOIN = FeatureVersion(0, 1)
OLDEST_WRITTEN_JOIN = FeatureVersion(0, 3)
NEWEST_JOIN = FeatureVersion(0, 5)


def split_links(
    directives: Sequence[ConstDirectiveNode],
) -> tuple[list[ConstDirectiveNode], list[ConstDirectiveNode]]:
    """Part a schema definition's directives into its links and the others."""
    links = [node for node in directives if _is_link(node)]
    return links, [node for node in directives if not _is_link(node)]


def _is_link(node: ConstDirectiveNode) -> bool:
    return node.name.value in {"link", "core"}


def read_links(nodes: Sequence[ConstDirectiveNode]) -> list[Link]:
    """Read and check the links. Raises `SupergraphError` where this router cannot obey one."""
    try:
        links = [read_link(node) for node in nodes]
    except LinkError as error:
        raise SupergraphError(str(error)) from error
    for link in links:
        _check_support(link)
    if not any(link.url.identity == JOIN for link in links):
        raise SupergraphError(
            f"This is no supergraph: its schema definition does not link {JOIN}. The file of a"
            " single subgraph has to be composed first."
        )
    return links


def _check_support(link: Link) -> None:
    """Refuse what must not be ignored (link specification, "Purpose")."""
    is_known = link.url.identity.startswith(f"{APOLLO_SPECS}/") and link.url.name in KNOWN_NAMES
    if link.purpose is not None and not is_known:
        raise SupergraphError(
            f"The supergraph needs {link.url} for {link.purpose}, which this router does not know."
        )
    if link.url.identity != JOIN:
        return
    if not OLDEST_JOIN <= link.url.version <= NEWEST_JOIN:
        raise SupergraphError(
            f"The supergraph uses join {link.url.version}; this router reads {OLDEST_JOIN} to"
            f" {NEWEST_JOIN}."
        )
    if link.alias != "join":
        raise SupergraphError("The join specification must be linked under its own name.")


def join_version(links: Sequence[Link]) -> FeatureVersion:
    """Return the version of the join specification that the supergraph is written in."""
    return next(link.url.version for link in links if link.url.identity == JOIN)


def modernised(
    nodes: Sequence[ConstDirectiveNode], links: Sequence[Link]
) -> Iterator[ConstDirectiveNode]:
    """Yield the links as `@link`, with link v1.0 first and at least join v0.3."""
    yield link_directive(LINK_URL)
    for node, link in zip(nodes, links, strict=True):
        if link.url.name in {"link", "core"} and link.url.identity.startswith(APOLLO_SPECS):
            continue
        if link.url.identity == JOIN and link.url.version < OLDEST_WRITTEN_JOIN:
            yield link_directive(f"{JOIN}/{OLDEST_WRITTEN_JOIN}", purpose="EXECUTION")
        else:
            yield _as_link(node)


def _as_link(node: ConstDirectiveNode) -> ConstDirectiveNode:
    if node.name.value == "link":
        return node
    arguments = [
        f"{'url' if argument.name.value == 'feature' else argument.name.value}:"
        f" {print_ast(argument.value)}"
        for argument in node.arguments or ()
    ]
    return _parse_link(", ".join(arguments))


def link_directive(
    url: str, *, alias: str | None = None, purpose: str | None = None, imports: str = ""
) -> ConstDirectiveNode:
    """Write a `@link`; `imports` is the list as SDL, or empty."""
    text = f'url: "{url}"'
    text += f', as: "{alias}"' if alias else ""
    text += f", import: {imports}" if imports else ""
    text += f", for: {purpose}" if purpose else ""
    return _parse_link(text)


def _parse_link(arguments: str) -> ConstDirectiveNode:
    extension = parse(f"extend schema @link({arguments})", no_location=True).definitions[0]
    assert isinstance(extension, SchemaExtensionNode)
    assert extension.directives
    return extension.directives[0]


def linked_directive_name(nodes: Sequence[ConstDirectiveNode], feature: str) -> str | None:
    """Give the name that the main directive of an Apollo feature has here, None if not linked."""
    for node in nodes:
        link = read_link(node)
        if link.url.identity == f"{APOLLO_SPECS}/{feature}":
            return link.directive_name(feature)
    return None
