"""Mutations on encounters. Each is one transaction, once per key."""

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError
from subgraphs.records.schema.once import Once
from subgraphs.records.service import encounters
from subgraphs.records.service.appointment_check import eligible_appointment
from subgraphs.records.types.access import IN_CARE, WRITE
from subgraphs.records.types.context import Info
from subgraphs.records.types.encounter import Encounter
from subgraphs.records.types.inputs import CloseEncounterInput, OpenEncounterInput
from subgraphs.records.types.results import CloseEncounterResult, OpenEncounterResult, refused


@strawberry.type
class EncounterMutation:
    """Opening and closing encounters."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def open_encounter(self, info: Info, input: OpenEncounterInput) -> OpenEncounterResult:
        """Open the encounter of an appointment whose patient has arrived."""
        context = info.context
        once = Once(context, "openEncounter", input)
        try:
            done = await once.already_done()
            if done is None:
                # Asked before the transaction: no lock is held while waiting for an answer.
                found = await eligible_appointment(context.appointments, input.appointment_id)
                now = context.clock.now()
                done = await once.done(
                    lambda session: encounters.open_encounter(session, found, now)
                )
        except DomainError as error:
            answer: OpenEncounterResult = refused(error)
            return answer
        return await _encounter(info, done)

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def close_encounter(self, info: Info, input: CloseEncounterInput) -> CloseEncounterResult:
        """Close an encounter for good. Its documents must be signed or discarded."""
        now = info.context.clock.now()
        answer: CloseEncounterResult = await Once(info.context, "closeEncounter", input).answer(
            lambda session: encounters.close_encounter(
                session, input.id, input.expected_version, now
            ),
            lambda id: _encounter(info, id),
        )
        return answer


async def _encounter(info: Info, encounter_id: str) -> Encounter:
    row = await info.context.loaders.encounters.load(encounter_id)
    assert row is not None, "it was written in this request, and nothing is deleted"
    return Encounter.of(row)
