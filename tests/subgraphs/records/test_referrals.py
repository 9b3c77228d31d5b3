"""Referrals: a document like the others, with where to, why and how soon."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

REFERRAL = {
    "referral": {
        "specialty": " Cardiologia ",
        "reason": "Sopro a esclarecer",
        "urgency": "PRIORITY",
        "diagnoses": ["i10"],
    }
}


def referral(**values: Any) -> dict[str, Any]:
    return {"referral": REFERRAL["referral"] | values}


async def test_a_referral_is_written_signed_and_stays(office: Any, graph: Any) -> None:
    encounter = await office.encounter()
    signed = await office.signed(encounter, content=REFERRAL)
    assert (signed["__typename"], signed["status"]) == ("Referral", "SIGNED")
    assert (signed["specialty"], signed["urgency"]) == ("Cardiologia", "PRIORITY")
    assert signed["referralDiagnoses"] == [{"cid10": "I10"}]
    assert await office.verify() == {"documents": 1, "brokenAt": None}
    for attempt in (
        "UPDATE clinical_documents SET content = '{}'",
        "DELETE FROM clinical_documents",
        "UPDATE clinical_documents SET status = 'DRAFT'",
    ):
        with pytest.raises(DBAPIError):
            async with graph.database.transaction() as session:
                await session.execute(text(attempt))


@pytest.mark.parametrize("values", [{"specialty": "  "}, {"diagnoses": ["X9"]}])
async def test_what_it_must_not_say(office: Any, values: dict[str, Any]) -> None:
    refused = await office.write(await office.encounter(), content=referral(**values))
    assert refused["code"] == "INVALID_INPUT"


async def test_without_a_reason_it_is_not_signed(office: Any) -> None:
    draft = await office.write(await office.encounter(), content=referral(reason=" "))
    assert (await office.sign(draft["id"]))["code"] == "DOCUMENT_INCOMPLETE"


async def test_the_database_knows_no_other_kinds_and_keeps_its_checks(
    office: Any, graph: Any
) -> None:
    await office.write(await office.encounter(), content=REFERRAL)
    for change in ("kind = 'POEM'", "status = 'SIGNED'", "status = 'LOST'"):
        with pytest.raises(DBAPIError):
            async with graph.database.transaction() as session:
                await session.execute(text(f"UPDATE clinical_documents SET {change}"))
