"""What the insurer knows of a procedure: its contract price and when it wants to be asked first."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from types import MappingProxyType


class Complexity(StrEnum):
    """SIMPLE needs no authorization, MEDIUM is decided at once, HIGH goes to an analyst."""

    SIMPLE = "SIMPLE"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A TUSS code with the insurer's contract price."""

    tuss_code: str
    price: Decimal
    complexity: Complexity


_BY_CODE = MappingProxyType(
    {
        "10101012": ("98.50", Complexity.SIMPLE),  # consultation
        "10101039": ("120.00", Complexity.SIMPLE),  # consultation, emergency room
        "10106146": ("110.00", Complexity.SIMPLE),  # child care
        "40101010": ("32.40", Complexity.SIMPLE),  # electrocardiogram
        "40201120": ("310.00", Complexity.MEDIUM),  # upper endoscopy
        "40301583": ("8.90", Complexity.SIMPLE),  # HDL cholesterol
        "40301630": ("7.20", Complexity.SIMPLE),  # creatinine
        "40302040": ("6.80", Complexity.SIMPLE),  # glucose
        "40304361": ("14.60", Complexity.SIMPLE),  # blood count
        "40311210": ("9.10", Complexity.SIMPLE),  # urine
        "40316521": ("26.00", Complexity.SIMPLE),  # TSH
        "40808041": ("145.00", Complexity.MEDIUM),  # mammography
        "40901122": ("132.00", Complexity.SIMPLE),  # ultrasound, abdomen
        "41001095": ("480.00", Complexity.HIGH),  # tomography, abdomen
        "41101014": ("720.00", Complexity.HIGH),  # magnetic resonance, head
        "50000470": ("92.00", Complexity.SIMPLE),  # psychotherapy
        "50000560": ("84.00", Complexity.SIMPLE),  # nutritionist
    }
)

_BY_CHAPTER = MappingProxyType(
    {
        "1": ("105.00", Complexity.SIMPLE),
        "2": ("90.00", Complexity.MEDIUM),
        "3": ("650.00", Complexity.HIGH),
        "4": ("45.00", Complexity.SIMPLE),
        "5": ("85.00", Complexity.SIMPLE),
    }
)
"""Codes that are not listed one by one take their chapter's price."""

_TOMOGRAPHY_AND_RESONANCE = ("410", "411")

_CENT = Decimal("0.01")


def find_procedure(tuss_code: str, ans_registry: str) -> Procedure | None:
    """The procedure at this insurer's price, or None where the code is not one of table 22."""
    if len(tuss_code) != 8 or not (tuss_code.isascii() and tuss_code.isdigit()):
        return None
    entry = _BY_CODE.get(tuss_code) or _BY_CHAPTER.get(tuss_code[0])
    if entry is None:
        return None
    price, complexity = entry
    if tuss_code.startswith(_TOMOGRAPHY_AND_RESONANCE):
        complexity = Complexity.HIGH
    return Procedure(tuss_code, _negotiated(Decimal(price), ans_registry), complexity)


def _negotiated(price: Decimal, ans_registry: str) -> Decimal:
    """Each insurer pays a little more or less than the first one."""
    steps = int(ans_registry[-2:]) - 1 if ans_registry[-2:].isdigit() else 0
    return (price * (100 + steps) / 100).quantize(_CENT, rounding=ROUND_HALF_EVEN)
