"""Who works where and when, over the graph: registered once, and seen in the free slots."""

from datetime import timedelta
from uuid import uuid4

import pytest

CALLS = {
    "registerPractitioner": (
        "RegisterPractitionerInput",
        "... on Practitioner { id name council { body number uf } cbo returnWindowDays }",
    ),
    "registerClinic": ("RegisterClinicInput", "... on Clinic { id cnes cnpj uf timeZone }"),
    "registerHealthcareService": (
        "RegisterServiceInput",
        "... on HealthcareService { id tussCode durationMinutes bufferMinutes }",
    ),
    "openAgenda": (
        "OpenAgendaInput",
        "... on WeeklyAvailability { id weekday opens closes validFrom validUntil }",
    ),
    "endAgenda": ("EndAgendaInput", "... on WeeklyAvailability { validUntil }"),
    "closeAgenda": (
        "CloseAgendaInput",
        "... on AgendaClosure { firstDay fromTime lastDay untilTime reason }",
    ),
    "closeOnHolidays": (
        "CloseOnHolidaysInput",
        "... on ClosedYear { closures { firstDay lastDay reason } }",
    ),
}
SLOTS = """query ($search: SlotSearchInput!) {
  availableSlots(search: $search) { start practitioner { id } } }"""

PRACTITIONER = {
    "name": "Dra. Íris Prado",
    "council": {"body": "crm", "number": "98.765", "uf": "am"},
    "cbo": "2251-25",
    "returnWindowDays": 15,
    "serviceIds": ["consulta"],
}
CLINIC = {
    "name": "Vida+ Rio Branco",
    "cnes": "2001586",
    "cnpj": "11.222.333/0001-81",
    "city": "Rio Branco",
    "uf": "ac",
    "timeZone": "America/Rio_Branco",
}
SERVICE = {"name": "ECG", "tussCode": "40101010", "durationMinutes": 20, "bufferMinutes": 5}


@pytest.fixture
def call(graph):
    async def call(name: str, /, **values):
        kind, selection = CALLS[name]
        values.setdefault("idempotencyKey", str(uuid4()))
        query = (
            f"mutation ($input: {kind}!) {{ result: {name}(input: $input) "
            f"{{ __typename ... on UserError {{ code message path }} {selection} }} }}"
        )
        return (await graph(query, input=values))["result"]

    return call


async def test_a_new_practitioner_in_a_new_clinic_is_offered(graph, call, clock) -> None:
    practitioner = await call("registerPractitioner", **PRACTITIONER)
    clinic = await call("registerClinic", **CLINIC)
    assert practitioner["council"] == {"body": "CRM", "number": "98765", "uf": "AM"}
    assert (clinic["cnpj"], clinic["uf"]) == ("11222333000181", "AC")
    opened = await call(
        "openAgenda",
        practitionerId=practitioner["id"],
        clinicId=clinic["id"],
        weekday=2,
        opens="14:00",
        closes="15:00",
        validFrom="2026-03-01",
    )
    assert (opened["opens"], opened["closes"]) == ("14:00:00", "15:00:00")
    search = {
        "serviceId": "consulta",
        "from": clock.now().isoformat(),
        "to": (clock.now() + timedelta(days=14)).isoformat(),
        "clinicIds": [clinic["id"]],
    }
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    expected = [f"2026-03-{day}T19:{minute}:00Z" for day in ("03", "10") for minute in ("00", "30")]
    assert [slot["start"] for slot in slots] == expected
    ended = await call("endAgenda", id=opened["id"], lastDay="2026-03-03")
    assert ended["validUntil"] == "2026-03-03"
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    assert [slot["start"] for slot in slots] == expected[:2]
    closed = await call(
        "closeAgenda",
        clinicId=clinic["id"],
        firstDay="2026-03-03",
        lastDay="2026-03-03",
        untilTime="14:10",
        reason="Dedetização",
    )
    assert closed.pop("__typename") == "AgendaClosure"
    assert closed == {
        "firstDay": "2026-03-03",
        "fromTime": "00:00:00",
        "lastDay": "2026-03-03",
        "untilTime": "14:10:00",
        "reason": "Dedetização",
    }
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    assert [slot["start"] for slot in slots] == expected[1:2]


async def test_a_closure_of_whole_days_lasts_until_their_end(graph, call, clock) -> None:
    closed = await call(
        "closeAgenda",
        clinicId="paulista",
        practitionerId="lima",
        firstDay="2026-03-03",
        lastDay="2026-03-04",
        reason="Congresso",
    )
    assert (closed["lastDay"], closed["untilTime"]) == ("2026-03-04", "00:00:00")
    search = {
        "serviceId": "consulta",
        "from": "2026-03-03T00:00:00-03:00",
        "to": "2026-03-06T00:00:00-03:00",
        "practitionerIds": ["lima"],
    }
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    assert {slot["start"][:10] for slot in slots} == {"2026-03-05"}


async def test_a_registration_is_somebodys_once(call) -> None:
    await call("registerPractitioner", **PRACTITIONER)
    again = await call("registerPractitioner", **PRACTITIONER)
    assert (again["__typename"], again["path"]) == ("AlreadyRegistered", ["council"])
    await call("registerClinic", **CLINIC)
    again = await call("registerClinic", **CLINIC)
    assert (again["__typename"], again["path"]) == ("AlreadyRegistered", ["cnes"])


