"""What the patients domain refuses, and why."""

from subgraphs.kit.errors import DomainError, InvalidInput


class InvalidDocument(InvalidInput):
    """A CPF or CNS that cannot exist."""

    code = "INVALID_DOCUMENT"


class CpfAlreadyRegistered(DomainError):
    """The CPF belongs to a patient already: one registration for each CPF."""

    code = "CPF_ALREADY_REGISTERED"

    def __init__(self, existing_patient_id: str) -> None:
        super().__init__(
            "Já existe um cadastro com este CPF. Abra o cadastro existente em vez de criar outro.",
            path=["cpf"],
            details={"existing_patient_id": existing_patient_id},
        )


class PatientNotEditable(DomainError):
    """The registration was merged or anonymised and is kept as it is."""

    code = "PATIENT_NOT_EDITABLE"


class LikelyDuplicate(DomainError):
    """Somebody much like the new patient is registered already."""

    code = "POSSIBLE_DUPLICATES"

    def __init__(self, candidates: list[tuple[str, str, list[str]]]) -> None:
        """``candidates`` are ids with their score and reasons, the likeliest first."""
        super().__init__(
            "Pode já existir um cadastro desta pessoa. Confira antes de criar outro.",
            details={"candidates": candidates},
        )
