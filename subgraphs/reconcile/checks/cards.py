"""The cards of billing beside those that the patients service shows, while both answer."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from subgraphs.billing.models import CoverageRow
from subgraphs.patients.models import PatientCoverageRow, PatientRow
from subgraphs.reconcile.check import Check, Databases, by_id
from subgraphs.reconcile.finding import Drift, Finding


async def _linked(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    patients = databases["patients"]
    links = await by_id(
        patients,
        select(PatientCoverageRow.coverage_id, PatientCoverageRow.patient_id),
        PatientCoverageRow.coverage_id,
        [card.id for card in page],
    )
    holders = {card.patient_id for card in page} | {link.patient_id for link in links.values()}
    person = func.coalesce(PatientRow.merged_into_id, PatientRow.id).label("person")
    persons = await by_id(patients, select(PatientRow.id, person), PatientRow.id, holders)

    def is_linked(card: Any) -> bool:
        link, holder = links.get(card.id), persons.get(card.patient_id)
        # A merge takes the cards along in one service and links the registrations in the other.
        return bool(link and holder and persons[link.patient_id].person == holder.person)

    return [
        Finding(Drift.CARD_NOT_LINKED, "patients", card.id) for card in page if not is_linked(card)
    ]


async def _covered(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    ids = [link.coverage_id for link in page]
    known = await by_id(databases["billing"], select(CoverageRow.id), CoverageRow.id, ids)
    return [Finding(Drift.CARD_WITHOUT_COVERAGE, "patients", id) for id in ids if id not in known]


CARDS = (
    Check(
        "cards",
        "billing",
        select(CoverageRow.id, CoverageRow.patient_id),
        CoverageRow.id,
        _linked,
    ),
    Check(
        "cards known to patients",
        "patients",
        select(PatientCoverageRow.coverage_id),
        PatientCoverageRow.coverage_id,
        _covered,
    ),
)
