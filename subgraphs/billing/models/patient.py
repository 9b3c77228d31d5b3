"""Which registrations stand for which others, as the patients service told it."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Base
from subgraphs.kit.columns import Identifier


class MergedPatientRow(Base):
    """A registration that was merged into another.

    What is billed keeps the patient that it was billed to, for issued invoices are frozen; it is
    linked to the registration that stands for the patient now. So parting them again is one row
    less.
    """

    __tablename__ = "merged_patients"
    __table_args__ = (CheckConstraint("source_id <> target_id", name="not_itself"),)

    source_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    target_id: Mapped[str] = mapped_column(Identifier, index=True)
