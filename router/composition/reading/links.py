"""Which specifications a subgraph links, checked (https://specs.apollo.dev/link/v1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import ConstDirectiveNode, DocumentNode, SchemaDefinitionNode, SchemaExtensionNode
from graphql.pyutils import suggestion_list

from router.composition.diagnostics import Findings, Place
from router.federation.directives import (
    FEDERATION,
    LINK,
    NEWEST,
    OLDEST,
    Vocabulary,
    federation_vocabulary,
    first_version,
)
from router.federation.features import APOLLO_SPECS
from router.federation.link import FeatureVersion, Import, Link, check_link

LINK_VERSION = FeatureVersion(1, 0)
MISUSE = "INVALID_LINK_DIRECTIVE_USAGE"


NEEDED = {
    "authenticated": FeatureVersion(2, 5),
    "requiresScopes": FeatureVersion(2, 5),
    "policy": FeatureVersion(2, 6),
    "context": FeatureVersion(2, 8),
    "cost": FeatureVersion(2, 9),
    "cacheTag": FeatureVersion(2, 12),
}
"""The federation version that a feature, linked by itself, came with."""


def _is_apollo(link: Link) -> bool:
    return link.url.identity == f"{APOLLO_SPECS}/{link.url.name}"


@dataclass(frozen=True, slots=True)
class SubgraphLinks:
    """The links of a subgraph; `federation` is the one of federation 2, None for federation 1.

    `link_directive` is the name of the `@link` directive itself here.
    """

    all: tuple[tuple[Link, ConstDirectiveNode], ...]
    federation: Link | None
    link_directive: str

    @property
    def version(self) -> FeatureVersion | None:
        """The federation version that the subgraph needs, also by what else it links."""
        if self.federation is None:
            return None
        needed = (NEEDED.get(link.url.name, OLDEST) for link, _ in self.all if _is_apollo(link))
        return max(self.federation.url.version, *needed)


def schema_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    """Yield the directives on the schema definition and its extensions."""
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            yield from node.directives or ()


def read_links(document: DocumentNode, subgraph: str, findings: Findings) -> SubgraphLinks | None:
    """Read a subgraph's links; None where a mistake in them leaves names without meaning."""
    nodes = list(schema_directives(document))
    name = _link_directive_name(nodes)
    if not _is_linking(nodes):
        return SubgraphLinks((), None, name)
    reader = _Reader(subgraph, findings)
    links = [
        (link, node)
        for node in nodes
        if node.name.value == name and (link := reader.read(node)) is not None
    ]
    reader.check_together(links)
    if reader.failed:
        return None
    federation = next((link for link, _ in links if link.url.identity == FEDERATION), None)
    result = SubgraphLinks(tuple(links), federation, name)
    if federation is not None and result.version != federation.url.version:
        findings.hint(
            "IMPLICITLY_UPGRADED_FEDERATION_VERSION",
            f"[{subgraph}] The subgraph links federation {federation.url.version}, and something"
            f" that came with {result.version}, so it is taken to be of that.",
            [Place(subgraph, node) for link, node in links if _is_apollo(link)],
            coordinate="schema",
            suggestion=f"Link federation {result.version}.",
        )
    return result


def _is_linking(nodes: Sequence[ConstDirectiveNode]) -> bool:
    """Where neither specification is linked, `@link` is federation 1's to ignore."""
    links = [check_link(node)[0] for node in nodes]
    return any(link is not None and link.url.identity in {LINK, FEDERATION} for link in links)


def _link_directive_name(nodes: Sequence[ConstDirectiveNode]) -> str:
    """The link specification may link itself under another name ("Bootstrapping")."""
    for node in nodes:
        if node.name.value != "link":
            link, _ = check_link(node)
            if (
                link
                and link.url.identity == LINK
                and link.directive_name("link") == node.name.value
            ):
                return node.name.value
    return "link"


