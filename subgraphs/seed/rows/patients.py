"""The patients database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table

from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.models import (
    PatientCoverageRow,
    PatientMergeRow,
    PatientRow,
    PatientVersionRow,
)
from subgraphs.patients.service.stored_form import columns_of, snapshot_of
from subgraphs.seed.draw import seeded_id
from subgraphs.seed.generate.coverages import Coverage
from subgraphs.seed.generate.people import Person
from subgraphs.seed.load import Parcel, Row, TableRows, batches
from subgraphs.seed.plan import SeedPlan

AUTHOR = "seed"


def patient_parcels(
    plan: SeedPlan, people: list[Person], coverages: dict[str, Coverage]
) -> Iterator[Parcel]:
    """The patients, their versions, their merges, and which cards they have."""
    by_id = {person.id: person for person in people}
    for some in batches(people):
        merged = [person for person in some if person.merged_into]
        yield [
            TableRows(_table(PatientRow), [_patient(person) for person in some]),
            TableRows(
                _table(PatientVersionRow), [row for person in some for row in _versions(person)]
            ),
            TableRows(_table(PatientMergeRow), [_merge(plan, one, by_id) for one in merged]),
            TableRows(
                _table(PatientCoverageRow),
                [_coverage(coverages[p.id]) for p in some if p.id in coverages],
            ),
        ]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _patient(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "version": 2 if person.merged_into else 1,
        "status": person.status.value,
        **columns_of(person.demographics),
        "deceased_on": person.deceased_on,
        "merged_into_id": person.merged_into,
        "created_at": person.registered_at,
        "updated_at": _merged_at(person) if person.merged_into else person.registered_at,
    }


def _merged_at(person: Person) -> datetime:
    return person.registered_at + timedelta(days=1)


def _snapshot(person: Person, *, before_merge: bool = False) -> dict[str, Any]:
    row = PatientRow(**_patient(person))
    if before_merge:
        row.status, row.merged_into_id = PatientStatus.ACTIVE.value, None
    return snapshot_of(row)


def _versions(person: Person) -> Iterator[Row]:
    first = _snapshot(person, before_merge=person.merged_into is not None)
    yield _version(person, 1, person.registered_at, first)
    if person.merged_into:
        yield _version(person, 2, _merged_at(person), _snapshot(person))


def _version(person: Person, version: int, at: datetime, snapshot: dict[str, Any]) -> Row:
    return {
        "patient_id": person.id,
        "version": version,
        "changed_at": at,
        "changed_by": AUTHOR,
        "reason": None,
        "snapshot": snapshot,
    }


def _merge(plan: SeedPlan, source: Person, by_id: dict[str, Person]) -> Row:
    assert source.merged_into is not None
    return {
        "id": seeded_id(plan.seed, "merge", source.number, _merged_at(source)),
        "source_id": source.id,
        "target_id": source.merged_into,
        "merged_at": _merged_at(source),
        "merged_by": AUTHOR,
        "source_before": _snapshot(source, before_merge=True),
        "target_before": _snapshot(by_id[source.merged_into]),
        "repointed_ids": [],
        "unmerged_at": None,
        "unmerged_by": None,
    }


def _coverage(coverage: Coverage) -> Row:
    return {"patient_id": coverage.person.id, "coverage_id": coverage.id}
