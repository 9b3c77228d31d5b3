"""Registrations: found by key, searched, added, changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, update
from sqlalchemy.exc import IntegrityError

from subgraphs.kit.constraints import violated_constraint
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound, StaleVersion
from subgraphs.kit.keyset import Page, PageRequest, fetch_page
from subgraphs.patients.domain.errors import CpfAlreadyRegistered
from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.domain.search import Search
from subgraphs.patients.models import PatientRow


async def patients_by_id(session: Session, ids: Sequence[str]) -> dict[str, PatientRow]:
    """The registrations with these ids, in one statement."""
    rows = await session.scalars(select(PatientRow).where(PatientRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def answered_for(session: Session, ids: Sequence[str]) -> list[str]:
    """The registrations whose responsible person one of these is, the oldest first."""
    rows = await session.scalars(
        select(PatientRow.id)
        .where(PatientRow.responsible_patient_id.in_(ids))
        .order_by(PatientRow.id)
    )
    return list(rows)


async def patient_by_cpf(session: Session, cpf: str) -> PatientRow | None:
    """The registration that has this CPF."""
    found: PatientRow | None = await session.scalar(select(PatientRow).where(PatientRow.cpf == cpf))
    return found


async def require_patient(
    session: Session, patient_id: str, field: str = "patientId"
) -> PatientRow:
    """The registration, for a change. Raises ``NotFound``, which names the input's ``field``."""
    row = await session.get(PatientRow, patient_id)
    if row is None:
        raise NotFound("Paciente não encontrado.", path=[field])
    return row


async def search_patients(
    session: Session, search: Search | None, status: PatientStatus | None, page: PageRequest
) -> Page[PatientRow]:
    """One page of the registrations that match.

    First those whose name begins with the first word typed, then with the second, and so on, at
    last the others; each by name. So "maria silva" walks the index of names from "maria" on,
    where its matches are, instead of from "a". Of the others, PostgreSQL finds rare words by the
    trigram index, and frequent ones by the walk. A page's cursor is ``place_of`` its last row.
    """
    words = search.words if search else ()
    matching = _matching(search, status)
    order: list[ColumnElement[Any]] = [PatientRow.sort_name.expression, PatientRow.id.expression]
    first_lead, *after = page.after if page.after else (0,)
    rows: list[PatientRow] = []
    for lead in range(first_lead, len(words) + 1):
        part = PageRequest(page.first - len(rows), tuple(after) or None)
        found = await fetch_page(session, matching.where(*_led_by(words, lead)), order, part)
        rows += found.rows
        after = []
        if found.has_next:
            return Page(rows, has_next=True)
        if len(rows) == page.first:
            more = await _any_led_by(session, matching, words, lead + 1)
            return Page(rows, has_next=more)
    return Page(rows, has_next=False)


async def _any_led_by(
    session: Session, matching: Select[PatientRow], words: Sequence[str], first_lead: int
) -> bool:
    for lead in range(first_lead, len(words) + 1):
        some = matching.where(*_led_by(words, lead)).with_only_columns(PatientRow.id).limit(1)
        if (await session.execute(some)).first():
            return True
    return False


def place_of(row: PatientRow, search: Search | None) -> tuple[int, str, str]:
    """Where a registration stands in the list of what matches."""
    words = search.words if search else ()
    leads = (lead for lead, word in enumerate(words) if row.sort_name.startswith(word))
    return next(leads, len(words)), row.sort_name, row.id


def _led_by(words: Sequence[str], lead: int) -> list[ColumnElement[bool]]:
    """The name begins with this word and none before it; after the last, with none at all."""
    earlier = [not_(_begins_with(word)) for word in words[:lead]]
    return [*earlier, _begins_with(words[lead])] if lead < len(words) else earlier


def _begins_with(word: str) -> ColumnElement[bool]:
    beyond = word[:-1] + chr(ord(word[-1]) + 1)
    return and_(PatientRow.sort_name >= word, PatientRow.sort_name < beyond)


async def count_patients(
    session: Session, search: Search | None, status: PatientStatus | None, limit: int
) -> int | None:
    """How many match; None where they are more than ``limit``, which is not worth counting."""
    some = _matching(search, status).with_only_columns(PatientRow.id).limit(limit + 1).subquery()
    count = await session.scalar(select(func.count()).select_from(some))
    return count if count is not None and count <= limit else None


def _matching(search: Search | None, status: PatientStatus | None) -> Select[PatientRow]:
    statement = select(PatientRow)
    if status is None:
        statement = statement.where(PatientRow.status != PatientStatus.MERGED.value)
    else:
        statement = statement.where(PatientRow.status == status.value)
    return statement.where(*_conditions(search)) if search else statement


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        PatientRow.search_text.like(f"% {_escaped(word)}%", escape="\\") for word in search.words
    ]
    if search.birth_date:
        conditions.append(PatientRow.birth_date == search.birth_date)
    numbers = []
    if search.cpf:
        numbers.append(PatientRow.cpf == search.cpf)
    if search.phone:
        numbers.append(PatientRow.phone == search.phone)
    if numbers:
        conditions.append(or_(*numbers))
    return conditions


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def insert_patient(session: Session, row: PatientRow) -> None:
    """Add a registration. Raises ``CpfAlreadyRegistered``: the database decides a race."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        await _raise_if_cpf_is_taken(session, error, row.cpf)
        raise


async def update_patient(
    session: Session, row: PatientRow, expected_version: int, values: dict[str, Any]
) -> None:
    """Store ``values`` as the next version.

    Raises ``StaleVersion`` where the row is not at ``expected_version`` any more, and
    ``CpfAlreadyRegistered``.
    """
    statement = (
        update(PatientRow)
        .where(PatientRow.id == row.id, PatientRow.version == expected_version)
        .values(**values, version=expected_version + 1)
        .returning(PatientRow.version)
        .execution_options(synchronize_session=False)
    )
    try:
        async with session.begin_nested():
            stored = (await session.execute(statement)).first()
    except IntegrityError as error:
        await _raise_if_cpf_is_taken(session, error, values.get("cpf"))
        raise
    await session.refresh(row)
    if stored is None:
        raise StaleVersion(row.version)


async def _raise_if_cpf_is_taken(session: Session, error: IntegrityError, cpf: str | None) -> None:
    if violated_constraint(error) != "uq_patients_cpf" or cpf is None:
        return
    holder = await patient_by_cpf(session, cpf)
    if holder is not None:
        raise CpfAlreadyRegistered(holder.id) from None
