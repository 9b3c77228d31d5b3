"""CPF and CNS, the numbers by which Brazil knows a person.

Lei 14.534/2023 makes the CPF the identifier in public health; people without one (newborns,
foreigners, the unidentified) are served all the same, so that it may be absent.
"""

import unicodedata

from stdnum.br import cpf as cpf_rules
from stdnum.exceptions import ValidationError
from validate_docbr import CNS

from subgraphs.patients.domain.errors import InvalidDocument

_PUNCTUATION = str.maketrans("", "", " .-/")


def digits_of(text: str) -> str:
    """The text with compatible digits made plain (NFKC) and its punctuation left out."""
    return unicodedata.normalize("NFKC", text).translate(_PUNCTUATION)


def normalized_cpf(text: str, field: str = "cpf") -> str:
    """The eleven digits of a CPF, however it was typed.

    Raises ``InvalidDocument`` for a wrong length or check digit, and for one digit repeated eleven
    times: those pass the check digits and were never issued.
    """
    digits = digits_of(text)
    try:
        cpf_rules.validate(digits)
    except ValidationError as error:
        raise _invalid_cpf(field) from error
    if len(digits) != 11 or not digits.isascii() or len(set(digits)) == 1:
        raise _invalid_cpf(field)
    return digits


def completed_cpf(base: str) -> str:
    """The CPF whose first nine digits these are: the check digits are sums modulo eleven."""
    digits = base
    for length in (9, 10):
        total = sum(int(digit) * (length + 1 - n) for n, digit in enumerate(digits))
        digits += str(total * 10 % 11 % 10)
    return digits


def looks_like_cpf(text: str) -> bool:
    """Whether the text can only be meant as a CPF."""
    digits = digits_of(text)
    return len(digits) == 11 and digits.isascii() and digits.isdigit()


def masked_cpf(cpf: str) -> str:
    """The CPF as it may be shown: ``***.456.789-**``."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**"


def normalized_cns(text: str) -> str:
    """The fifteen digits of a CNS (Cartão Nacional de Saúde). Raises ``InvalidDocument``."""
    digits = digits_of(text)
    if not (digits.isascii() and digits.isdigit() and CNS().validate(digits)):
        raise InvalidDocument("O CNS informado não é válido. Confira os 15 dígitos.", path=["cns"])
    return digits


def _invalid_cpf(field: str) -> InvalidDocument:
    return InvalidDocument("O CPF informado não é válido. Confira os 11 dígitos.", path=[field])
