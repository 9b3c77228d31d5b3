"""JSON read and written so that no integer loses a digit.

A custom scalar may be an integer of any length (RFC 8259, "Numbers", leaves it to who reads).
orjson reads one of more than 64 bits as a float, and refuses to write it; msgspec reads it, but
takes longer for what is large.
"""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

_SHORT = 512
_DIGITS = bytes(ord("0") if chr(each).isdigit() and each < 128 else 32 for each in range(256))
_TOO_LONG = b"0" * 19
"""Digits in a row that may be more than 64 bits: the largest number of that many has 19."""

_decode = msgspec.json.Decoder().decode


def loads(body: bytes) -> Any:
    """Read JSON. Raises `ValueError` for what is none."""
    if len(body) < _SHORT or _TOO_LONG in body.translate(_DIGITS):
        try:
            return _decode(body)
        except (msgspec.DecodeError, RecursionError):
            pass  # orjson has the same opinion, and tells it as a ValueError
    return orjson.loads(body)


def dumps(value: Any) -> bytes:
    """Write JSON; an `orjson.Fragment` as it is. Raises `TypeError` for what cannot be written."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_with_digits(value))


def _with_digits(value: Any) -> Any:
    """The same value, with the integers that orjson refuses written out."""
    if value.__class__ is dict:
        return {name: _with_digits(each) for name, each in value.items()}
    if value.__class__ is list:
        return [_with_digits(each) for each in value]
    if value.__class__ is int and not -(2**63) <= value < 2**64:
        return orjson.Fragment(str(value))
    return value
