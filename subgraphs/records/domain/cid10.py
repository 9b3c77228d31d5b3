"""CID-10 (the Brazilian ICD-10): the shape of a code, and the codes that this network uses.

The list is short on purpose: what an ambulatory network writes day by day, with titles in
Portuguese. A code that has the right shape and is not in it is refused, because a typing error in
a diagnosis is worse than a missing code.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from subgraphs.records.domain.cid10_titles import TITLES

_SHAPE = re.compile(r"[A-Z][0-9]{2}(\.[0-9])?")


class InvalidCid10(ValueError):
    """Not a CID-10 code, or not one that this network knows."""


CID10: Mapping[str, str] = MappingProxyType(TITLES)
"""Title by code."""


def parse_cid10(text: str) -> str:
    """The code in canonical form ("j069" becomes "J06.9").

    Raises:
        InvalidCid10: wrong shape, or unknown.
    """
    compact = text.strip().upper().replace(".", "")
    code = f"{compact[:3]}.{compact[3:]}" if len(compact) > 3 else compact
    if not _SHAPE.fullmatch(code):
        raise InvalidCid10(f"{text!r} não tem a forma de um CID-10 (por exemplo J06.9).")
    if code not in CID10:
        raise InvalidCid10(f"O CID-10 {code} não está na lista da rede.")
    return code


def search(words: str, limit: int = 20) -> list[str]:
    """Codes whose code or title holds `words`, for a form to choose from."""
    wanted = words.casefold()
    found = (
        code
        for code, title in CID10.items()
        if wanted in title.casefold() or wanted in code.casefold()
    )
    return [code for code, _ in zip(found, range(limit), strict=False)]
