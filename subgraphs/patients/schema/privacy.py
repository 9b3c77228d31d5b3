"""Consent, and the requests of data subjects."""

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.patients.repository import privacy as repository
from subgraphs.patients.schema.once import author_of, once, request_of
from subgraphs.patients.service import privacy
from subgraphs.patients.types.access import PRIVACY, WRITE
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import (
    EraseContactDataResult,
    ExportPersonalDataResult,
    RecordConsentResult,
)
from subgraphs.patients.types.patient import STAFF
from subgraphs.patients.types.privacy import (
    EraseContactDataInput,
    ExportPersonalDataInput,
    PersonalDataExport,
    RecordConsentInput,
    exported,
)


async def _erase_contact_data(info: Info, input: EraseContactDataInput) -> EraseContactDataResult:
    """Erases telephone, e-mail, address and contacts, in the history too. It cannot be undone.

    Name, CPF, birth date and records stay, as the law demands (Lei 13.787/2018; LGPD, art. 16).
    """
    answer: EraseContactDataResult = await once(
        info,
        request_of(info, "eraseContactData", input),
        lambda session: privacy.erase_contacts(
            session,
            input.patient_id,
            input.expected_version,
            input.legal_basis,
            author_of(info),
        ),
    )
    return answer


async def _export_personal_data(
    info: Info, input: ExportPersonalDataInput
) -> ExportPersonalDataResult:
    """Gives a copy of all that this service keeps about a person, and remembers that it did."""

    async def show(info: Info, request_id: str) -> PersonalDataExport:
        async with info.context.database.read() as session:
            row = await repository.require_request(session, request_id)
            return exported(await privacy.personal_data(session, row.patient_id), row)

    answer: ExportPersonalDataResult = await once(
        info,
        request_of(info, "exportPersonalData", input),
        lambda session: privacy.note_export(
            session, input.patient_id, input.legal_basis, author_of(info)
        ),
        show,
    )
    return answer


@strawberry.type
class PrivacyMutation:
    """Consent, and the requests of data subjects."""

    erase_contact_data: EraseContactDataResult = strawberry.mutation(
        resolver=_erase_contact_data, directives=[STAFF, PRIVACY]
    )
    export_personal_data: ExportPersonalDataResult = strawberry.mutation(
        resolver=_export_personal_data, directives=[STAFF, PRIVACY]
    )

    @with_directives(WRITE)
    @strawberry.mutation
    async def record_consent(self, info: Info, input: RecordConsentInput) -> RecordConsentResult:
        """Records that a patient agrees to something, or does not any more."""
        consent = privacy.Consent(input.purpose, input.channel, input.granted)
        answer: RecordConsentResult = await once(
            info,
            request_of(info, "recordConsent", input),
            lambda session: privacy.record_consent(
                session, input.patient_id, consent, author_of(info, input.evidence)
            ),
        )
        return answer
