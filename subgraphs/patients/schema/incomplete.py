"""Registering somebody of whom little is known yet."""

import strawberry

from subgraphs.patients.schema.once import author_of, once, request_of
from subgraphs.patients.service import registration
from subgraphs.patients.types.access import WRITE
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import (
    PreRegisterPatientResult,
    RegisterUnidentifiedPatientResult,
)
from subgraphs.patients.types.incomplete import (
    PreRegisterPatientInput,
    RegisterUnidentifiedPatientInput,
    pre_registered,
    unidentified,
)
from subgraphs.patients.types.patient import STAFF


async def _pre_register_patient(
    info: Info, input: PreRegisterPatientInput
) -> PreRegisterPatientResult:
    """Registers somebody who calls, by name and telephone: enough to book a visit.

    `correctPatient` with a birth date completes the registration when the patient arrives.
    """
    answer: PreRegisterPatientResult = await once(
        info,
        request_of(info, "preRegisterPatient", input),
        lambda session: registration.register(
            session,
            pre_registered(input),
            author_of(info),
            refuse_duplicates=input.refuse_duplicates,
        ),
    )
    return answer


async def _register_unidentified_patient(
    info: Info, input: RegisterUnidentifiedPatientInput
) -> RegisterUnidentifiedPatientResult:
    """Registers somebody whom nobody knows, under a label to call by.

    `correctPatient` with name and birth date identifies the patient; where that person is
    registered already, `mergePatients` makes one of the two.
    """
    answer: RegisterUnidentifiedPatientResult = await once(
        info,
        request_of(info, "registerUnidentifiedPatient", input),
        lambda session: registration.register_unidentified(
            session, unidentified(input), input.sex, author_of(info)
        ),
    )
    return answer


@strawberry.type
class IncompleteMutation:
    """Registering somebody of whom little is known yet."""

    pre_register_patient: PreRegisterPatientResult = strawberry.mutation(
        resolver=_pre_register_patient, directives=[STAFF, WRITE]
    )
    register_unidentified_patient: RegisterUnidentifiedPatientResult = strawberry.mutation(
        resolver=_register_unidentified_patient, directives=[STAFF, WRITE]
    )
