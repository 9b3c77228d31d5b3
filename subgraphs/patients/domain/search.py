"""What the text in the search box means: a CPF, a telephone, a birth date, names."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.contacts import normalized_phone
from subgraphs.patients.domain.documents import digits_of, looks_like_cpf
from subgraphs.patients.domain.names import search_words

MAX_WORDS = 8
_DAY = re.compile(r"\b([0-9]{2})[/.-]([0-9]{2})[/.-]([0-9]{4})\b")


class SearchKind(StrEnum):
    """By what somebody searched, and nothing of what was typed."""

    NAME = "NAME"
    """By names, perhaps with a birth date."""
    BIRTH_DATE = "BIRTH_DATE"
    """By a birth date alone."""
    NUMBER = "NUMBER"
    """By a CPF or telephone."""
    LIKENESS = "LIKENESS"
    """For registrations like another one."""
    LIST = "LIST"
    """By nothing: everybody, page by page."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a patient must match: one of the numbers, and the birth date, and every word."""

    words: tuple[str, ...] = ()
    cpf: str | None = None
    phone: str | None = None
    birth_date: date | None = None

    @property
    def kind(self) -> SearchKind:
        """By what it searches."""
        if self.words:
            return SearchKind.NAME
        return SearchKind.BIRTH_DATE if self.birth_date else SearchKind.NUMBER


def parse_search(text: str) -> Search:
    """Read what was typed: ``529.982.247-25``, ``(11) 98765-4321``, ``jose silva 02/03/1980``.

    Words match the beginnings of names, without accents or case. A number of eleven digits may be
    a CPF or a mobile telephone and matches either. Raises ``InvalidInput`` where nothing is left
    to search for.
    """
    number = digits_of(text).strip("()+").replace("(", "").replace(")", "")
    if re.fullmatch(r"[0-9]{8,13}", number) and not _DAY.search(text):
        return Search(cpf=number if looks_like_cpf(number) else None, phone=_phone(text))
    birth_date, rest = _birth_date(text)
    words = tuple(dict.fromkeys(search_words(rest)))[:MAX_WORDS]
    if not words and birth_date is None:
        raise InvalidInput("Informe um nome, CPF, telefone ou nascimento.", path=["search"])
    return Search(words=words, birth_date=birth_date)


def _phone(text: str) -> str | None:
    try:
        return normalized_phone(text)
    except InvalidInput:
        return None


def _birth_date(text: str) -> tuple[date | None, str]:
    found = _DAY.search(text)
    if not found:
        return None, text
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day), text[: found.start()] + text[found.end() :]
    except ValueError as error:
        raise InvalidInput("A data não existe.", path=["search"]) from error
