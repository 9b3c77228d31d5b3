"""A field that one domain adds to another's entity is nullable.

So that a service which is down takes its own branch from an answer, and nothing else: null in a
non-null field would take the entity with it, and whatever that is part of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from graphql import (
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    parse,
)

SCHEMA = Path(__file__).parents[2] / "schema"
OWNERS = {
    "Patient": "patients",
    "Appointment": "appointments",
    "Clinic": "appointments",
    "HealthcareService": "appointments",
    "Practitioner": "appointments",
    "Encounter": "records",
    "ClinicalDocument": "records",
    "ConsultationNote": "records",
    "ExamRequest": "records",
    "MedicalCertificate": "records",
    "Prescription": "records",
    "Referral": "records",
    "Authorization": "billing",
    "ChargeItem": "billing",
    "Claim": "billing",
    "Coverage": "billing",
    "Invoice": "billing",
}

Entity = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode


def committed() -> dict[str, str]:
    """Each subgraph's schema as it is in the repository."""
    return {
        name: (SCHEMA / f"{name}.graphql").read_text(encoding="utf-8")
        for name in sorted(set(OWNERS.values()))
    }


def entities(sdl: str) -> Iterator[Entity]:
    """The types of a schema that have a key."""
    for definition in parse(sdl).definitions:
        if isinstance(definition, Entity) and "key" in directives(definition):
            yield definition


def directives(node: Entity | FieldDefinitionNode) -> set[str]:
    """The directives on a definition, without what their names begin with."""
    return {directive.name.value.rpartition("__")[2] for directive in node.directives or ()}


def contributed(schemas: Mapping[str, str]) -> Iterator[tuple[str, FieldDefinitionNode]]:
    """What a subgraph adds to an entity that it does not own, with the field's whole name."""
    own = {
        f"{entity.name.value}.{field.name.value}"
        for name, sdl in schemas.items()
        for entity in entities(sdl)
        if OWNERS.get(entity.name.value) == name
        for field in entity.fields or ()
    }
    for name, sdl in schemas.items():
        for entity in entities(sdl):
            for field in entity.fields or ():
                path = f"{entity.name.value}.{field.name.value}"
                given = directives(field)
                adds = path not in own or "override" in given
                if OWNERS.get(entity.name.value) != name and adds and "external" not in given:
                    yield f"{path} of {name}", field


def not_nullable(schemas: Mapping[str, str]) -> list[str]:
    """The added fields that could not be null when their service is away."""
    return [path for path, field in contributed(schemas) if isinstance(field.type, NonNullTypeNode)]


def test_every_entity_has_an_owner() -> None:
    found = {entity.name.value for sdl in committed().values() for entity in entities(sdl)}
    assert found - OWNERS.keys() == set(), "say in OWNERS which service a new entity belongs to"
    assert OWNERS.keys() - found == set(), "these are no entities any more"


def test_what_is_added_to_another_services_entity_is_nullable() -> None:
    assert not_nullable(committed()) == []


def test_the_check_looks_at_something() -> None:
    assert {path for path, _ in contributed(committed())} >= {
        "Patient.appointments of appointments",
        "Patient.record of records",
        "Patient.coverages of billing",
        "Patient.balance of billing",
        "Appointment.encounter of records",
        "Appointment.invoice of billing",
        "ClinicalDocument.chargeItems of billing",
    }


@pytest.mark.parametrize(
    ("service", "before", "after", "named"),
    [
        ("billing", "balance: Money", "balance: Money!", "Patient.balance of billing"),
        (
            "records",
            "encounter: Encounter",
            "encounter: Encounter!",
            "Appointment.encounter of records",
        ),
    ],
)
def test_a_non_null_one_is_named(service: str, before: str, after: str, named: str) -> None:
    schemas = committed()
    changed = schemas[service].replace(before, after, 1)
    assert changed != schemas[service]

    assert not_nullable({**schemas, service: changed}) == [named]
