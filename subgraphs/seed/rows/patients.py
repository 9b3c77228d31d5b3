"""The patients database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table

from subgraphs.patients.models import PatientCoverageRow, PatientRow, PatientVersionRow
from subgraphs.patients.service.stored_form import columns_of, snapshot_of
from subgraphs.seed.generate.coverages import Coverage
from subgraphs.seed.generate.people import Person
from subgraphs.seed.load import Parcel, Row, TableRows, batches

AUTHOR = "seed"


def patient_parcels(people: list[Person], coverages: dict[str, Coverage]) -> Iterator[Parcel]:
    """The patients, their first versions, and which cards they have."""
    for some in batches(people):
        rows = [_patient(person) for person in some]
        yield [
            TableRows(_table(PatientRow), rows),
            TableRows(_table(PatientVersionRow), [_version(row) for row in rows]),
            TableRows(
                _table(PatientCoverageRow),
                [_coverage(coverages[p.id]) for p in some if p.id in coverages],
            ),
        ]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _patient(person: Person) -> Row:
    return {
        "id": person.id,
        "version": 1,
        "status": person.status.value,
        **columns_of(person.demographics),
        "deceased_on": person.deceased_on,
        "merged_into_id": person.merged_into,
        "created_at": person.registered_at,
        "updated_at": person.registered_at,
    }


def _version(row: Row) -> Row:
    return {
        "patient_id": row["id"],
        "version": 1,
        "changed_at": row["created_at"],
        "changed_by": AUTHOR,
        "reason": None,
        "snapshot": snapshot_of(PatientRow(**row)),
    }


def _coverage(coverage: Coverage) -> Row:
    return {"patient_id": coverage.person.id, "coverage_id": coverage.id}
