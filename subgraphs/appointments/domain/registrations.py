"""Registration numbers of Brazilian health care: councils, clinics, procedures, zones."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stdnum.br import cnpj
from stdnum.exceptions import ValidationError

STATES = frozenset(
    {
        "AC",
        "AL",
        "AM",
        "AP",
        "BA",
        "CE",
        "DF",
        "ES",
        "GO",
        "MA",
        "MG",
        "MS",
        "MT",
        "PA",
        "PB",
        "PE",
        "PI",
        "PR",
        "RJ",
        "RN",
        "RO",
        "RR",
        "RS",
        "SC",
        "SE",
        "SP",
        "TO",
    }
)

COUNCILS = frozenset(
    {
        "CRM",
        "COREN",
        "CRO",
        "CRP",
        "CRN",
        "CRF",
        "CRFA",
        "CREFITO",
        "CRESS",
        "CRBM",
        "CREF",
        "CRMV",
        "CRTR",
        "CRBIO",
    }
)
"""Professional councils whose members a clinic may employ, by their usual initials."""


class InvalidRegistration(ValueError):
    """A registration number breaks its own rule; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Council:
    """A practitioner's registration: council, number and the state that issued it."""

    body: str
    number: str
    uf: str

    @classmethod
    def parse(cls, body: str, number: str, uf: str) -> "Council":
        """The registration in canonical form: upper case, no punctuation, no leading zeros.

        Raises:
            InvalidRegistration: unknown council or state, or no number.
        """
        body = body.strip().upper()
        digits = re.sub(r"[.\-/\s]", "", number).lstrip("0")
        if body not in COUNCILS:
            raise InvalidRegistration(f"Conselho profissional desconhecido: {body!r}.")
        if not re.fullmatch(r"[0-9]{1,7}", digits):
            raise InvalidRegistration("O número do conselho deve ter de 1 a 7 algarismos.")
        return cls(body, digits, parse_state(uf))


def parse_state(text: str) -> str:
    """The two letters of a state.

    Raises:
        InvalidRegistration: no such state.
    """
    uf = text.strip().upper()
    if uf not in STATES:
        raise InvalidRegistration(f"Unidade da federação desconhecida: {uf!r}.")
    return uf


def parse_cnes(text: str) -> str:
    """The seven digits of a health establishment's national register (CNES).

    Raises:
        InvalidRegistration: not seven digits.
    """
    if not re.fullmatch(r"[0-9]{7}", text.strip()):
        raise InvalidRegistration("O CNES deve ter 7 algarismos.")
    return text.strip()


def parse_cnpj(text: str) -> str:
    """A company's CNPJ without punctuation; letters are legal since July 2026.

    Raises:
        InvalidRegistration: wrong length or check digits.
    """
    try:
        return str(cnpj.validate(text.strip().upper()))
    except ValidationError as error:
        raise InvalidRegistration("CNPJ inválido.") from error


def parse_tuss_code(text: str) -> str:
    """The eight digits of a procedure in TUSS table 22.

    Raises:
        InvalidRegistration: not eight digits.
    """
    if not re.fullmatch(r"[0-9]{8}", text.strip()):
        raise InvalidRegistration("O código TUSS deve ter 8 algarismos.")
    return text.strip()


def parse_cbo(text: str) -> str:
    """The six digits of an occupation (Classificação Brasileira de Ocupações).

    Raises:
        InvalidRegistration: not six digits.
    """
    digits = text.strip().replace("-", "")
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise InvalidRegistration("O CBO deve ter 6 algarismos.")
    return digits


def parse_zone(name: str) -> str:
    """The name of an IANA time zone that exists.

    Raises:
        InvalidRegistration: no such zone.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidRegistration(f"Fuso horário desconhecido: {name!r}.") from error