class _Reader:
    def __init__(self, subgraph: str, findings: Findings) -> None:
        self._subgraph = subgraph
        self._findings = findings
        self.failed = False

    def read(self, node: ConstDirectiveNode) -> Link | None:
        link, mistakes = check_link(node)
        for mistake in mistakes:
            self._error(mistake.code, str(mistake), node)
        if link is not None and link.url.identity == FEDERATION:
            self._check_federation(link, node)
        elif link is not None and link.url.identity == LINK and link.url.version != LINK_VERSION:
            self._error(
                "UNKNOWN_LINK_VERSION",
                f"Link {link.url.version} is not known; {LINK_VERSION} is.",
                node,
                suggestion="Leave this link out: the link specification is understood.",
            )
        return link

    def _error(
        self, code: str, message: str, *nodes: ConstDirectiveNode, suggestion: str | None = None
    ) -> None:
        self.failed = True
        places = [Place(self._subgraph, node) for node in nodes]
        self._findings.error(code, f"[{self._subgraph}] {message}", places, suggestion=suggestion)

    def _check_federation(self, link: Link, node: ConstDirectiveNode) -> None:
        version = link.url.version
        if not OLDEST <= version <= NEWEST:
            self._error(
                "UNKNOWN_FEDERATION_LINK_VERSION",
                f"Federation {version} is not known; {OLDEST} to {NEWEST} are.",
                node,
                suggestion=f'Link "{FEDERATION}/{NEWEST}", or an earlier version.',
            )
            return
        vocabulary = federation_vocabulary(version)
        for imported in link.imports:
            if imported.name not in vocabulary.elements():
                self._unknown_import(imported, vocabulary, node)

    def _unknown_import(
        self, imported: Import, vocabulary: Vocabulary, node: ConstDirectiveNode
    ) -> None:
        later = first_version(imported.name.removeprefix("@"))
        if later is not None and imported.is_directive:
            suggestion = f'Link "{FEDERATION}/{later}" or later, which has {imported.name}.'
        elif f"@{imported.name}" in vocabulary.elements():
            suggestion = f'Write "@{imported.name}": directives are imported with their @.'
        else:
            near = suggestion_list(imported.name, vocabulary.elements())
            suggestion = f'Did you mean "{near[0]}"?' if near else "Remove it from the imports."
        self._error(
            MISUSE,
            f'Cannot import "{imported.name}": this version of federation has no such element.',
            node,
            suggestion=suggestion,
        )

    def check_together(self, links: Sequence[tuple[Link, ConstDirectiveNode]]) -> None:
        """Find links that take each other's names (link specification, "Name Conflicts")."""
        identities: dict[str, ConstDirectiveNode] = {}
        aliases: dict[str, tuple[Link, ConstDirectiveNode]] = {}
        for link, node in links:
            first = identities.setdefault(link.url.identity, node)
            if first is not node:
                self._error(MISUSE, f"{link.url.identity} is linked twice.", first, node)
                continue
            other, other_node = aliases.setdefault(link.alias, (link, node))
            if other is not link:
                self._error(
                    MISUSE,
                    f'{link.url} and {other.url} are both linked as "{link.alias}".',
                    other_node,
                    node,
                    suggestion="Give one of them another name with `as`.",
                )
        self._check_imports(links)

    def _check_imports(self, links: Sequence[tuple[Link, ConstDirectiveNode]]) -> None:
        taken: dict[str, tuple[Import, Link, ConstDirectiveNode]] = {}
        for link, node in links:
            seen: dict[str, Import] = {}
            for imported in link.imports:
                earlier = seen.setdefault(imported.name, imported)
                if earlier.alias != imported.alias:
                    self._error(
                        MISUSE,
                        f'"{imported.name}" is imported as "{earlier.alias}" and as'
                        f' "{imported.alias}".',
                        node,
                    )
                other, other_link, other_node = taken.setdefault(
                    imported.alias, (imported, link, node)
                )
                if (other_link, other.name) != (link, imported.name):
                    self._error(
                        MISUSE,
                        f'"{imported.alias}" names {other.name} of {other_link.url} and'
                        f" {imported.name} of {link.url}.",
                        other_node,
                        node,
                        suggestion="Import one of them under another name with `as`.",
                    )
                self._check_namespaces(imported, link, node, links)

    def _check_namespaces(
        self,
        imported: Import,
        link: Link,
        node: ConstDirectiveNode,
        links: Sequence[tuple[Link, ConstDirectiveNode]],
    ) -> None:
        """An import must not look like an element in the namespace of a link."""
        name = imported.alias.removeprefix("@")
        for other, other_node in links:
            in_namespace = name.startswith(f"{other.alias}__")
            is_itself = other is link and imported.name == f"@{link.url.name}"
            is_main = imported.is_directive and name == other.alias and not is_itself
            if in_namespace or is_main:
                self._error(
                    MISUSE,
                    f'The import "{imported.alias}" of {link.url} reads as an element of'
                    f" {other.url}.",
                    node,
                    other_node,
                    suggestion="Import it, or link the feature, under another name with `as`.",
                )
