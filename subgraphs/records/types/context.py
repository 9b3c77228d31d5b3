"""The context of a request to records, and the loaders that batch its reads."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from subgraphs.kit.context import Context
from subgraphs.kit.database import Database, Session
from subgraphs.kit.keyset import Page
from subgraphs.records.domain.patient import Person
from subgraphs.records.domain.sensitivity import Sight
from subgraphs.records.domain.simulated_signer import SimulatedSigner
from subgraphs.records.models import (
    Allergy,
    ClinicalDocument,
    DocumentEvent,
    Encounter,
    Problem,
    VitalSigns,
)
from subgraphs.records.repository import documents, encounters, findings, patients
from subgraphs.records.repository.documents import RecordPageRequest
from subgraphs.records.service.appointment_check import Appointments
from subgraphs.records.types.access_log import AccessDecisions

RowT = TypeVar("RowT")

MAX_BATCH = 1000
"""Keys a statement takes at once; PostgreSQL and SQLite have a limit of parameters."""

Fetch = Callable[[Session, Sequence[str]], Awaitable[dict[str, RowT]]]


@dataclass(frozen=True, slots=True)
class Resources:
    """What the app opened at start."""

    appointments: Appointments


class Loaders:
    """One loader per kind of key; each turns all keys of a moment into one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.encounters: DataLoader[str, Encounter | None] = self._of(encounters.encounters)
        self.encounters_by_appointment: DataLoader[str, Encounter | None] = self._of(
            encounters.encounters_by_appointment
        )
        self.documents: DataLoader[str, ClinicalDocument | None] = self._of(documents.documents)
        self.documents_by_encounter: DataLoader[str, list[ClinicalDocument] | None] = self._of(
            documents.documents_by_encounter
        )
        self.amendments: DataLoader[str, list[ClinicalDocument] | None] = self._of(
            documents.amendments
        )
        self.events: DataLoader[str, list[DocumentEvent] | None] = self._of(documents.events)
        self.allergies: DataLoader[str, list[Allergy]] = self._of_person(findings.allergies)
        self.problems: DataLoader[str, list[Problem]] = self._of_person(findings.problems)
        self.vital_signs_by_encounter: DataLoader[str, list[VitalSigns] | None] = self._of(
            findings.vital_signs_by_encounter
        )
        self.allergies_by_id: DataLoader[str, Allergy | None] = self._of(findings.allergies_by_id)
        self.problems_by_id: DataLoader[str, Problem | None] = self._of(findings.problems_by_id)
        self.persons = DataLoader(self._persons, max_batch_size=MAX_BATCH)
        self.record_pages = DataLoader(self._record_pages, max_batch_size=MAX_BATCH)
        self.left_out = DataLoader(self._left_out, max_batch_size=MAX_BATCH)

    def _of(self, fetch: Fetch[RowT]) -> DataLoader[str, RowT | None]:
        async def load(keys: list[str]) -> list[RowT | None]:
            async with self._database.read() as session:
                found = await fetch(session, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load, max_batch_size=MAX_BATCH)

    async def _record_pages(
        self, keys: list[tuple[str, RecordPageRequest]]
    ) -> list[Page[ClinicalDocument]]:
        by_request: defaultdict[RecordPageRequest, list[str]] = defaultdict(list)
        for patient_id, request in keys:
            by_request[request].append(patient_id)
        persons = await self.persons_of([patient_id for patient_id, _ in keys])
        found: dict[tuple[str, RecordPageRequest], Page[ClinicalDocument]] = {}
        async with self._database.read() as session:
            for request, patient_ids in by_request.items():
                wanted = {persons[patient_id] for patient_id in patient_ids}
                pages = await documents.record_pages(session, wanted, request)
                found.update({(key, request): page for key, page in pages.items()})
        return [found[persons[patient_id].id, request] for patient_id, request in keys]

    async def _left_out(self, keys: list[tuple[str, Sight]]) -> list[int]:
        persons = await self.persons_of([patient_id for patient_id, _ in keys])
        counts: dict[tuple[str, Sight], int] = {}
        async with self._database.read() as session:
            for sight in {sight for _, sight in keys}:
                wanted = {persons[id] for id, asked in keys if asked == sight}
                found = await documents.left_out(session, wanted, sight)
                counts.update({(person_id, sight): number for person_id, number in found.items()})
        return [counts.get((persons[id].id, sight), 0) for id, sight in keys]

    async def persons_of(self, patient_ids: Sequence[str]) -> dict[str, Person]:
        """The persons for whom these registrations stand."""
        persons = await self.persons.load_many(patient_ids)
        return dict(zip(patient_ids, persons, strict=True))

    async def _persons(self, patient_ids: list[str]) -> list[Person]:
        async with self._database.read() as session:
            persons = await patients.persons(session, patient_ids)
        return [persons[patient_id] for patient_id in patient_ids]

    def _of_person(self, fetch: Fetch[list[RowT]]) -> DataLoader[str, list[RowT]]:
        """What is kept by registration, of all of a person's, in order of recording."""

        async def load(patient_ids: list[str]) -> list[list[RowT]]:
            persons = await self.persons_of(patient_ids)
            ids = {id for person in persons.values() for id in person.registrations}
            async with self._database.read() as session:
                found = await fetch(session, sorted(ids))
            together = (
                [row for id in persons[patient_id].registrations for row in found[id]]
                for patient_id in patient_ids
            )
            return [sorted(rows, key=attrgetter("recorded_at")) for rows in together]

        return DataLoader(load, max_batch_size=MAX_BATCH)


class RecordsContext(Context):
    """A request to records."""

    @cached_property
    def loaders(self) -> Loaders:
        """The loaders of this request."""
        return Loaders(self.database)

    @cached_property
    def access(self) -> AccessDecisions:
        """Whom the actor cares for, and what they read in this request."""
        return AccessDecisions(self)

    @property
    def appointments(self) -> Appointments:
        """The appointments service."""
        resources: Resources = self.resources
        return resources.appointments

    @property
    def document_signer(self) -> SimulatedSigner:
        """Whoever signs documents for their authors."""
        return SimulatedSigner(self.signing_secret)


Info = strawberry.Info[RecordsContext, None]
