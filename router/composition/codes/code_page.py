"""The page of one code, read from Markdown of a fixed form.

    # CODE

    Error.                              (or: Hint (info), Hint (warning), Hint (debug))

    What it means.

    ## Example                          (an example and its remedy may be repeated, or be absent)

    What is wrong in it.

    ### name-of-a-subgraph

    ```graphql
    …
    ```

    ## Remedy

    How to mend it.

    ### name-of-a-subgraph              (those that change; the others stay as they were)

A subgraph whose name is no name is written into the remedy under its new name, with the heading
`### new-name (was old-name)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SECTION = re.compile(r"^## (Example|Remedy)$", re.MULTILINE)
SUBGRAPH = re.compile(r"^### (\S+)(?: \(was (\S+)\))?\n\n```graphql\n(.*?)^```$", re.M | re.DOTALL)
SEVERITY = re.compile(r"\b(error|info|warning|debug)\b", re.IGNORECASE)
SENTENCE = re.compile(r".+?\.(?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """Subgraphs, by name, that give the code; and the same, mended."""

    what_is_wrong: str
    subgraphs: Mapping[str, str]
    remedy: str
    mended: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to say of one code.

    `severities` are those that a diagnostic with this code can have. `examples` is empty where
    composition does not give the code; `meaning` says then where it comes from.
    """

    code: str
    severities: tuple[str, ...]
    meaning: str
    examples: tuple[Example, ...]
    markdown: str = field(repr=False)

    @property
    def summary(self) -> str:
        """The first sentence of the meaning, on one line."""
        first = SENTENCE.match(self.meaning)
        return " ".join((first[0] if first else self.meaning).split())


def read_page(markdown: str) -> Page:
    """Read a page. Raises ValueError where it has not the form described above."""
    head, *parts = SECTION.split(markdown)
    title, _, rest = head.strip().partition("\n\n")
    severity, _, meaning = rest.partition("\n\n")
    names, bodies = parts[0::2], parts[1::2]
    if names != ["Example", "Remedy"] * (len(names) // 2):
        raise ValueError(f"{title}: each example needs a remedy after it.")
    return Page(
        code=title.removeprefix("# "),
        severities=tuple(word.lower() for word in SEVERITY.findall(severity)),
        meaning=meaning.strip(),
        examples=tuple(
            _example(bad, good) for bad, good in zip(bodies[0::2], bodies[1::2], strict=True)
        ),
        markdown=markdown,
    )


def _example(example: str, remedy: str) -> Example:
    subgraphs = {name: sdl for name, _, sdl in SUBGRAPH.findall(example)}
    mended = dict(subgraphs)
    for name, former_name, sdl in SUBGRAPH.findall(remedy):
        mended.pop(former_name, None)
        mended[name] = sdl
    return Example(
        what_is_wrong=_prose(example), subgraphs=subgraphs, remedy=_prose(remedy), mended=mended
    )


def _prose(section: str) -> str:
    return section.partition("\n### ")[0].strip()
