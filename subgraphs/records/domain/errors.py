"""What this service refuses, each with a stable code and words for a person."""

from datetime import datetime

from subgraphs.kit.errors import DomainError


class AppointmentNotEligible(DomainError):
    """The appointments service answered: no such appointment, or not one to open from."""

    code = "APPOINTMENT_NOT_ELIGIBLE"
    final = False

    def __init__(self, reason: str) -> None:
        message = (
            "Consulta não encontrada."
            if reason == "NOT_FOUND"
            else "O atendimento só pode ser aberto depois da chegada do paciente e antes do fim."
        )
        super().__init__(message, path=["appointmentId"], details={"reason": reason})


class AppointmentServiceUnavailable(DomainError):
    """The appointments service did not answer: nobody knows how the appointment stands."""

    code = "APPOINTMENT_SERVICE_UNAVAILABLE"
    final = False

    def __init__(self, retry_after_seconds: int = 5) -> None:
        super().__init__(
            "Não foi possível consultar a agenda agora. Tente de novo em instantes.",
            path=["appointmentId"],
            details={"retry_after_seconds": retry_after_seconds},
        )


class EncounterClosed(DomainError):
    """A closed encounter takes only amendments; one with drafts does not close."""

    code = "ENCOUNTER_CLOSED"

    def __init__(self) -> None:
        super().__init__("O atendimento está encerrado; só aceita retificações.")


class EncounterHasDrafts(DomainError):
    """An encounter closes when every document is signed or discarded."""

    code = "ENCOUNTER_HAS_DRAFTS"
    final = False

    def __init__(self) -> None:
        super().__init__("Assine ou descarte os rascunhos antes de encerrar o atendimento.")


class DocumentImmutable(DomainError):
    """A signed document does not change any more."""

    code = "DOCUMENT_IMMUTABLE"

    def __init__(self, signed_at: datetime) -> None:
        super().__init__(
            "O documento já foi assinado e não muda mais. Faça uma retificação.",
            details={"signed_at": signed_at.isoformat()},
        )


class DocumentIncomplete(DomainError):
    """The document lacks something that it must say before it is signed."""

    code = "DOCUMENT_INCOMPLETE"
    final = False


class DocumentTransitionNotAllowed(DomainError):
    """The document cannot move to that state from where it is."""

    code = "DOCUMENT_TRANSITION_NOT_ALLOWED"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class NotTheAuthor(DomainError):
    """A document is written, changed and signed by its author, who has a council registration."""

    code = "NOT_THE_AUTHOR"
    final = False


class AlreadyOver(DomainError):
    """A problem that is resolved, or an allergy that is refuted, already."""

    code = "ALREADY_OVER"

    def __init__(self) -> None:
        super().__init__("Este registro já foi encerrado.")
