"""Vital signs: what is measured, and what cannot have been.

The bounds catch a slip of the hand, not an illness: each is beyond what a living patient shows.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType


class ImplausibleMeasurement(ValueError):
    """A value that no living patient has, or none at all."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Measurements:
    """What was measured at one moment; what was not is None."""

    systolic: int | None = None
    """mmHg"""
    diastolic: int | None = None
    """mmHg"""
    heart_rate: int | None = None
    """per minute"""
    respiratory_rate: int | None = None
    """per minute"""
    oxygen_saturation: int | None = None
    """percent"""
    temperature: Decimal | None = None
    """°C"""
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None

    def check(self) -> None:
        """Make sure that this can be true.

        Raises:
            ImplausibleMeasurement: nothing is measured, or something out of bounds, or too finely.
        """
        measured = {name: value for name, value in asdict(self).items() if value is not None}
        if not measured:
            raise ImplausibleMeasurement("Informe ao menos uma medida.")
        for name, value in measured.items():
            _check(name, Decimal(value))
        if (self.systolic is None) != (self.diastolic is None):
            raise ImplausibleMeasurement("A pressão arterial tem dois valores.", "diastolic")
        if self.systolic and self.diastolic and self.diastolic >= self.systolic:
            raise ImplausibleMeasurement(
                "A pressão diastólica deve ser menor que a sistólica.", "diastolic"
            )


@dataclass(frozen=True, slots=True)
class _Bounds:
    name: str
    lowest: Decimal
    highest: Decimal
    places: int = 0


_BOUNDS: Mapping[str, _Bounds] = MappingProxyType(
    {
        "systolic": _Bounds("pressão sistólica", Decimal(30), Decimal(350)),
        "diastolic": _Bounds("pressão diastólica", Decimal(10), Decimal(250)),
        "heart_rate": _Bounds("frequência cardíaca", Decimal(15), Decimal(350)),
        "respiratory_rate": _Bounds("frequência respiratória", Decimal(3), Decimal(120)),
        "oxygen_saturation": _Bounds("saturação", Decimal(30), Decimal(100)),
        "temperature": _Bounds("temperatura", Decimal(25), Decimal(45), 1),
        "weight_kg": _Bounds("peso", Decimal("0.2"), Decimal(650), 3),
        "height_cm": _Bounds("altura", Decimal(20), Decimal(260), 1),
    }
)


def _check(field: str, value: Decimal) -> None:
    bounds = _BOUNDS[field]
    if not bounds.lowest <= value <= bounds.highest:
        raise ImplausibleMeasurement(
            f"Valor implausível de {bounds.name}: de {bounds.lowest} a {bounds.highest}.", field
        )
    if value != round(value, bounds.places):
        raise ImplausibleMeasurement(
            f"Informe {bounds.name} com no máximo {bounds.places} casas decimais.", field
        )


def body_mass_index(weight_kg: Decimal | None, height_cm: Decimal | None) -> Decimal | None:
    """Weight over height squared, to one place; None where one of the two is missing."""
    if weight_kg is None or height_cm is None:
        return None
    height = height_cm / 100
    return (weight_kg / (height * height)).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
