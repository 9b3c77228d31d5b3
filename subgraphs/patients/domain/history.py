"""What changed between two versions of a registration, as it may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from subgraphs.patients.domain.documents import masked_cpf

Snapshot = Mapping[str, Any]
"""A version as JSON values, by field."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; texts as they may be shown, the CPF masked."""

    field: str
    before: str | None
    after: str | None


def changes_between(before: Snapshot | None, after: Snapshot) -> list[FieldChange]:
    """The fields that differ, in the order of the later version. The first version has none."""
    if before is None:
        return []
    return [
        FieldChange(field, _shown(field, before.get(field)), _shown(field, value))
        for field, value in after.items()
        if before.get(field) != value
    ]


def _shown(field: str, value: Any) -> str | None:
    if value is None or value == []:
        return None
    if field == "cpf":
        return masked_cpf(value)
    if isinstance(value, Mapping):
        return ", ".join(_shown(key, part) or "" for key, part in value.items() if part)
    if isinstance(value, list):
        return "; ".join(_shown("", item) or "" for item in value)
    return str(value)
