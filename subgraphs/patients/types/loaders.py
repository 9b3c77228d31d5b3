"""The reads of one request, gathered: each kind costs a statement or two, however many ask."""

from dataclasses import dataclass

from strawberry.dataloader import DataLoader

from subgraphs.kit.database import Database
from subgraphs.patients.models import ConsentRow, DataRequestRow, PatientRow, PatientVersionRow
from subgraphs.patients.repository import coverages, history, patients, privacy

MAX_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A registration, and the one that holds its data: itself, unless it was merged."""

    row: PatientRow
    data: PatientRow


class Loaders:
    """The DataLoaders of one request."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.patients: DataLoader[str, Found | None] = DataLoader(
            self._load_patients, max_batch_size=MAX_BATCH
        )
        self.versions: DataLoader[str, list[PatientVersionRow]] = DataLoader(
            self._load_versions, max_batch_size=MAX_BATCH
        )
        self.coverages: DataLoader[str, list[str]] = DataLoader(
            self._load_coverages, max_batch_size=MAX_BATCH
        )

        self.consents: DataLoader[str, list[ConsentRow]] = DataLoader(
            self._load_consents, max_batch_size=MAX_BATCH
        )
        self.data_requests: DataLoader[str, list[DataRequestRow]] = DataLoader(
            self._load_data_requests, max_batch_size=MAX_BATCH
        )

    async def _load_patients(self, ids: list[str]) -> list[Found | None]:
        async with self._database.read() as session:
            rows = await patients.patients_by_id(session, ids)
            targets = {row.merged_into_id for row in rows.values() if row.merged_into_id}
            missing = sorted(targets - rows.keys())
            more = await patients.patients_by_id(session, missing) if missing else {}
        known = rows | more
        return [_found(rows.get(id), known) for id in ids]

    async def _load_versions(self, ids: list[str]) -> list[list[PatientVersionRow]]:
        async with self._database.read() as session:
            found = await history.versions_of(session, ids)
        return [found[id] for id in ids]

    async def _load_coverages(self, ids: list[str]) -> list[list[str]]:
        async with self._database.read() as session:
            found = await coverages.coverages_of(session, ids)
        return [found[id] for id in ids]

    async def _load_consents(self, ids: list[str]) -> list[list[ConsentRow]]:
        async with self._database.read() as session:
            found = await privacy.consents_of(session, ids)
        return [found[id] for id in ids]

    async def _load_data_requests(self, ids: list[str]) -> list[list[DataRequestRow]]:
        async with self._database.read() as session:
            found = await privacy.requests_of(session, ids)
        return [found[id] for id in ids]


def _found(row: PatientRow | None, known: dict[str, PatientRow]) -> Found | None:
    if row is None:
        return None
    return Found(row, known[row.merged_into_id] if row.merged_into_id else row)
