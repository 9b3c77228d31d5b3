"""Why an insurer says no: codes of TISS table 38 (component of concepts, 2026-09)."""

from enum import Enum


class DenialReason(Enum):
    """A code that travels, with the insurer's own words in Portuguese."""

    CARD_INVALID = ("1001", "Número da carteira inválido")
    SUSPENDED = ("1016", "Beneficiário com atendimento suspenso")
    CARD_EXPIRED = ("1017", "Data de validade da carteira vencida")
    PLAN_UNKNOWN = ("1024", "Plano não existente")
    PROCEDURE_INVALID = ("1801", "Procedimento inválido")
    NOT_COVERED = ("3287", "Procedimento não possui cobertura pelo plano do beneficiário")

    def __init__(self, code: str, description: str) -> None:
        self.code = code
        self.description = description