async def test_registering_twice_with_one_key_registers_once(call) -> None:
    key = str(uuid4())
    first = await call("registerPractitioner", idempotencyKey=key, **PRACTITIONER)
    assert await call("registerPractitioner", idempotencyKey=key, **PRACTITIONER) == first
    changed = PRACTITIONER | {"name": "Outra"}
    other = await call("registerPractitioner", idempotencyKey=key, **changed)
    assert other["__typename"] == "IdempotencyKeyReused"


AGENDA = {
    "practitionerId": "lima",
    "clinicId": "paulista",
    "weekday": 6,
    "opens": "08:00",
    "closes": "12:00",
    "validFrom": "2026-03-01",
}
CLOSURE = {"clinicId": "paulista", "firstDay": "2026-03-03", "lastDay": "2026-03-03", "reason": "x"}


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("registerPractitioner", PRACTITIONER | {"cbo": "1"}, "InvalidInput"),
        ("registerPractitioner", PRACTITIONER | {"name": " "}, "InvalidInput"),
        ("registerPractitioner", PRACTITIONER | {"serviceIds": ["nothing"]}, "NotFound"),
        ("registerClinic", CLINIC | {"cnes": "1"}, "InvalidInput"),
        ("registerClinic", CLINIC | {"cnpj": "11222333000182"}, "InvalidInput"),
        ("registerClinic", CLINIC | {"uf": "XX"}, "InvalidInput"),
        ("registerClinic", CLINIC | {"timeZone": "America/Sampa"}, "InvalidInput"),
        ("registerHealthcareService", SERVICE | {"tussCode": "1"}, "InvalidInput"),
        ("registerHealthcareService", SERVICE | {"durationMinutes": 4}, "InvalidInput"),
        ("registerHealthcareService", SERVICE | {"bufferMinutes": 121}, "InvalidInput"),
        ("openAgenda", AGENDA | {"weekday": 8}, "InvalidInput"),
        ("openAgenda", AGENDA | {"closes": "08:00"}, "InvalidInput"),
        ("openAgenda", AGENDA | {"practitionerId": "nobody"}, "NotFound"),
        ("openAgenda", AGENDA | {"clinicId": "nowhere"}, "NotFound"),
        ("endAgenda", {"id": "nothing", "lastDay": "2026-03-03"}, "NotFound"),
        ("endAgenda", {"id": "lima-paulista-1", "lastDay": "2015-01-01"}, "InvalidInput"),
        ("closeAgenda", CLOSURE | {"lastDay": "2026-03-01"}, "InvalidInput"),
        ("closeAgenda", CLOSURE | {"reason": " "}, "InvalidInput"),
        ("closeAgenda", CLOSURE | {"practitionerId": "nobody"}, "NotFound"),
        ("closeOnHolidays", {"clinicId": "nowhere", "year": 2026}, "NotFound"),
        ("closeOnHolidays", {"clinicId": "paulista", "year": 1066}, "InvalidInput"),
    ],
)
async def test_what_cannot_be_is_refused(call, name, values, kind) -> None:
    assert (await call(name, **values))["__typename"] == kind


async def test_a_service_is_added_to_the_catalogue(graph, call) -> None:
    added = await call("registerHealthcareService", **SERVICE)
    assert (added["durationMinutes"], added["bufferMinutes"]) == (20, 5)
    data = await graph("{ healthcareServices { name } clinics { name } }")
    assert [service["name"] for service in data["healthcareServices"]] == [
        "Consulta em clínica médica",
        "ECG",
    ]
    assert [clinic["name"] for clinic in data["clinics"]] == ["Vida+ Manaus", "Vida+ Paulista"]


async def test_one_of_each_by_id_and_by_registration(graph) -> None:
    data = await graph("""{
      practitioner(id: "lima") { name }
      nobody: practitioner(id: "x") { name }
      clinic(id: "manaus") { name }
      byCouncil: practitionerByCouncil(body: "CRM", number: "654.321", uf: "SP") { id }
      unknown: practitionerByCouncil(body: "CRM", number: "1", uf: "SP") { id }
      nonsense: practitionerByCouncil(body: "?", number: "1", uf: "SP") { id }
      appointment(id: "x") { id }
    }""")
    assert data == {
        "practitioner": {"name": "Dra. Helena Lima"},
        "nobody": None,
        "clinic": {"name": "Vida+ Manaus"},
        "byCouncil": {"id": "reis"},
        "unknown": None,
        "nonsense": None,
        "appointment": None,
    }


async def test_a_clinic_closes_on_the_public_holidays_of_its_state(graph, call, clock) -> None:
    closed = await call("closeOnHolidays", clinicId="paulista", year=2026)
    names = {closure["firstDay"]: closure["reason"] for closure in closed["closures"]}
    assert names["2026-11-20"] == "Dia Nacional de Zumbi e da Consciência Negra"
    assert "Constitucionalista" in names["2026-07-09"]  # São Paulo's own
    assert "2026-02-17" not in names  # Carnival is none
    again = await call("closeOnHolidays", clinicId="paulista", year=2026)
    assert again == closed
    in_manaus = await call("closeOnHolidays", clinicId="manaus", year=2026)
    assert "2026-07-09" not in {closure["firstDay"] for closure in in_manaus["closures"]}
    search = {
        "serviceId": "consulta",
        "from": "2026-07-08T00:00:00-03:00",
        "to": "2026-07-11T00:00:00-03:00",
        "clinicIds": ["paulista"],
    }
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    assert {slot["start"][:10] for slot in slots} == {"2026-07-08", "2026-07-10"}
