"""A service that needs a room and equipment, and who books it."""

from subgraphs.appointments.models import ClinicResource


def room(id: str, kind: str = "EXAM", clinic: str = "paulista") -> ClinicResource:
    return ClinicResource(id=id, clinic_id=clinic, category="ROOM", kind=kind, name=f"Sala {id}")


def device(id: str) -> ClinicResource:
    return ClinicResource(
        id=id, clinic_id="paulista", category="EQUIPMENT", kind="ULTRASOUND", name=f"Aparelho {id}"
    )
