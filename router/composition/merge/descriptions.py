"""One description out of those that subgraphs give to an element."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import Element


def merge_description(merging: Merging, elements: Sequence[Element]) -> str | None:
    """Take the description that most subgraphs have, of the first subgraph among equals."""
    texts = [element.description for element in elements if element.description]
    if not texts:
        return None
    chosen = Counter(texts).most_common(1)[0][0]
    others = [e for e in elements if e.description and e.description != chosen]
    if others:
        having = names_text(e.subgraph for e in elements if e.description == chosen)
        element = elements[0]
        merging.findings.hint(
            "INCONSISTENT_DESCRIPTION",
            f"{element.coordinate} is described in different words: those of {having} are used,"
            f" those of {names_text(e.subgraph for e in others)} are not.",
            [e.place() for e in elements if e.description],
            coordinate=element.coordinate,
        )
    return chosen
