"""Signatures: one meaning has one digest, and no link of a chain can change alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from subgraphs.records.domain.document import DocumentKind
from subgraphs.records.domain.signature import (
    Author,
    ChainLink,
    SignedStatement,
    first_broken,
    next_link,
)

STATEMENT = SignedStatement(
    document_id="d1",
    kind=DocumentKind.CONSULTATION_NOTE,
    patient_id="p1",
    encounter_id="e1",
    author=Author("a1", "Ana Lima", "CRM 123456/SP"),
    signed_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
    amends_id=None,
    content={"subjective": "tosse há três dias", "diagnoses": ["J00"]},
)


def test_the_digest_depends_on_meaning_not_on_form() -> None:
    other_form = replace(
        STATEMENT,
        content={"diagnoses": ["J00"], "subjective": "tosse há três dias"},
        signed_at=STATEMENT.signed_at.astimezone(timezone(timedelta(hours=-3))),
    )
    assert other_form.sha256() == STATEMENT.sha256()


def test_what_is_signed_is_these_very_bytes() -> None:
    assert STATEMENT.canonical_bytes().decode() == (
        '{"amends":null,"author":{"council":"CRM 123456/SP","id":"a1","name":"Ana Lima"},'
        '"content":{"diagnoses":["J00"],"subjective":"tosse há três dias"},"encounter":"e1",'
        '"id":"d1","kind":"CONSULTATION_NOTE","patient":"p1",'
        '"signedAt":"2026-03-02T12:00:00.000000+00:00"}'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"document_id": "d2"},
        {"kind": DocumentKind.EXAM_REQUEST},
        {"patient_id": "p2"},
        {"encounter_id": "e2"},
        {"author": Author("a1", "Ana Lima", "CRM 123457/SP")},
        {"signed_at": STATEMENT.signed_at + timedelta(microseconds=1)},
        {"amends_id": "d0"},
        {"content": {"subjective": "tosse há quatro dias", "diagnoses": ["J00"]}},
    ],
)
def test_any_change_changes_the_digest(change: dict[str, object]) -> None:
    assert replace(STATEMENT, **change).sha256() != STATEMENT.sha256()


def chain(length: int) -> list[ChainLink]:
    links: list[ChainLink] = []
    for number in range(length):
        links.append(next_link(links[-1] if links else None, f"{number:064x}"))
    return links


def test_a_whole_chain_has_no_break() -> None:
    assert first_broken([]) is None
    assert first_broken(chain(5)) is None


def test_a_break_shows_where_a_link_was_changed_dropped_or_moved() -> None:
    links = chain(5)
    assert first_broken([*links[:2], replace(links[2], sha256="f" * 64), *links[3:]]) == 3
    assert first_broken([*links[:2], *links[3:]]) == 3
    assert first_broken([links[1], links[0], *links[2:]]) == 1
    assert first_broken(links[:4]) is None  # the end is guarded by the record's stored head
