"""A ward in which everybody needs a token, and the ways to what was written there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from subgraphs.kit.auth.roles import Role

NOTE = {"consultationNote": {"assessment": "Outro.", "diagnoses": ["J00"]}}


REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"


SECRET = "Resfriado."


LOG = """query ($p: ID!, $first: Int! = 100, $after: String) {
  recordAccessLog(patientId: $p, first: $first, after: $after) {
    edges { node { actorId actorRoles documentId element purpose granted breakGlass } }
    pageInfo { hasNextPage endCursor }
  } }"""


BREAK_GLASS = """mutation ($input: BreakGlassInput!) { breakGlass(input: $input) {
  __typename ... on Emergency { id actorId expiresAt } ... on UserError { code path } } }"""


WAYS = {
    "entity": (
        "query ($r: [_Any!]!) { _entities(representations: $r) {"
        " ... on ConsultationNote { assessment } } }",
        "ConsultationNote",
    ),
    "interface entity": (
        "query ($r: [_Any!]!) { _entities(representations: $r) {"
        " ... on ClinicalDocument { id ... on ConsultationNote { x: assessment } } } }",
        "ClinicalDocument",
    ),
    "record": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
        " record { edges { node { ...on ConsultationNote { ...N } } } } } } }"
        " fragment N on ConsultationNote { assessment }",
        "Patient",
    ),
    "query": (
        "query ($d: ID!) { y: clinicalDocument(id: $d) {"
        " ... on ConsultationNote { assessment } } }",
        "Patient",
    ),
    "encounter": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Appointment {"
        " encounter { documents { ... on ConsultationNote { assessment } } } } } }",
        "Appointment",
    ),
}


@dataclass
class Ward:
    """Ana was seen by Dra. Lima, who signed a note; everybody needs a token."""

    graph: Any
    token_of: Callable[..., str]
    office: Any
    note: dict[str, Any]
    encounter_id: str

    def by(self, role: Role, **more: Any) -> Any:
        return self.graph.signed_in(self.token_of(role, **more))

    async def read(self, way: str, graph: Any) -> dict[str, Any]:
        query, kind = WAYS[way]
        ids = {"Patient": "ana", "Appointment": "a1"}
        references = [{"__typename": kind, "id": ids.get(kind, self.note["id"])}]
        return await graph.answer(query, d=self.note["id"], r=references)

    async def log(self, patient: str = "ana") -> list[dict[str, Any]]:
        """The log, the first access first."""
        found = await self.by(Role.AUDITOR)(LOG, p=patient)
        return [edge["node"] for edge in reversed(found["recordAccessLog"]["edges"])]


@pytest.fixture
async def ward(
    open_graph: Callable[..., Any],
    token_of: Callable[..., str],
    office_of: Callable[..., Any],
) -> AsyncIterator[Ward]:
    async with open_graph("required") as graph:
        lima = graph.signed_in(token_of(Role.PHYSICIAN, subject="lima", practitioner="lima"))
        office = office_of(lima)
        encounter_id = await office.encounter()
        note = await office.signed(encounter_id)
        yield Ward(graph, token_of, office, note, encounter_id)


def code_of(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


async def break_glass(graph: Any, justification: str = "Parada cardíaca na recepção") -> Any:
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": "ana",
        "justification": justification,
    }
    return (await graph(BREAK_GLASS, input=given))["breakGlass"]
