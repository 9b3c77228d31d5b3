"""How a price came about, as the graph shows it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Self

import strawberry

from subgraphs.billing.domain.modifier import ComponentCode, ModifierKind, PriceComponent
from subgraphs.kit.money import Money

strawberry.enum(ComponentCode, name="PriceComponentCode")
strawberry.enum(ModifierKind, name="PriceModifierKind")


@strawberry.type(name="PriceComponent")
class ShownComponent:
    """A part of a price: the base, or what a rule of the contract added to it or took off."""

    code: ComponentCode
    """What it is."""
    factor: Decimal | None
    """What the price was multiplied by up to here; null for the base."""
    amount: Money
    """How much it comes to; negative where the price went down. All add up to gross."""

    @classmethod
    def of(cls, component: PriceComponent) -> Self:
        """The component, shown."""
        return cls(code=component.code, factor=component.factor, amount=Money.of(component.amount))


def shown_components(components: Iterable[PriceComponent]) -> list[ShownComponent]:
    """The components of a price that was just reckoned, in order."""
    return [ShownComponent.of(component) for component in components]


def stored_components(
    stored: Iterable[Mapping[str, str | None]] | None, gross: Decimal
) -> list[ShownComponent]:
    """The components kept with a line. A line from before they were kept has its base alone."""
    if stored is None:
        return shown_components([PriceComponent(ComponentCode.BASE, None, gross)])
    return [
        ShownComponent(
            code=ComponentCode(str(kept["code"])),
            factor=Decimal(kept["factor"]) if kept["factor"] else None,
            amount=Money.of(Decimal(str(kept["amount"]))),
        )
        for kept in stored
    ]
