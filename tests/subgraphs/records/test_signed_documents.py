"""What is signed stays as it is: by the triggers of the database, and by the chain of digests."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from subgraphs.records.models import ClinicalDocument


async def document(graph, id: str):
    query = """query ($id: ID!) { clinicalDocument(id: $id) {
      __typename id status sha256 amendedBy { id } history { toStatus reason } } }"""
    return (await graph(query, id=id))["clinicalDocument"]


TAMPERING = [
    "UPDATE clinical_documents SET content = '{}' WHERE id = '{id}'",
    "UPDATE clinical_documents SET statement = 'x' WHERE id = '{id}'",
    "UPDATE clinical_documents SET signed_at = NULL WHERE id = '{id}'",
    "UPDATE clinical_documents SET patient_id = 'bia' WHERE id = '{id}'",
    "UPDATE clinical_documents SET author_name = 'Dr. Outro' WHERE id = '{id}'",
    "UPDATE clinical_documents SET sha256 = chain_sha256 WHERE id = '{id}'",
    "UPDATE clinical_documents SET sequence = 2 WHERE id = '{id}'",
    "UPDATE clinical_documents SET status = 'DRAFT', sequence = NULL WHERE id = '{id}'",
    "UPDATE clinical_documents SET status = 'DISCARDED', sequence = NULL WHERE id = '{id}'",
    "DELETE FROM clinical_documents WHERE id = '{id}'",
    "UPDATE document_events SET reason = 'x' WHERE document_id = '{id}'",
    "DELETE FROM document_events WHERE document_id = '{id}'",
    "DELETE FROM encounters",
]


@pytest.mark.parametrize("statement", TAMPERING)
async def test_the_database_itself_refuses_to_change_what_is_signed(
    office, graph, statement
) -> None:
    signed = await office.signed(await office.encounter())
    before = await document(graph, signed["id"])
    with pytest.raises(IntegrityError):
        async with graph.database.transaction() as session:
            await session.execute(text(statement.replace("{id}", signed["id"])))
    assert await document(graph, signed["id"]) == before
    assert await office.verify() == {"documents": 1, "brokenAt": None}


async def test_the_table_of_documents_is_not_emptied(office, graph) -> None:
    if not graph.database.is_postgresql:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(IntegrityError):
        async with graph.database.transaction() as session:
            await session.execute(text("TRUNCATE clinical_documents CASCADE"))


async def test_the_chain_shows_what_was_changed_behind_the_triggers_back(office, graph) -> None:
    encounter = await office.encounter()
    documents = [await office.signed(encounter) for _ in range(3)]
    async with graph.database.transaction() as session:
        target = " ON clinical_documents" if graph.database.is_postgresql else ""
        await session.execute(text(f"DROP TRIGGER signed_document{target}"))
        await session.execute(
            text("UPDATE clinical_documents SET author_name = 'Dr. Outro' WHERE id = :id"),
            {"id": documents[1]["id"]},
        )
    assert await office.verify() == {"documents": 3, "brokenAt": 2}


async def test_the_chain_shows_that_its_end_was_cut_off(office, graph) -> None:
    encounter = await office.encounter()
    last = [await office.signed(encounter) for _ in range(3)][-1]
    async with graph.database.transaction() as session:
        on = " ON {}" if graph.database.is_postgresql else ""
        for trigger, table in (
            ("clinical_documents_kept", "clinical_documents"),
            ("document_events_kept", "document_events"),
        ):
            await session.execute(text(f"DROP TRIGGER {trigger}{on.format(table)}"))
        for table, column in (("document_events", "document_id"), ("clinical_documents", "id")):
            await session.execute(
                text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": last["id"]}
            )
    assert await office.verify() == {"documents": 2, "brokenAt": 3}


async def test_many_who_sign_at_once_make_one_chain(office, graph) -> None:
    drafts = [await office.write(await office.encounter(f"a{n}")) for n in range(16)]
    results = await asyncio.gather(*(office.sign(draft["id"]) for draft in drafts))
    assert {result["status"] for result in results} == {"SIGNED"}
    assert await office.verify() == {"documents": 16, "brokenAt": None}
    async with graph.database.read() as session:
        places = await session.scalars(
            select(ClinicalDocument.sequence).order_by(ClinicalDocument.sequence)
        )
        assert list(places) == list(range(1, 17))


async def test_a_record_without_documents_is_whole(office) -> None:
    assert await office.verify("nobody") == {"documents": 0, "brokenAt": None}
