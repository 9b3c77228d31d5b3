"""The patient and what belongs to one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Optional, Self

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Tag

from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection
from subgraphs.patients.domain.documents import masked_cpf
from subgraphs.patients.domain.history import changes_between
from subgraphs.patients.domain.identification import RegistrationStage
from subgraphs.patients.domain.patient import PatientStatus, Sex, lacks_responsible
from subgraphs.patients.domain.responsible import Kinship, is_minor
from subgraphs.patients.domain.search import Search
from subgraphs.patients.models import PatientRow, PatientVersionRow
from subgraphs.patients.repository import patients
from subgraphs.patients.service.stored_form import demographics_of
from subgraphs.patients.types.access import READ, sees
from subgraphs.patients.types.contacts import PatientAddress, PatientContact
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.coverage import Coverage
from subgraphs.patients.types.incomplete import UnidentifiedPatient
from subgraphs.patients.types.loaders import Found
from subgraphs.patients.types.privacy import Consent, DataRequest, latest

strawberry.enum(PatientStatus)
strawberry.enum(Sex)
strawberry.enum(Kinship)

MAX_COUNT = 1000
STAFF = Tag(name="staff")
"""Not for the patients' portal: its contract leaves out what has this tag."""


@strawberry.type
class PatientFieldChange:
    """A field that differs between two versions."""

    field: str
    """The field's name."""
    before: str | None
    """What it was; a CPF is masked."""
    after: str | None
    """What it became; a CPF is masked."""


@strawberry.type
class PatientVersion:
    """One version of a registration."""

    version: int
    """Its number; the first is 1."""
    changed_at: datetime
    """Since when."""
    changed_by: str
    """Who made it."""
    reason: str | None
    """Why, where it was said."""
    changes: list[PatientFieldChange]
    """What differs from the version before."""


def _version(before: PatientVersionRow | None, row: PatientVersionRow) -> PatientVersion:
    changes = changes_between(before.snapshot if before else None, row.snapshot)
    return PatientVersion(
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        reason=row.reason,
        changes=[
            PatientFieldChange(field=change.field, before=change.before, after=change.after)
            for change in changes
        ],
    )


async def _history(parent: strawberry.Parent["Patient"], info: Info) -> list[PatientVersion]:
    """Every version of the registration, the oldest first."""
    versions = await info.context.loaders.versions.load(parent.id)
    before = [None, *versions]
    return [_version(*pair) for pair in zip(before, versions, strict=False)]


async def _data_requests(parent: strawberry.Parent["Patient"], info: Info) -> list[DataRequest]:
    """What was asked about the patient's data, and done (LGPD, art. 18)."""
    rows = await info.context.loaders.data_requests.load(parent.id)
    return [DataRequest.of(row) for row in rows]


@strawberry.type
class ResponsiblePerson:
    """Who answers for a patient: a minor, or an adult who cannot decide alone."""

    name: str
    """The name to call the person by."""
    relationship: Kinship
    """What the person is to the patient."""
    cpf_masked: str | None
    """The person's CPF with five of its digits hidden."""
    phone: str | None
    """The telephone, in E.164."""
    patient: Optional["Patient"]
    """The person's own registration, where the person is a patient too."""

    @classmethod
    def of(cls, kept: Mapping[str, Any], patient: Optional["Patient"]) -> Self:
        """The person as kept; of one who is a patient, what that registration tells now."""
        relationship = Kinship(kept["relationship"])
        if patient:
            return cls(
                name=patient.display_name,
                relationship=relationship,
                cpf_masked=patient.cpf_masked,
                phone=patient.phone,
                patient=patient,
            )
        return cls(
            name=kept["name"],
            relationship=relationship,
            cpf_masked=masked_cpf(kept["cpf"]) if kept["cpf"] else None,
            phone=kept["phone"],
            patient=None,
        )


