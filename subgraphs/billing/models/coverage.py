"""Coverages: the health plans' cards of a patient."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Base
from subgraphs.kit.columns import Id, Identifier


class CoverageRow(Base):
    """A card. Its number is kept whole, because the plan must be asked by it."""

    __tablename__ = "coverages"
    __table_args__ = (
        UniqueConstraint("ans_registry", "card_number"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier, index=True)
    ans_registry: Mapped[str] = mapped_column(String(6))
    plan_name: Mapped[str] = mapped_column(String(120))
    card_number: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]
