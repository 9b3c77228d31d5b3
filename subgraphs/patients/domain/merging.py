"""Two registrations of one person become one; and two again, where that was a mistake."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from subgraphs.kit.errors import DomainError
from subgraphs.patients.domain.patient import Demographics, PatientStatus


class MergeRefused(DomainError):
    """These two registrations cannot become one, or not be parted."""

    code = "MERGE_REFUSED"


@dataclass(frozen=True, slots=True)
class Registration:
    """What merging needs to know of one side."""

    id: str
    status: PatientStatus
    demographics: Demographics
    former_ids: frozenset[str] = frozenset()
    """Of the registrations that were merged into it."""


def check_merge(source: Registration, target: Registration) -> None:
    """Raises ``MergeRefused``. The target is the end of its own chain, never itself merged."""
    if source.id == target.id:
        raise MergeRefused("Um cadastro não pode ser unificado consigo mesmo.", path=["targetId"])
    closed = {PatientStatus.MERGED, PatientStatus.ANONYMISED}
    if source.status in closed or target.status in closed:
        raise MergeRefused("Um cadastro unificado ou anonimizado não pode ser unificado.")
    ours, theirs = source.demographics, target.demographics
    if _answers_for(target, ours) or _answers_for(source, theirs):
        raise MergeRefused(
            "Um dos dois é o responsável pelo outro: são duas pessoas. Corrija antes de unificar."
        )
    if theirs.unidentified and not ours.unidentified:
        raise MergeRefused(
            "Unifique o cadastro não identificado no da pessoa conhecida, não o contrário."
        )
    if ours.cpf and theirs.cpf and ours.cpf != theirs.cpf:
        raise MergeRefused(
            "Os dois cadastros têm CPFs diferentes. Corrija o CPF errado antes de unificar."
        )


def _answers_for(one: Registration, patient: Demographics) -> bool:
    responsible = patient.responsible
    return responsible is not None and responsible.patient_id in {one.id, *one.former_ids}


def filled_from(target: Demographics, source: Demographics) -> dict[str, Any]:
    """The fields that the target lacks and the source has, with the source's values."""
    return {
        field.name: getattr(source, field.name)
        for field in fields(Demographics)
        if field.name != "unidentified"  # It is of the name that goes, not of the person.
        and not getattr(target, field.name)
        and getattr(source, field.name)
    }


def emptied_again(
    target: Demographics, before: Demographics, filled: Mapping[str, Any]
) -> Demographics:
    """The target without what a merge had filled in, unless somebody changed it since."""
    untouched = {name for name, value in filled.items() if getattr(target, name) == value}
    return replace(target, **{name: getattr(before, name) for name in untouched})
