"""The context of a request to records, and the loaders that batch its reads."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from subgraphs.kit.context import Context
from subgraphs.kit.database import Database, Session
from subgraphs.kit.keyset import Page
from subgraphs.records.domain.simulated_signer import SimulatedSigner
from subgraphs.records.models import (
    Allergy,
    ClinicalDocument,
    DocumentEvent,
    Encounter,
    Problem,
    VitalSigns,
)
from subgraphs.records.repository import documents, encounters, findings
from subgraphs.records.repository.documents import RecordPageRequest
from subgraphs.records.service.appointment_check import Appointments

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
        self.allergies: DataLoader[str, list[Allergy] | None] = self._of(findings.allergies)
        self.problems: DataLoader[str, list[Problem] | None] = self._of(findings.problems)
        self.vital_signs_by_encounter: DataLoader[str, list[VitalSigns] | None] = self._of(
            findings.vital_signs_by_encounter
        )
        self.record_pages = DataLoader(self._record_pages, max_batch_size=MAX_BATCH)

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
        found: dict[tuple[str, RecordPageRequest], Page[ClinicalDocument]] = {}
        async with self._database.read() as session:
            for request, patient_ids in by_request.items():
                pages = await documents.record_pages(session, patient_ids, request)
                found.update({(key, request): page for key, page in pages.items()})
        return [found[key] for key in keys]


class RecordsContext(Context):
    """A request to records."""

    @cached_property
    def loaders(self) -> Loaders:
        """The loaders of this request."""
        return Loaders(self.database)

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
