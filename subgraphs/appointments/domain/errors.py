"""What this service refuses, each with a stable code and words for a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from subgraphs.appointments.domain.clinic_resource import ResourceCategory
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.kit.errors import DomainError


class SlotTaken(DomainError):
    """Somebody else got this time first; `details` hold what is still free nearby."""

    code = "SLOT_TAKEN"

    def __init__(self, alternatives: Sequence[SlotOffer]) -> None:
        super().__init__(
            "Este horário acabou de ser ocupado. Veja outros horários próximos.",
            path=["slotToken"],
            details={"alternatives": [offer.to_values() for offer in alternatives]},
        )


class ResourceTaken(SlotTaken):
    """No room, or no equipment, of the kind that the service needs is free at that time."""

    code = "RESOURCE_TAKEN"

    def __init__(
        self, category: ResourceCategory, kind: str, alternatives: Sequence[SlotOffer] = ()
    ) -> None:
        super().__init__(alternatives)
        wanted = "sala" if category is ResourceCategory.ROOM else "equipamento"
        self.category, self.kind = category, kind
        self.message = (
            f"Não há {wanted} do tipo {kind} livre neste horário. Veja outros horários próximos."
        )
        self.details = {**self.details, "category": category, "kind": kind}


class PractitionerInactive(DomainError):
    """The practitioner is not active on the day of the slot."""

    code = "PRACTITIONER_INACTIVE"

    def __init__(self) -> None:
        super().__init__(
            "O profissional não está ativo nesta data. Busque os horários livres de novo.",
            path=["slotToken"],
        )


class PatientDoubleBooked(DomainError):
    """The patient already is somewhere else at that time."""

    code = "PATIENT_DOUBLE_BOOKED"

    def __init__(self) -> None:
        super().__init__("O paciente já tem outra consulta neste horário.", path=["patientId"])


class SeriesRefused(DomainError):
    """Not every visit of a series is free; `details` hold the times that are not."""

    code = "SERIES_REFUSED"

    def __init__(self, starts: Sequence[datetime]) -> None:
        super().__init__(
            "Nem todos os horários da série estão livres. Escolha outros, ou aceite parte dela.",
            details={"starts": [start.isoformat() for start in starts]},
        )


class SlotOfferRefused(DomainError):
    """A slot token that is not (or no longer) good."""

    code = "SLOT_OFFER_REFUSED"
    final = False

    def __init__(self, *, expired: bool) -> None:
        words = "expirou" if expired else "não é válida"
        super().__init__(
            f"Esta oferta de horário {words}. Busque os horários livres de novo.",
            path=["slotToken"],
            details={"expired": expired},
        )


class PatientNotBookable(DomainError):
    """The patients service answered: there is no such patient, or not one to book for."""

    code = "PATIENT_NOT_BOOKABLE"

    _MESSAGES: ClassVar[dict[str, str]] = {
        "NOT_FOUND": "Paciente não encontrado.",
        "INACTIVE": "O cadastro do paciente está inativo.",
        "MERGED": "Este cadastro foi unificado com outro; use o cadastro principal.",
        "ANONYMISED": "Os dados deste paciente foram eliminados a pedido dele.",
        "DECEASED": "O paciente consta como falecido.",
    }

    def __init__(self, reason: str) -> None:
        message = self._MESSAGES.get(reason, "O paciente não pode ser agendado.")
        super().__init__(message, path=["patientId"], details={"reason": reason})


class PatientServiceUnavailable(DomainError):
    """The patients service did not answer: nobody knows whether the patient can be booked."""

    code = "PATIENT_SERVICE_UNAVAILABLE"
    final = False

    def __init__(self, retry_after_seconds: int = 5) -> None:
        super().__init__(
            "Não foi possível consultar o cadastro de pacientes agora. Tente de novo em instantes.",
            path=["patientId"],
            details={"retry_after_seconds": retry_after_seconds},
        )


class RecordsServiceUnavailable(DomainError):
    """The records service did not answer: nobody knows what was written down of the visit."""

    code = "RECORDS_SERVICE_UNAVAILABLE"
    final = False

    def __init__(self, retry_after_seconds: int = 5) -> None:
        super().__init__(
            "Não foi possível consultar o prontuário agora. Tente de novo em instantes.",
            details={"retry_after_seconds": retry_after_seconds},
        )


class TransitionNotAllowed(DomainError):
    """The appointment cannot move to that status, or not now; `details` say why."""

    code = "TRANSITION_NOT_ALLOWED"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, details={"reason": reason})


class ReturnVisitRefused(DomainError):
    """The visit is no return to the one named."""

    code = "RETURN_VISIT_REFUSED"

    def __init__(self, message: str) -> None:
        super().__init__(message, path=["returnOfId"])


class AlreadyRegistered(DomainError):
    """A registration number that must be unique is taken."""

    code = "ALREADY_REGISTERED"

    def __init__(self, message: str, path: Sequence[str]) -> None:
        super().__init__(message, path=path)
