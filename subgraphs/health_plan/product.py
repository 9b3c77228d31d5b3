"""The products an insurer sells: what each covers, and what its members pay themselves."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from subgraphs.health_plan.card import Card


class Collector(StrEnum):
    """Who collects the co-payment: the insurer on its monthly bill, or the clinic at the desk."""

    OPERADORA = "OPERADORA"
    CLINIC = "CLINIC"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a member pays of a covered procedure. Percentages are 0 to 100."""

    coverage_percent: Decimal = Decimal(100)
    deductible_remaining: Decimal = Decimal("0.00")
    copay_percent: Decimal = Decimal(0)
    copay_fixed: Decimal = Decimal("0.00")
    copay_event_cap: Decimal | None = None
    copay_month_remaining: Decimal | None = None
    copay_collected_by: Collector = Collector.OPERADORA


@dataclass(frozen=True, slots=True)
class Product:
    """A line of the insurer's price list of plans."""

    name: str
    terms: Terms
    annual_deductible: int = 0
    month_cap: int | None = None
    covers_high_complexity: bool = True


PRODUCTS = MappingProxyType(
    {
        "01": Product("Essencial", Terms(copay_percent=Decimal(30)), covers_high_complexity=False),
        "02": Product(
            "Conforto",
            Terms(coverage_percent=Decimal(80), copay_percent=Decimal(10)),
            annual_deductible=500,
        ),
        "03": Product("Pleno", Terms()),
        "04": Product(
            "Compartilhado",
            Terms(copay_percent=Decimal(40), copay_event_cap=Decimal("150.00")),
            month_cap=300,
        ),
        "05": Product(
            "Balcão",
            Terms(copay_fixed=Decimal("25.00"), copay_collected_by=Collector.CLINIC),
        ),
    }
)
"""By the two product digits of the card."""


def terms_of(product: Product, card: Card, seed: str) -> Terms:
    """The product's terms with what is left of this member's deductible and monthly cap."""
    terms = product.terms
    if product.annual_deductible:
        left = Decimal(card.draw(seed, "deductible", product.annual_deductible * 100 + 1)) / 100
        terms = replace(terms, deductible_remaining=left.quantize(Decimal("0.01")))
    if product.month_cap is not None:
        left = Decimal(card.draw(seed, "month cap", product.month_cap * 100 + 1)) / 100
        terms = replace(terms, copay_month_remaining=left.quantize(Decimal("0.01")))
    return terms
