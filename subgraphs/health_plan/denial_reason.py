"""Why an insurer says no: codes of TISS table 38 (component of concepts, 2026-09)."""

from enum import Enum


class DenialReason(Enum):
    """A code that travels, with the insurer's own words in Portuguese."""

    CARD_INVALID = ("1001", "Número da carteira inválido")
    SUSPENDED = ("1016", "Beneficiário com atendimento suspenso")
    CARD_EXPIRED = ("1017", "Data de validade da carteira vencida")
    PLAN_UNKNOWN = ("1024", "Plano não existente")
    BATCH_TOTAL_MISMATCH = ("1104", "Valor total do protocolo diferente do valor total das guias")
    GUIA_ALREADY_PRESENTED = ("1308", "Guia já apresentada")
    PASSWORD_EXPIRED = ("1414", "Data de validade da senha expirada")
    OVERCHARGED = ("1705", "Valor apresentado a maior")
    PROCEDURE_INVALID = ("1801", "Procedimento inválido")
    AUTHORIZATION_MISSING = ("1818", "Cobrança de procedimento que exige autorização prévia")
    REPORT_MISSING = (
        "1822",
        "Cobrança de procedimento com ausência de resultado ou laudo técnico",
    )
    MORE_THAN_ONE_APPEAL = ("2904", "Mais de um recurso de glosa para a mesma guia/protocolo")
    DUPLICATE_ITEM = ("3209", "Cobrança de procedimento/item assistencial em duplicidade")
    NOT_COVERED = ("3287", "Procedimento não possui cobertura pelo plano do beneficiário")
    PASSWORD_INVALID = ("3306", "Senha ou guia de autorização informada inválida")
    GUIA_TOTAL_MISMATCH = (
        "5042",
        "Valor informado da guia diferente do somatório do valor informado dos itens",
    )

    def __init__(self, code: str, description: str) -> None:
        self.code = code
        self.description = description
