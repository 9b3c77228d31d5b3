"""Gathering a whole record, for a copy of it, and how long it is kept."""

from dataclasses import dataclass
from datetime import date, datetime

from subgraphs.kit.database import Session
from subgraphs.records.domain.retention import kept_until
from subgraphs.records.domain.sensitivity import Sight, is_sensitive
from subgraphs.records.fhir.bundle import WholeRecord
from subgraphs.records.repository import patients, whole_record


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when a record must be kept, at least."""

    last_entry_at: datetime
    kept_until: date


async def gather(session: Session, patient_id: str, sight: Sight) -> WholeRecord:
    """All that is kept, and may be seen, of the person for whom a registration stands."""
    person = (await patients.persons(session, [patient_id]))[patient_id]
    ids = person.registrations
    return WholeRecord(
        person,
        await patients.replica(session, person.id),
        await whole_record.encounters(session, ids),
        [
            document
            for document in await whole_record.documents(session, ids)
            if sight.covers(document.restricted, document.author_id)
        ],
        await whole_record.allergies(session, ids),
        [
            problem
            for problem in await whole_record.problems(session, ids)
            if sight.whole or not is_sensitive([problem.cid10])
        ],
        await whole_record.vital_signs(session, ids),
    )


async def retention(session: Session, patient_id: str) -> Retention | None:
    """Until when the record must be kept; None where there is none."""
    person = (await patients.persons(session, [patient_id]))[patient_id]
    last = await whole_record.last_entry(session, person.registrations)
    return None if last is None else Retention(last, kept_until(last))
