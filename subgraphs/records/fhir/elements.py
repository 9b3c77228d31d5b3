"""Small FHIR elements that every resource is made of."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

Resource = dict[str, Any]

BASE = "https://fhir.vidamais.example"
"""Where resources would be found; a name that is reserved (RFC 2606) until somebody serves them."""

ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TUSS = "urn:br:ans:tuss:22"
"""TUSS has no canonical address; this names table 22 of the ANS."""
COUNCIL = "urn:br:conselho-profissional"
SIGNED_SHA256 = "urn:sgm:signed-document:sha256"


def resource(kind: str, id: str, **fields: Any) -> Resource:
    """A resource without the fields that say nothing."""
    said = {name: value for name, value in fields.items() if value not in (None, [], {})}
    return {"resourceType": kind, "id": id, **said}


def reference(kind: str, id: str, display: str | None = None) -> dict[str, str]:
    """A pointer to a resource of the bundle."""
    pointer = {"reference": f"{kind}/{id}"}
    return pointer | ({"display": display} if display else {})


def coded(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """A concept by its code."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]}


def hl7(name: str, code: str) -> dict[str, Any]:
    """A concept of one of HL7's own code systems."""
    return coded(f"http://terminology.hl7.org/CodeSystem/{name}", code)


def quantity(value: Any, unit: str) -> Mapping[str, Any]:
    """A measured value; its unit is a UCUM code."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def narrative(text: str) -> dict[str, str]:
    """Text for people, escaped."""
    return {
        "status": "additional",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(text)}</p></div>',
    }


def moment(at: datetime) -> str:
    """A moment as FHIR writes it."""
    return at.isoformat()
