"""What composition has to say: errors that refuse the supergraph, and hints that do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import Node

Severity = Literal["error", "warning", "info", "debug"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a subgraph's SDL; `line` and `column` count from one.

    They are None where the place is that something is missing from the subgraph. `python` is the
    file and line of the Python class or field behind the SDL, where it is known.
    """

    subgraph: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    file: str | None = None
    source_line: str | None = None
    python: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error or hint.

    `code` is stable and can be searched for and explained; `message` is a sentence with the cause;
    `coordinate` names the schema element (`Patient.cpf`); `locations` are all places involved;
    `suggestion` is a change that mends it, where that can be told.
    """

    code: str
    message: str
    severity: Severity = "error"
    coordinate: str | None = None
    locations: tuple[Location, ...] = ()
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a diagnostic points while composition runs: a subgraph, and a node of its document.

    `position` is the line and column where there is no node; with neither, something is missing.
    """

    subgraph: str
    node: Node | None = None
    coordinate: str | None = None
    position: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic before its places are looked up in the source text."""

    code: str
    message: str
    severity: Severity
    coordinate: str | None
    places: tuple[Place, ...]
    suggestion: str | None


@dataclass(slots=True)
class Findings:
    """Collects what the steps of composition find."""

    errors: list[Finding] = field(default_factory=list)
    hints: list[Finding] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        places: Iterable[Place] = (),
        *,
        coordinate: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Add an error."""
        self.errors.append(Finding(code, message, "error", coordinate, tuple(places), suggestion))

    def hint(
        self,
        code: str,
        message: str,
        places: Iterable[Place] = (),
        *,
        coordinate: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Add a hint; its severity follows from its code."""
        severity = HINT_SEVERITIES[code]
        self.hints.append(Finding(code, message, severity, coordinate, tuple(places), suggestion))


HINT_SEVERITIES: Mapping[str, Severity] = {
    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE": "info",
    "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE": "info",
    "INCONSISTENT_ENTITY": "info",
    "OVERRIDDEN_FIELD_CAN_BE_REMOVED": "info",
    "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED": "info",
    "OVERRIDE_MIGRATION_IN_PROGRESS": "info",
    "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": "info",
    "DIRECTIVE_COMPOSITION_INFO": "info",
    "DIRECTIVE_COMPOSITION_WARN": "warning",
    "IMPLICITLY_UPGRADED_FEDERATION_VERSION": "info",
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": "info",
    "INCONSISTENT_DEFAULT_VALUE_PRESENCE": "warning",
    "INCONSISTENT_INPUT_OBJECT_FIELD": "warning",
    "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM": "warning",
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE": "warning",
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE": "warning",
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS": "warning",
    "NO_EXECUTABLE_DIRECTIVE_INTERSECTION": "warning",
    "INCONSISTENT_DESCRIPTION": "warning",
    "INCONSISTENT_ARGUMENT_PRESENCE": "warning",
    "FROM_SUBGRAPH_DOES_NOT_EXIST": "warning",
    "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": "warning",
    "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN": "warning",
    "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD": "debug",
    "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD": "debug",
    "INCONSISTENT_UNION_MEMBER": "debug",
    "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM": "debug",
    "UNUSED_ENUM_TYPE": "debug",
}
"""Each hint's severity, by its code."""
