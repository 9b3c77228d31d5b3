"""Reception: people are registered once, found by whatever they say, and their cards noted."""

from __future__ import annotations

from day.story import BALCAO, ESSENCIAL, Day
from workplace import World

MARIA = "529.982.247-25"
HOUSEHOLD = {"motherName": "Joana Antunes", "phone": "(11) 3456-7890"}


async def registration(day: Day) -> None:
    """Maria, João, Rosa, Pedro, Bia and Lucas come to be known."""
    world = day.world
    day.at("07:35")
    register = world.patient
    day.patients = {
        "Maria": await register(
            "Maria Conceição Souza",
            socialName="Malu Souza",
            cpf=MARIA,
            phone="(11) 98765-4321",
            email="malu@example.org",
        ),
        "João": await register(
            "João Pedro Almeida", birthDate="1968-03-30", sex="MALE", cpf="11144477735"
        ),
        "Rosa": await register("Rosa Antunes", birthDate="1944-05-02", **HOUSEHOLD),
        "Pedro": await register("Pedro Gusmão", birthDate="1999-10-10", sex="MALE"),
        "Bia": await register("Beatriz Lopes", birthDate="2001-01-15"),
        "Lucas": await register("Lucas Ferraz", birthDate="1985-08-08", sex="MALE"),
    }
    assert day.patients["Maria"]["displayName"] == "Malu Souza"
    assert day.patients["Maria"]["cpfMasked"] == "***.982.247-**"
    await _known_already(day)
    await _searched(world)
    for name, card in (("João", BALCAO), ("Rosa", ESSENCIAL)):
        coverage = await world.reception.do(
            "registerCoverage",
            "id cardNumberMasked",
            patientId=day.patients[name]["id"],
            ansRegistry=card.ans_registry,
            planName="Vida Plena Saúde",
            cardNumber=card.number,
        )
        assert card.number not in coverage["cardNumberMasked"]
        day.coverages[name] = coverage["id"]


async def _known_already(day: Day) -> None:
    reception = day.world.reception
    same_cpf = await reception.attempt(
        "registerPatient",
        "... on CpfAlreadyRegistered { existingPatient { id } }",
        legalName="Maria C. Souza",
        birthDate="1985-04-12",
        sex="FEMALE",
        cpf="52998224725",
    )
    assert same_cpf["existingPatient"]["id"] == day.patients["Maria"]["id"]

    much_alike = await reception.attempt(
        "registerPatient",
        "... on PossibleDuplicates { duplicates { reasons patient { id } } }",
        legalName="Rosa Antunis",
        birthDate="1944-02-05",
        sex="FEMALE",
        refuseDuplicates=True,
        **HOUSEHOLD,
    )
    assert much_alike["__typename"] == "PossibleDuplicates"
    [found] = much_alike["duplicates"]
    assert found["patient"]["id"] == day.patients["Rosa"]["id"]
    assert {"SIMILAR_NAME", "TRANSPOSED_BIRTH_DATE", "SAME_MOTHER"} <= set(found["reasons"])

    repeated = await reception.attempt(
        "registerPatient",
        "... on InvalidDocument { code }",
        legalName="Ninguém da Silva",
        birthDate="1985-04-12",
        sex="FEMALE",
        cpf="111.111.111-11",
    )
    assert repeated["__typename"] == "InvalidDocument"


async def _searched(world: World) -> None:
    searches = {
        "malu": ["Malu Souza"],
        "conceicao souza": ["Malu Souza"],
        "JOAO alm": ["João Pedro Almeida"],
        MARIA: ["Malu Souza"],
        "11987654321": ["Malu Souza"],
        "02/05/1944": ["Rosa Antunes"],
        "ninguém": [],
    }
    for search, names in searches.items():
        found = await world.reception.get(
            "query($search: String!) { patients(search: $search) { edges { node {"
            " displayName } } } }",
            search=search,
        )
        assert [edge["node"]["displayName"] for edge in found["patients"]["edges"]] == names, search
