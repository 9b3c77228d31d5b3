"""Names: as written, and as searched."""

import re
import unicodedata

from subgraphs.kit.errors import InvalidInput

MAX_NAME = 200
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[\W_]+")


def normalized_name(text: str, field: str) -> str:
    """The name with its spaces in order. Raises ``InvalidInput`` where it cannot be a name."""
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not any(character.isalpha() for character in name):
        raise InvalidInput("Informe o nome com letras.", path=[field])
    if len(name) > MAX_NAME:
        raise InvalidInput(f"O nome passa de {MAX_NAME} caracteres.", path=[field])
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise InvalidInput("O nome contém caracteres que não se imprimem.", path=[field])
    return name


def search_words(text: str) -> list[str]:
    """The words of a text without accents, case and punctuation: "D'Ávila" is "d avila"."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", plain.casefold()).split()


def sort_key(name: str) -> str:
    """What a list of names is sorted by."""
    return " ".join(search_words(name))[:MAX_NAME]


def search_text(*names: str | None) -> str:
    """What a search looks into: every word of every name, a space before each.

    The space lets one condition, ``LIKE '% silv%'``, find the beginnings of words.
    """
    words = (word for name in names if name for word in search_words(name))
    return "".join(f" {word}" for word in dict.fromkeys(words))
