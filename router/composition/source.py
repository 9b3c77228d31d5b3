"""What goes into composition and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.composition.diagnostics import Diagnostic
from router.supergraph.model import Supergraph


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphSource:
    """A subgraph to compose.

    `file` is where the SDL was read from, for messages. `source_map` leads from a coordinate
    (`Patient.cpf`) to the Python file and line that define it, where the SDL was generated.
    """

    name: str
    url: str
    sdl: str
    file: str | None = None
    source_map: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionResult:
    """The supergraph and its API schema, or the errors; hints either way."""

    errors: tuple[Diagnostic, ...]
    hints: tuple[Diagnostic, ...]
    supergraph: Supergraph | None = None
    supergraph_sdl: str | None = None
    api_sdl: str | None = None
