"""Mutations on allergies, problems and vital signs. Each is one transaction, once per key."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import strawberry

from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.records.domain.vital_signs import Measurements
from subgraphs.records.repository import findings as stored
from subgraphs.records.schema.once import Once
from subgraphs.records.service import findings
from subgraphs.records.service.findings import ObservedAllergy, ObservedProblem
from subgraphs.records.types.access import IN_CARE, WRITE
from subgraphs.records.types.context import Info
from subgraphs.records.types.finding_inputs import (
    RecordAllergyInput,
    RecordProblemInput,
    RecordVitalSignsInput,
    RefuteAllergyInput,
    ResolveProblemInput,
)
from subgraphs.records.types.findings import Allergy, Problem, VitalSigns
from subgraphs.records.types.results import AllergyResult, ProblemResult, VitalSignsResult

RowT = TypeVar("RowT")


@strawberry.type
class FindingMutation:
    """What is found in an encounter and outlives it."""

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def record_allergy(self, info: Info, input: RecordAllergyInput) -> AllergyResult:
        """Note what harms the patient."""
        observed = ObservedAllergy(
            input.encounter_id, input.substance, input.criticality, input.reaction
        )
        now = info.context.clock.now()
        answer: AllergyResult = await Once(info.context, "recordAllergy", input).answer(
            lambda session: findings.record_allergy(session, observed, now),
            lambda id: _allergy(info, id),
        )
        return answer

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def refute_allergy(self, info: Info, input: RefuteAllergyInput) -> AllergyResult:
        """Note that it turned out to be none."""
        now = info.context.clock.now()
        answer: AllergyResult = await Once(info.context, "refuteAllergy", input).answer(
            lambda session: findings.refute_allergy(session, input.id, input.reason, now),
            lambda id: _allergy(info, id),
        )
        return answer

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def record_problem(self, info: Info, input: RecordProblemInput) -> ProblemResult:
        """Put a condition on the patient's problem list."""
        observed = ObservedProblem(input.encounter_id, input.cid10, input.onset, input.note)
        now = info.context.clock.now()
        answer: ProblemResult = await Once(info.context, "recordProblem", input).answer(
            lambda session: findings.record_problem(session, observed, now),
            lambda id: _problem(info, id),
        )
        return answer

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def resolve_problem(self, info: Info, input: ResolveProblemInput) -> ProblemResult:
        """Note that a condition is over."""
        answer: ProblemResult = await Once(info.context, "resolveProblem", input).answer(
            lambda session: findings.resolve_problem(
                session, input.id, input.expected_version, input.resolved_on
            ),
            lambda id: _problem(info, id),
        )
        return answer

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def record_vital_signs(
        self, info: Info, input: RecordVitalSignsInput
    ) -> VitalSignsResult:
        """Note what was measured. A wrong value is not changed; it is measured again."""
        measured = Measurements(
            systolic=input.systolic,
            diastolic=input.diastolic,
            heart_rate=input.heart_rate,
            respiratory_rate=input.respiratory_rate,
            oxygen_saturation=input.oxygen_saturation,
            temperature=input.temperature,
            weight_kg=input.weight_kg,
            height_cm=input.height_cm,
        )
        now = info.context.clock.now()
        answer: VitalSignsResult = await Once(info.context, "recordVitalSigns", input).answer(
            lambda session: findings.record_vital_signs(session, input.encounter_id, measured, now),
            lambda id: _vital_signs(info, id),
        )
        return answer


async def _allergy(info: Info, id: str) -> Allergy:
    return Allergy.of(await _read(info, stored.allergy, id))


async def _problem(info: Info, id: str) -> Problem:
    return Problem.of(await _read(info, stored.problem, id))


async def _vital_signs(info: Info, id: str) -> VitalSigns:
    return VitalSigns.of(await _read(info, stored.vital_signs, id))


async def _read(
    info: Info, fetch: Callable[[Session, str], Awaitable[RowT | None]], id: str
) -> RowT:
    async with info.context.database.read() as session:
        row = await fetch(session, id)
    assert row is not None, "it was written in this request, and nothing is deleted"
    return row
