"""The directives on an element of the supergraph, out of those on it in the subgraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from graphql import ConstDirectiveNode, ValueNode, print_ast
from graphql.language.print_string import print_string

from router.composition.merge.argument_strategies import STRATEGIES
from router.composition.merge.composed_applications import check_application
from router.composition.merge.composed_directives import ComposedDirectives
from router.composition.merge.merging import Merging, grouped
from router.composition.subgraph_schema import Directive, Element
from router.supergraph.nodes import directive_node

MERGED = frozenset(
    {"tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost", "listSize"}
)
"""Federation's directives that say in the supergraph what they say in a subgraph."""

BUILT_IN = frozenset({"deprecated", "specifiedBy", "oneOf"})
REPEATABLE = frozenset({"tag"})


class AppliedDirectives:
    """Merges applications; `used` collects the federation directives that were seen."""

    def __init__(
        self, merging: Merging, composed: ComposedDirectives, names: Mapping[str, str]
    ) -> None:
        self._merging = merging
        self._composed = composed
        self._names = names
        self.used: set[str] = set()

    def merge(self, elements: Sequence[Element]) -> tuple[ConstDirectiveNode, ...]:
        """Merge the directives on one element of several subgraphs."""
        found: dict[str, list[tuple[Element, Directive]]] = {}
        for element in elements:
            for directive in element.directives:
                name = self._supergraph_name(element, directive)
                if name is not None:
                    found.setdefault(name, []).append((element, directive))
        nodes = [node for name in found for node in self._merge(name, found[name])]
        return (*nodes, *self._renamed_contexts(elements), *self._joined(elements))

    def is_inaccessible(self, elements: Sequence[Element]) -> bool:
        """Tell whether some subgraph hides the element."""
        return any(element.has("inaccessible") for element in elements)

    def _supergraph_name(self, element: Element, directive: Directive) -> str | None:
        if directive.is_federation:
            if directive.name not in MERGED:
                return None
            self.used.add(directive.name)
            return self._names.get(directive.name, directive.name)
        if directive.name in BUILT_IN:
            return directive.name
        name = self._composed.name(element.subgraph, directive.name)
        definition = None if name is None else self._composed.definition(name)
        if definition is not None:
            check_application(self._merging, element, directive, definition)
        return name

    def _merge(
        self, name: str, applied: Sequence[tuple[Element, Directive]]
    ) -> Iterator[ConstDirectiveNode]:
        directive = applied[0][1]
        texts = [_arguments_text(one.arguments) for _, one in applied]
        different = list(dict.fromkeys(texts))
        if self._is_repeatable(name, directive):
            yield from (directive_node(f"@{name}{text}") for text in different)
        elif len(different) == 1:
            yield directive_node(f"@{name}{texts[0]}")
        elif directive.is_federation and directive.name in STRATEGIES:
            yield self._merge_arguments(name, applied)
        else:
            yield self._most_frequent(name, applied, texts)

    def _is_repeatable(self, name: str, directive: Directive) -> bool:
        if directive.is_federation:
            return directive.name in REPEATABLE
        definition = self._composed.definition(name)
        return definition is not None and definition.repeatable

    def _merge_arguments(
        self, name: str, applied: Sequence[tuple[Element, Directive]]
    ) -> ConstDirectiveNode:
        strategies = STRATEGIES[applied[0][1].name]
        merged = {
            argument: strategy([directive.arguments.get(argument) for _, directive in applied])
            for argument, strategy in strategies.items()
        }
        text = ", ".join(f"{key}: {value}" for key, value in merged.items() if value is not None)
        self._hint(
            "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            applied,
            f"has @{name} with different arguments, which are merged to ({text})",
        )
        return directive_node(f"@{name}({text})")

    def _most_frequent(
        self, name: str, applied: Sequence[tuple[Element, Directive]], texts: Sequence[str]
    ) -> ConstDirectiveNode:
        chosen = Counter(texts).most_common(1)[0][0]
        shown = grouped([e for e, _ in applied], [text or "no arguments" for text in texts])
        self._hint(
            "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            applied,
            f"has @{name} with different arguments: {shown}; {chosen or 'none'} is used",
        )
        return directive_node(f"@{name}{chosen}")

    def _hint(self, code: str, applied: Sequence[tuple[Element, Directive]], reason: str) -> None:
        coordinate = applied[0][0].coordinate
        self._merging.findings.hint(
            code,
            f"{coordinate} {reason}.",
            [element.place(directive.node) for element, directive in applied],
            coordinate=coordinate,
        )

    def _renamed_contexts(self, elements: Sequence[Element]) -> Iterator[ConstDirectiveNode]:
        """A context belongs to its subgraph, so its name gets the subgraph's before it."""
        for element in elements:
            for directive in element.applied("context"):
                self.used.add("context")
                name = context_name(self._merging, element.subgraph, directive.string("name") or "")
                yield directive_node(f"@context(name: {print_string(name)})")

    def _joined(self, elements: Sequence[Element]) -> Iterator[ConstDirectiveNode]:
        """@cacheTag says what it says of one subgraph's answers alone (`@join__directive`)."""
        graphs: dict[str, list[str]] = {}
        for element in elements:
            for directive in element.applied("cacheTag"):
                self.used.add("cacheTag")
                value = print_string(directive.string("format") or "")
                graphs.setdefault(value, []).append(self._merging.graph(element))
        for value, ids in graphs.items():
            names = ", ".join(dict.fromkeys(ids))
            yield directive_node(
                f'@join__directive(graphs: [{names}], name: "federation__cacheTag",'
                f" args: {{format: {value}}})"
            )


def context_name(merging: Merging, subgraph: str, name: str) -> str:
    """Name a context in the supergraph."""
    return f"{merging.graph_ids[subgraph].lower()}__{name}"


def _arguments_text(arguments: Mapping[str, ValueNode]) -> str:
    if not arguments:
        return ""
    parts = [f"{name}: {print_ast(value)}" for name, value in arguments.items()]
    return f"({', '.join(parts)})"
