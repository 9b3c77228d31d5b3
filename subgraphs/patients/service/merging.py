"""Merging two registrations of one person, and parting them again."""

from dataclasses import replace

from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id
from subgraphs.patients.domain.merging import (
    MergeRefused,
    Registration,
    check_merge,
    emptied_again,
    filled_from,
)
from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.models import PatientMergeRow, PatientRow
from subgraphs.patients.repository import merges, patients
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.history import store
from subgraphs.patients.service.stored_form import (
    columns_of,
    demographics_in,
    demographics_of,
    snapshot_of,
)


async def merge(session: Session, source_id: str, target_id: str, author: Author) -> str:
    """Make the source a mere pointer to the target, which takes what it lacks; the target's id.

    A target that was merged itself stands for its own target, so that chains stay flat. Repeated,
    it changes nothing. Raises ``NotFound`` and ``MergeRefused``.
    """
    source, target = await _both(session, source_id, target_id)
    if source.merged_into_id == target.id:
        return target.id
    check_merge(await _registration(session, source), await _registration(session, target))
    before = (snapshot_of(source), snapshot_of(target))
    ours, theirs = demographics_of(source), demographics_of(target)
    repointed = await merges.repoint(session, source.id, target.id, author.at)
    pointer = {
        **columns_of(replace(ours, cpf=None)),
        "status": PatientStatus.MERGED.value,
        "merged_into_id": target.id,
    }
    # The source first: it lets go of the CPF that the target may take.
    await store(session, source, source.version, pointer, author)
    completed = replace(theirs, **filled_from(theirs, ours))
    if completed != theirs:
        await store(session, target, target.version, columns_of(completed), author)
    await merges.add(
        session,
        PatientMergeRow(
            id=new_id(),
            source_id=source.id,
            target_id=target.id,
            merged_at=author.at,
            merged_by=author.actor_id,
            source_before=before[0],
            target_before=before[1],
            repointed_ids=repointed,
        ),
    )
    return target.id


async def unmerge(session: Session, source_id: str, author: Author) -> str:
    """Part a merged registration from its target again; its id.

    The target loses what the merge had filled in, unless somebody changed it since. Raises
    ``NotFound`` and ``MergeRefused``.
    """
    merge_row = await merges.live_merge(session, source_id)
    if merge_row is None:
        await patients.require_patient(session, source_id)
        raise MergeRefused("Este cadastro não está unificado.", path=["patientId"])
    rows = await merges.locked(session, [source_id, merge_row.target_id])
    source, target = rows[source_id], rows[merge_row.target_id]
    if source.merged_into_id != target.id or target.status == PatientStatus.ANONYMISED.value:
        raise MergeRefused("O cadastro de destino foi unificado ou anonimizado depois.")
    ours = demographics_in(merge_row.source_before)
    before = demographics_in(merge_row.target_before)
    theirs = demographics_of(target)
    emptied = emptied_again(theirs, before, filled_from(before, ours))
    if emptied != theirs:
        # The target first: it lets go of the CPF that goes back.
        await store(session, target, target.version, columns_of(emptied), author)
    restored = {
        **columns_of(ours),
        "status": merge_row.source_before["status"],
        "merged_into_id": None,
    }
    await store(session, source, source.version, restored, author)
    await merges.point_back(session, merge_row.repointed_ids, target.id, source.id, author.at)
    merge_row.unmerged_at, merge_row.unmerged_by = author.at, author.actor_id
    return source.id


async def _both(session: Session, source_id: str, target_id: str) -> tuple[PatientRow, PatientRow]:
    """The source and the end of the target's chain, locked."""
    target = await patients.require_patient(session, target_id, field="targetId")
    end_id = target.merged_into_id or target.id
    rows = await merges.locked(session, [source_id, end_id])
    if source_id not in rows:
        raise NotFound("Paciente não encontrado.", path=["sourceId"])
    return rows[source_id], rows[end_id]


async def _registration(session: Session, row: PatientRow) -> Registration:
    former = frozenset(merged.id for merged in await merges.merged_into(session, row.id))
    return Registration(row.id, PatientStatus(row.status), demographics_of(row), former)
