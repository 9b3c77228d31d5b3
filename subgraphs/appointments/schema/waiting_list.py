"""The waiting list: joined, left, looked at."""

from datetime import datetime

import strawberry

from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.repository import waiting_list as repository
from subgraphs.appointments.repository.waiting_list import WaitingListFilter
from subgraphs.appointments.schema.once import Once
from subgraphs.appointments.service import waiting_list
from subgraphs.appointments.service.patient_check import bookable_patient
from subgraphs.appointments.service.waiting_list import Wish
from subgraphs.appointments.types.access import READ, STAFF, WRITE
from subgraphs.appointments.types.appointment import present
from subgraphs.appointments.types.context import AppointmentsContext, Info
from subgraphs.appointments.types.refusals import refused
from subgraphs.appointments.types.results import WaitingListResult
from subgraphs.appointments.types.waiting_list import (
    JoinWaitingListInput,
    LeaveWaitingListInput,
    WaitingListEntry,
)
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError
from subgraphs.kit.pagination import Connection


@strawberry.type
class WaitingListMutation:
    """Joining and leaving the waiting list."""

    @with_directives(WRITE, STAFF)
    @strawberry.mutation
    async def join_waiting_list(self, info: Info, input: JoinWaitingListInput) -> WaitingListResult:
        """Wait for a slot; whatever comes free is offered, to whoever waits longest first."""
        context = info.context
        once = Once(context, "joinWaitingList", input)
        answer: WaitingListResult
        try:
            done = await once.already_done()
            if done is None:
                wish = await _wish(context, input)
                done = await once.done(
                    lambda session: waiting_list.join(session, wish, context.now())
                )
        except DomainError as error:
            answer = refused(error)
            return answer
        return await _entry(info, done)

    @with_directives(WRITE, STAFF)
    @strawberry.mutation
    async def leave_waiting_list(
        self, info: Info, input: LeaveWaitingListInput
    ) -> WaitingListResult:
        """Wait no more."""
        answer: WaitingListResult = await Once(info.context, "leaveWaitingList", input).answer(
            lambda session: waiting_list.leave(session, input.id, input.expected_version),
            lambda id: _entry(info, id),
        )
        return answer


@strawberry.type
class WaitingListQuery:
    """Who waits."""

    @with_directives(READ, STAFF)
    @strawberry.field
    async def waiting_list(
        self,
        info: Info,
        clinic_id: strawberry.ID | None = None,
        service_id: strawberry.ID | None = None,
        patient_id: strawberry.ID | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[WaitingListEntry]:
        """Who waits or was offered a slot, whoever is next first."""
        cursors = info.context.cursors("waitingList")
        request = cursors.request(first, after, _sort_values)
        wanted = WaitingListFilter(clinic_id, service_id, patient_id)
        async with info.context.database.read() as session:
            page = await repository.page(session, wanted, request)
        return cursors.connection(
            page, request, node=WaitingListEntry.of, values=lambda row: (row.queued_at, row.id)
        )


async def _wish(context: AppointmentsContext, input: JoinWaitingListInput) -> Wish:
    remembered = await context.loaders.patients.load(input.patient_id)
    patient = await bookable_patient(context.patients, input.patient_id, remembered, context.now())
    return Wish(
        patient,
        input.service_id,
        input.from_,
        input.until,
        VisitKind(input.kind),
        context.actor.id,
        input.practitioner_id,
        input.clinic_id,
        input.coverage_id,
    )


async def _entry(info: Info, entry_id: str) -> WaitingListEntry:
    async with info.context.database.read() as session:
        found = await repository.entries(session, [entry_id])
    return WaitingListEntry.of(present(found.get(entry_id)))


def _sort_values(values: list[str]) -> tuple[datetime, str]:
    queued_at, entry_id = values
    return datetime.fromisoformat(queued_at), entry_id
