"""What can be asked about patients."""

import strawberry
from strawberry import ID

from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.documents import normalized_cpf
from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.domain.search import SearchKind, parse_search
from subgraphs.patients.models import PatientRow
from subgraphs.patients.repository import patients
from subgraphs.patients.schema.search_log import SearchLogQuery
from subgraphs.patients.service.duplicates import candidates_for
from subgraphs.patients.service.stored_form import demographics_of
from subgraphs.patients.types.access import MERGE, READ, SIGNED_IN
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.duplicates import DuplicateCandidate
from subgraphs.patients.types.loaders import Found
from subgraphs.patients.types.patient import STAFF, Patient, PatientConnection, patient_by_id
from subgraphs.patients.types.search_log import note_search

MAX_CANDIDATES = 50


def _patient(row: PatientRow) -> Patient:
    return Patient.of(Found(row, row))


async def _patient_by_cpf(info: Info, cpf: str) -> Patient | None:
    """The patient who has this CPF, with or without punctuation."""
    number = normalized_cpf(cpf)
    async with info.context.database.read() as session:
        row = await patients.patient_by_cpf(session, number)
    await note_search(info.context, SearchKind.NUMBER, [row.id] if row else [])
    return _patient(row) if row else None


async def _duplicate_candidates(
    info: Info, patient_id: ID, first: int = 10
) -> list[DuplicateCandidate]:
    """Registrations that may be of the same person, the likeliest first."""
    if not 1 <= first <= MAX_CANDIDATES:
        raise InvalidInput(f"Peça de 1 a {MAX_CANDIDATES} itens.", path=["first"])
    async with info.context.database.read() as session:
        row = await patients.require_patient(session, patient_id)
        known = demographics_of(row)
        found = await candidates_for(session, known, besides=row.id, first=first)
    likely = [DuplicateCandidate.of(candidate) for candidate in found]
    await note_search(info.context, SearchKind.LIKENESS, [str(one.patient.id) for one in likely])
    return likely


@strawberry.type
class Query(SearchLogQuery):
    """What can be asked in the clinic network."""

    @with_directives(SIGNED_IN)
    @strawberry.field
    async def patient(self, info: Info, id: ID) -> Patient | None:
        """One patient, by id."""
        return await patient_by_id(info, id)

    patient_by_cpf: Patient | None = strawberry.field(
        resolver=_patient_by_cpf, directives=[STAFF, READ]
    )

    @with_directives(READ)
    @strawberry.field
    async def patients(
        self,
        info: Info,
        search: str | None = None,
        status: PatientStatus | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> PatientConnection:
        """Patients by name.

        `search` takes beginnings of names (accents and case do not matter), a birth date as
        dd/mm/yyyy beside or instead of them, or a CPF or telephone alone. Names that begin with
        the first word come first. Merged registrations are shown only where `status` asks for
        them.
        """
        wanted = parse_search(search) if search and search.strip() else None
        cursors = info.context.cursors(f"patients {status} {search}")
        request = cursors.request(first, after)
        async with info.context.database.read() as session:
            page = await patients.search_patients(session, wanted, status, request)
        kind = wanted.kind if wanted else SearchKind.LIST
        await note_search(info.context, kind, [row.id for row in page.rows])
        connection = cursors.connection(
            page, request, node=_patient, values=lambda row: patients.place_of(row, wanted)
        )
        return PatientConnection(
            edges=connection.edges,
            page_info=connection.page_info,
            search=wanted,
            wanted_status=status,
        )

    duplicate_candidates: list[DuplicateCandidate] = strawberry.field(
        resolver=_duplicate_candidates, directives=[STAFF, MERGE]
    )
