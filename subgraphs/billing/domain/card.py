"""A health plan's card: kept whole to ask the plan, shown only in part."""

import re

_DIGITS = re.compile(r"[0-9]{6,20}")
_REGISTRY = re.compile(r"[0-9]{6}")


def normalize_card_number(text: str) -> str | None:
    """The digits of a card number, or None where it cannot be one."""
    digits = re.sub(r"[\s.\-/]", "", text)
    return digits if _DIGITS.fullmatch(digits) else None


def mask_card_number(number: str) -> str:
    """All but the last four digits hidden."""
    return "•" * (len(number) - 4) + number[-4:]


def is_ans_registry(text: str) -> bool:
    """Whether the text has the form of an insurer's registry with ANS: six digits."""
    return _REGISTRY.fullmatch(text) is not None
