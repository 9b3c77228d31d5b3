"""A registration as the domain knows it, as its table keeps it, and as its history does."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from subgraphs.patients.domain.contacts import Address, Contact
from subgraphs.patients.domain.identification import Unidentified, UnidentifiedReason
from subgraphs.patients.domain.names import search_text, sort_key
from subgraphs.patients.domain.patient import Demographics, Sex
from subgraphs.patients.domain.responsible import Kinship, Responsible
from subgraphs.patients.models import PatientRow


def demographics_of(row: PatientRow) -> Demographics:
    """The data of a stored registration."""
    return Demographics(
        legal_name=row.legal_name,
        social_name=row.social_name,
        mother_name=row.mother_name,
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        cpf=row.cpf,
        cns=row.cns,
        phone=row.phone,
        email=row.email,
        address=Address(**row.address) if row.address else None,
        contacts=tuple(Contact(**contact) for contact in row.contacts),
        responsible=_responsible(row.responsible),
        unidentified=_unidentified(row.unidentified),
    )


def demographics_in(snapshot: Mapping[str, Any]) -> Demographics:
    """The data of a version as ``snapshot_of`` wrote it."""
    known: dict[str, Any] = {field.name: snapshot.get(field.name) for field in fields(Demographics)}
    born = known["birth_date"]
    known["birth_date"] = date.fromisoformat(born) if born else None
    known["sex"] = Sex(known["sex"])
    known["address"] = Address(**known["address"]) if known["address"] else None
    known["contacts"] = tuple(Contact(**contact) for contact in known["contacts"])
    known["responsible"] = _responsible(known["responsible"])
    known["unidentified"] = _unidentified(known["unidentified"])
    return Demographics(**known)


def _responsible(kept: Mapping[str, Any] | None) -> Responsible | None:
    if kept is None:
        return None
    return Responsible(**{**kept, "relationship": Kinship(kept["relationship"])})


def _unidentified(kept: Mapping[str, Any] | None) -> Unidentified | None:
    if kept is None:
        return None
    return Unidentified(UnidentifiedReason(kept["reason"]), kept["estimated_birth_year"])


def columns_of(demographics: Demographics) -> dict[str, Any]:
    """The data as the table keeps them, with what lists and searches go by."""
    values = asdict(demographics)
    responsible = demographics.responsible
    if responsible:
        values["responsible"]["relationship"] = responsible.relationship.value
    if demographics.unidentified:
        values["unidentified"]["reason"] = demographics.unidentified.reason.value
    return {
        **values,
        "sex": demographics.sex.value,
        "contacts": list(values["contacts"]),
        "responsible_patient_id": responsible.patient_id if responsible else None,
        "sort_name": sort_key(demographics.display_name),
        "search_text": search_text(demographics.legal_name, demographics.social_name),
    }


def snapshot_of(row: PatientRow) -> dict[str, Any]:
    """A registration as JSON values, for its history."""
    values = columns_of(demographics_of(row))
    del values["sort_name"], values["search_text"], values["responsible_patient_id"]
    return {
        "status": row.status,
        **values,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "deceased_on": row.deceased_on.isoformat() if row.deceased_on else None,
        "merged_into_id": row.merged_into_id,
    }
