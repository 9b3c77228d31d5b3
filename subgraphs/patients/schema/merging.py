"""Merging registrations of one person, and parting them."""

from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.kit.idempotency import IdempotentRequest
from subgraphs.patients.schema.once import author_of, once
from subgraphs.patients.service import merging
from subgraphs.patients.types.access import MERGE
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import MergePatientsResult
from subgraphs.patients.types.patient import STAFF


async def _merge_patients(
    info: Info, source_id: ID, target_id: ID, idempotency_key: UUID, reason: str | None = None
) -> MergePatientsResult:
    """Makes the source a pointer to the target, which takes what it lacks. It can be undone."""
    request = IdempotentRequest(
        info.context.actor.id, "mergePatients", idempotency_key, [source_id, target_id, reason]
    )
    answer: MergePatientsResult = await once(
        info,
        request,
        lambda session: merging.merge(session, source_id, target_id, author_of(info, reason)),
    )
    return answer


async def _unmerge_patient(
    info: Info, patient_id: ID, idempotency_key: UUID, reason: str | None = None
) -> MergePatientsResult:
    """Parts a merged registration from its target again; the answer is the registration."""
    request = IdempotentRequest(
        info.context.actor.id, "unmergePatient", idempotency_key, [patient_id, reason]
    )
    answer: MergePatientsResult = await once(
        info,
        request,
        lambda session: merging.unmerge(session, patient_id, author_of(info, reason)),
    )
    return answer


@strawberry.type
class MergingMutation:
    """Merging registrations of one person, and parting them."""

    merge_patients: MergePatientsResult = strawberry.mutation(
        resolver=_merge_patients, directives=[STAFF, MERGE]
    )
    unmerge_patient: MergePatientsResult = strawberry.mutation(
        resolver=_unmerge_patient, directives=[STAFF, MERGE]
    )
