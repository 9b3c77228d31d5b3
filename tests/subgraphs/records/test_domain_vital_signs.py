"""Vital signs: what can be true, at the very bounds, and what follows from weight and height."""

from decimal import Decimal

import pytest

from subgraphs.records.domain.vital_signs import (
    ImplausibleMeasurement,
    Measurements,
    body_mass_index,
)

D = Decimal


@pytest.mark.parametrize(
    "measured",
    [
        Measurements(systolic=120, diastolic=80),
        Measurements(systolic=350, diastolic=250),
        Measurements(heart_rate=15),
        Measurements(oxygen_saturation=100),
        Measurements(temperature=D("36.5")),
        Measurements(weight_kg=D("0.2")),
        Measurements(weight_kg=D("72.350"), height_cm=D("171.5")),
    ],
)
def test_what_can_be_true(measured: Measurements) -> None:
    measured.check()


@pytest.mark.parametrize(
    ("measured", "field"),
    [
        (Measurements(), None),
        (Measurements(systolic=120), "diastolic"),
        (Measurements(diastolic=80), "diastolic"),
        (Measurements(systolic=80, diastolic=120), "diastolic"),
        (Measurements(systolic=80, diastolic=80), "diastolic"),
        (Measurements(systolic=1200, diastolic=80), "systolic"),
        (Measurements(heart_rate=14), "heart_rate"),
        (Measurements(oxygen_saturation=101), "oxygen_saturation"),
        (Measurements(temperature=D("365")), "temperature"),
        (Measurements(temperature=D("36.55")), "temperature"),
        (Measurements(weight_kg=D("650.001")), "weight_kg"),
        (Measurements(height_cm=D("1.71")), "height_cm"),
    ],
)
def test_a_slip_of_the_hand(measured: Measurements, field: str | None) -> None:
    with pytest.raises(ImplausibleMeasurement) as caught:
        measured.check()
    assert caught.value.field == field


def test_body_mass_index_is_exact() -> None:
    assert body_mass_index(D("72.35"), D("171.5")) == D("24.6")
    assert body_mass_index(D(64), D(160)) == D("25.0")
    assert body_mass_index(None, D(160)) is None
    assert body_mass_index(D(64), None) is None
