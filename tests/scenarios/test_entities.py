"""Every entity resolves from every service that has it: in order, null for what nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
from clinic import SUPERGRAPH, Clinic
from staff import Staff, a_finished_visit

from router.supergraph.model import InterfaceType, ObjectType
from router.supergraph.parse import parse_supergraph
from subgraphs.kit.clock import FixedClock

UNKNOWN = "0193a7c0-0000-7000-8000-000000000000"
OWNERS = {
    "Patient": "patients",
    "Appointment": "appointments",
    "Practitioner": "appointments",
    "Clinic": "appointments",
    "HealthcareService": "appointments",
    "Encounter": "records",
    "ConsultationNote": "records",
    "Invoice": "billing",
    "ChargeItem": "billing",
}
"""Who knows which there are. Others that extend an entity take its id as it comes."""

FOUND = """query Found($invoice: ID!, $patient: ID!) {
  invoice(id: $invoice) {
    id
    lines { chargeItem { id } }
    appointment {
      id
      practitioner { id }
      clinic { id }
      service { id }
      encounter { id documents { __typename id } }
    }
  }
  patient(id: $patient) { id }
}"""


def entities() -> dict[tuple[str, str], str]:
    """The services that resolve each entity by its `id`: the name they know it by."""
    supergraph = parse_supergraph(SUPERGRAPH.read_text(encoding="utf-8"))
    return {
        (named.name, supergraph.subgraphs[join.graph].name): named.name
        for named in supergraph.types.values()
        if isinstance(named, ObjectType | InterfaceType)
        for join in named.joins
        if join.key == "id" and join.resolvable
        if isinstance(named, ObjectType) or join.is_interface_object
    }


async def known_ids(clinic: Clinic, invoice: str, patient: str) -> dict[str, str]:
    """An id of each kind of entity that a visit leaves behind."""
    found = await clinic.get(FOUND, invoice=invoice, patient=patient)
    visit = found["invoice"]["appointment"]
    document = visit["encounter"]["documents"][0]
    return {
        "Patient": found["patient"]["id"],
        "Invoice": found["invoice"]["id"],
        "ChargeItem": found["invoice"]["lines"][0]["chargeItem"]["id"],
        "Appointment": visit["id"],
        "Practitioner": visit["practitioner"]["id"],
        "Clinic": visit["clinic"]["id"],
        "HealthcareService": visit["service"]["id"],
        "Encounter": visit["encounter"]["id"],
        "ClinicalDocument": document["id"],
        document["__typename"]: document["id"],
    }


async def resolve(address: str, name: str, ids: list[str]) -> list[Any]:
    """Ask a service for entities."""
    query = (
        "query ($of: [_Any!]!) { _entities(representations: $of)"
        f" {{ __typename ... on {name} {{ id }} }} }}"
    )
    representations = [{"__typename": name, "id": id} for id in ids]
    async with httpx.AsyncClient() as http:
        body = {"query": query, "variables": {"of": representations}}
        answer = (await http.post(address, json=body)).json()
    assert "errors" not in answer, answer
    found: list[Any] = answer["data"]["_entities"]
    return found


async def test_every_entity_resolves_from_every_service_that_has_it(
    clinic: Clinic, staff: Staff, clock: FixedClock
) -> None:
    visit = await a_finished_visit(staff, lambda n: clock.advance(timedelta(minutes=n)))
    ids = await known_ids(clinic, visit.invoice_id, visit.patient_id)
    resolved = set()
    for (name, service), known_as in entities().items():
        if name not in ids:
            continue
        asked = [UNKNOWN, ids[name], UNKNOWN, ids[name]]
        found = await resolve(clinic.services[service].address, known_as, asked)
        assert [entity and entity["id"] for entity in found][1::2] == [ids[name]] * 2, (
            name,
            service,
        )
        if OWNERS.get(name) == service:
            assert found[0::2] == [None, None], (name, service)
        resolved.add((name, service))

    assert {service for _, service in resolved} == {
        "patients",
        "appointments",
        "records",
        "billing",
    }
    assert {name for name, _ in resolved} == set(ids)
