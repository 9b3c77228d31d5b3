"""The context of a request to appointments, and the loaders that batch its reads."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from subgraphs.appointments.domain.registrations import Council
from subgraphs.appointments.domain.slot_offer import PURPOSE
from subgraphs.appointments.models import (
    Appointment,
    Clinic,
    ClinicResource,
    HealthcareService,
    PatientReplica,
    Practitioner,
    StatusChange,
)
from subgraphs.appointments.repository import appointments, catalogue, patients, resources
from subgraphs.appointments.repository.appointments import PatientPageRequest
from subgraphs.appointments.service.care_check import Records
from subgraphs.appointments.service.patient_check import Patients
from subgraphs.appointments.types.access import sees_all_visits
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database, Session
from subgraphs.kit.keyset import Page
from subgraphs.kit.signing import Signer

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")

MAX_BATCH = 1000
"""Keys a statement takes at once; PostgreSQL and SQLite have a limit of parameters."""

Fetch = Callable[[Session, Sequence[KeyT]], Awaitable[dict[KeyT, RowT]]]


@dataclass(frozen=True, slots=True)
class Resources:
    """What the app opened at start."""

    patients: Patients
    records: Records


class Loaders:
    """One loader per kind of key; each turns all keys of a moment into one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.appointments: DataLoader[str, Appointment | None] = self._of(appointments.by_ids)
        self.successors: DataLoader[str, Appointment | None] = self._of(appointments.successors)
        self.series: DataLoader[str, list[Appointment] | None] = self._of(appointments.series)
        self.histories: DataLoader[str, list[StatusChange] | None] = self._of(
            appointments.histories
        )
        self.practitioners: DataLoader[str, Practitioner | None] = self._of(catalogue.practitioners)
        self.practitioners_by_council: DataLoader[Council, Practitioner | None] = self._of(
            catalogue.practitioners_by_council
        )
        self.clinics: DataLoader[str, Clinic | None] = self._of(catalogue.clinics)
        self.resources: DataLoader[str, ClinicResource | None] = self._of(resources.by_ids)
        self.clinic_resources: DataLoader[str, list[ClinicResource] | None] = self._of(
            resources.of_clinics
        )
        self.services: DataLoader[str, HealthcareService | None] = self._of(catalogue.services)
        self.patients: DataLoader[str, PatientReplica | None] = self._of(patients.replicas)
        self.persons: DataLoader[str, str | None] = self._of(patients.persons)
        self.patient_pages = DataLoader(self._patient_pages, max_batch_size=MAX_BATCH)

    def _of(self, fetch: Fetch[KeyT, RowT]) -> DataLoader[KeyT, RowT | None]:
        async def load(keys: list[KeyT]) -> list[RowT | None]:
            async with self._database.read() as session:
                found = await fetch(session, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load, max_batch_size=MAX_BATCH)

    async def _patient_pages(
        self, keys: list[tuple[str, PatientPageRequest]]
    ) -> list[Page[Appointment]]:
        by_request: defaultdict[PatientPageRequest, list[str]] = defaultdict(list)
        for patient_id, request in keys:
            by_request[request].append(patient_id)
        found: dict[tuple[str, PatientPageRequest], Page[Appointment]] = {}
        async with self._database.read() as session:
            for request, patient_ids in by_request.items():
                pages = await appointments.patient_pages(session, patient_ids, request)
                found.update({(key, request): page for key, page in pages.items()})
        return [found[key] for key in keys]


class AppointmentsContext(Context):
    """A request to appointments."""

    @cached_property
    def loaders(self) -> Loaders:
        """The loaders of this request."""
        return Loaders(self.database)

    @property
    def patients(self) -> Patients:
        """The patients service."""
        resources: Resources = self.resources
        return resources.patients

    @property
    def records(self) -> Records:
        """The records service."""
        resources: Resources = self.resources
        return resources.records

    @property
    def offer_signer(self) -> Signer:
        """What signs slot offers."""
        return Signer(self.signing_secret, PURPOSE)

    async def sees_visits_of(self, patient_id: str) -> bool:
        """Whether visits of this patient are for the actor: staff's, and the patient's own."""
        own = self.actor.patient_id
        if sees_all_visits(self.actor) or own == patient_id:
            return True
        if own is None:
            return False
        persons = await self.loaders.persons.load_many([own, patient_id])
        return persons[0] is not None and persons[0] == persons[1]

    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()


Info = strawberry.Info[AppointmentsContext, None]
