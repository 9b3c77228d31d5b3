"""Whether a patient can answer for another."""

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.patient import Demographics, PatientStatus
from subgraphs.patients.repository import patients

_PATH = ["responsible", "patientId"]
_CANNOT_ANSWER = {PatientStatus.DECEASED.value, PatientStatus.ANONYMISED.value}


async def check_responsible(
    session: Session, known: Demographics, own_id: str | None = None
) -> None:
    """Raises ``InvalidInput`` where the responsible is a patient who cannot be it."""
    if known.responsible is None or known.responsible.patient_id is None:
        return
    found = await patients.patients_by_id(session, [known.responsible.patient_id])
    row = found.get(known.responsible.patient_id)
    if row is None:
        raise InvalidInput("O responsável indicado não está cadastrado.", path=_PATH)
    if row.merged_into_id:
        row = await patients.require_patient(session, row.merged_into_id)
    if row.id == own_id:
        raise InvalidInput("Ninguém é responsável por si mesmo neste cadastro.", path=_PATH)
    if row.status in _CANNOT_ANSWER:
        raise InvalidInput("O responsável indicado faleceu ou foi anonimizado.", path=_PATH)
