"""Who works where and when, what can be booked, and what a clinic has."""

from datetime import date, datetime, time

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.appointments.models.base import Base
from subgraphs.kit.columns import Id


class Practitioner(Base):
    """A health professional with a council registration."""

    __tablename__ = "practitioners"
    __table_args__ = (
        UniqueConstraint("council_body", "council_number", "council_uf"),
        CheckConstraint("active_until >= active_from", name="active_period"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    council_body: Mapped[str] = mapped_column(String(8))
    council_number: Mapped[str] = mapped_column(String(7))
    council_uf: Mapped[str] = mapped_column(String(2))
    cbo: Mapped[str] = mapped_column(String(6))
    specialties: Mapped[list[str]] = mapped_column(JSON)
    rqe: Mapped[list[str]] = mapped_column(JSON)
    return_window_days: Mapped[int | None]
    active_from: Mapped[date | None]
    active_until: Mapped[date | None]


class Clinic(Base):
    """A unit of the network, with its own calendar and clock."""

    __tablename__ = "clinics"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    cnes: Mapped[str] = mapped_column(String(7), unique=True)
    cnpj: Mapped[str] = mapped_column(String(14))
    city: Mapped[str] = mapped_column(String(80))
    uf: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(40))


class HealthcareService(Base):
    """Something that can be booked, as a TUSS procedure of a given length."""

    __tablename__ = "healthcare_services"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 5 AND 720", name="duration"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 120", name="buffer"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    tuss_code: Mapped[str] = mapped_column(String(8))
    duration_minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    room_kind: Mapped[str | None] = mapped_column(String(32))
    equipment_kind: Mapped[str | None] = mapped_column(String(32))


class ClinicResource(Base):
    """A room of a clinic, or a piece of its equipment."""

    __tablename__ = "clinic_resources"
    __table_args__ = (
        CheckConstraint("category IN ('ROOM', 'EQUIPMENT')", name="category"),
        UniqueConstraint("clinic_id", "name"),
    )

    id: Mapped[Id]
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    category: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))


class PractitionerService(Base):
    """That a practitioner offers a service."""

    __tablename__ = "practitioner_services"

    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioners.id"), primary_key=True)
    service_id: Mapped[str] = mapped_column(
        ForeignKey("healthcare_services.id"), primary_key=True, index=True
    )


class Availability(Base):
    """When a practitioner sees patients at a clinic: weekly, in the clinic's wall time."""

    __tablename__ = "availabilities"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("capacity BETWEEN 1 AND 50", name="capacity"),
    )

    id: Mapped[Id]
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioners.id"), index=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    capacity: Mapped[int] = mapped_column(default=1, server_default="1")


class Closure(Base):
    """When a clinic, or one practitioner in it, is not available: in the clinic's wall time."""

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint("ends > starts", name="ends_after_start"),
        Index("ix_closures_clinic_id_ends", "clinic_id", "ends"),
    )

    id: Mapped[Id]
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    practitioner_id: Mapped[str | None] = mapped_column(ForeignKey("practitioners.id"))
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    reason: Mapped[str] = mapped_column(String(200))