@strawberry.federation.type(keys=["id"], authenticated=True)
class Patient:
    """A person whom the clinics care for."""

    row: strawberry.Private[PatientRow]
    id: ID
    """Opaque and for ever."""
    version: int
    """Grows with every change; a correction names the one it saw."""
    status: PatientStatus
    """The state of the registration."""
    display_name: str = strawberry.federation.field(shareable=True)
    """The name to call the patient by: the social name where there is one."""
    legal_name: str = strawberry.federation.field(directives=[READ])
    """The name in the civil registry."""
    social_name: str | None = strawberry.federation.field(directives=[READ])
    """The name the patient goes by (Decreto 8.727/2016)."""
    mother_name: str | None = strawberry.federation.field(directives=[READ])
    """The mother's name, which tells namesakes apart."""
    birth_date: date | None
    """The day of birth; null until the registration is complete."""
    sex: Sex
    """Sex as registered."""
    cpf_masked: str | None
    """The CPF with five of its digits hidden."""
    # Without a scope of its own, which every field that requires it would have to repeat; who may
    # not read patients does not get the patient either (``access.sees``).
    cpf_raw: str | None = strawberry.federation.field(inaccessible=True)
    """The whole CPF, for services alone: no client can select it."""
    cns: str | None = strawberry.federation.field(directives=[READ])
    """The Cartão Nacional de Saúde."""
    phone: str | None = strawberry.federation.field(directives=[READ])
    """The telephone, in E.164."""
    email: str | None = strawberry.federation.field(directives=[READ])
    """The e-mail address."""
    deceased_on: date | None
    """The day of death, where it is known."""
    created_at: datetime
    """When the patient was registered."""
    updated_at: datetime
    """When the registration last changed."""

    @strawberry.field
    def bookable(self) -> bool:
        """Whether appointments can be booked for the patient."""
        return self.status is PatientStatus.ACTIVE

    @with_directives(READ)
    @strawberry.field
    def address(self) -> PatientAddress | None:
        """Where the patient lives."""
        return PatientAddress(**self.row.address) if self.row.address else None

    @with_directives(READ)
    @strawberry.field
    def contacts(self) -> list[PatientContact]:
        """The people to call about the patient."""
        return [PatientContact(**contact) for contact in self.row.contacts]

    @strawberry.field
    def stage(self) -> RegistrationStage:
        """How far the registration has come; what is missing is asked for at the desk."""
        return demographics_of(self.row).stage

    @with_directives(READ)
    @strawberry.field
    def unidentified(self) -> UnidentifiedPatient | None:
        """Why nobody knows yet who the patient is."""
        return UnidentifiedPatient.of(self.row.unidentified) if self.row.unidentified else None

    @strawberry.field
    def minor(self, info: Info) -> bool | None:
        """Whether the patient is not of age yet (18 years); null without a birth date."""
        return is_minor(self.birth_date, info.context.clock.now().date())

    @with_directives(READ)
    @strawberry.field
    async def responsible(self, info: Info) -> ResponsiblePerson | None:
        """Who answers for the patient."""
        kept = self.row.responsible
        if kept is None:
            return None
        by_id = kept["patient_id"]
        return ResponsiblePerson.of(kept, await patient_by_id(info, by_id) if by_id else None)

    @with_directives(READ)
    @strawberry.field
    def responsible_missing(self, info: Info) -> bool:
        """Whether this is a minor for whom nobody is noted who answers; a warning to the desk."""
        return lacks_responsible(demographics_of(self.row), info.context.clock.now().date())

    @strawberry.field
    async def merged_into(self, info: Info) -> Optional["Patient"]:
        """The registration that holds the data of this merged one."""
        if self.status is not PatientStatus.MERGED:
            return None
        return Patient.of(Found(self.row, self.row))

    @strawberry.field
    async def coverages(self, info: Info) -> list[Coverage] | None:
        """The health plans' cards of the patient, oldest first."""
        ids = await info.context.loaders.coverages.load(self.id)
        return [Coverage(id=ID(id)) for id in ids]

    @with_directives(READ)
    @strawberry.field
    async def consents(self, info: Info) -> list[Consent]:
        """What the patient last said about each purpose and channel."""
        return latest(await info.context.loaders.consents.load(self.id))

    data_requests: list[DataRequest] = strawberry.field(
        resolver=_data_requests, directives=[STAFF, READ]
    )
    history: list[PatientVersion] = strawberry.field(resolver=_history, directives=[STAFF, READ])

    @classmethod
    def of(cls, found: Found) -> "Patient":
        """The patient of a registration. A merged one shows the data of its target."""
        row, data = found.row, found.data
        return cls(
            row=data,
            id=ID(row.id),
            version=row.version,
            status=PatientStatus(row.status),
            display_name=data.social_name or data.legal_name,
            legal_name=data.legal_name,
            social_name=data.social_name,
            mother_name=data.mother_name,
            birth_date=data.birth_date,
            sex=Sex(data.sex),
            cpf_masked=masked_cpf(data.cpf) if data.cpf else None,
            cpf_raw=data.cpf,
            cns=data.cns,
            phone=data.phone,
            email=data.email,
            deceased_on=data.deceased_on,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Optional["Patient"]:
        """The patient with this id; null where there is none."""
        return await patient_by_id(info, id)


async def patient_by_id(info: Info, id: str) -> Patient | None:
    """The patient with this id, by the request's loader; null where it is not the actor's own."""
    found = await info.context.loaders.patients.load(id)
    return Patient.of(found) if found and sees(info.context.actor, found) else None


@strawberry.type
class PatientConnection(Connection[Patient]):
    """One page of patients."""

    search: strawberry.Private[Search | None]
    wanted_status: strawberry.Private[PatientStatus | None]

    @strawberry.field
    async def total_count(self, info: Info) -> int | None:
        """How many match; null where they are more than a thousand, too many to be worth it."""
        async with info.context.database.read() as session:
            return await patients.count_patients(
                session, self.search, self.wanted_status, MAX_COUNT
            )
