"""Visits, and whom they are for. That no two overlap is in the migrations, by database."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.appointments.domain.patient import PatientCheck
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.models.base import Base
from subgraphs.kit.columns import Id, Identifier, UtcDateTime


class PatientReplica(Base):
    """What this service remembers of a patient, so that an agenda needs no other service.

    `person_id` is the registration that a merged one stands for by now; its own id otherwise.
    """

    __tablename__ = "patient_replicas"

    id: Mapped[Id]
    display_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    person_id: Mapped[str | None] = mapped_column(Identifier, index=True)


class Repointing(Base):
    """A job: the visits of a registration that was merged, or parted, go to whom they belong to."""

    __tablename__ = "repointings"

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_visit_id: Mapped[str] = mapped_column(Identifier, default="")
    moved: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)


class Appointment(Base):
    """A patient with a practitioner, at a clinic, from one instant to another."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("seat BETWEEN 0 AND 49", name="seat"),
        CheckConstraint(
            "status IN ({})".format(", ".join(f"'{status}'" for status in AppointmentStatus)),
            name="status",
        ),
        Index("ix_appointments_clinic_id_starts_at_id", "clinic_id", "starts_at", "id"),
        Index("ix_appointments_practitioner_id_starts_at_id", "practitioner_id", "starts_at", "id"),
        Index("ix_appointments_patient_id_starts_at_id", "patient_id", "starts_at", "id"),
        Index(
            "ix_appointments_hold_until",
            "hold_until",
            postgresql_where=text("status = 'PENDING'"),
            sqlite_where=text("status = 'PENDING'"),
        ),
        Index(
            "ix_appointments_booked_starts_at",
            "starts_at",
            postgresql_where=text("status = 'BOOKED'"),
            sqlite_where=text("status = 'BOOKED'"),
        ),
        Index("ix_appointments_rescheduled_from_id", "rescheduled_from_id"),
        Index(
            "ix_appointments_room_id_starts_at",
            "room_id",
            "starts_at",
            postgresql_where=text("room_id IS NOT NULL"),
            sqlite_where=text("room_id IS NOT NULL"),
        ),
        Index(
            "ix_appointments_equipment_id_starts_at",
            "equipment_id",
            "starts_at",
            postgresql_where=text("equipment_id IS NOT NULL"),
            sqlite_where=text("equipment_id IS NOT NULL"),
        ),
        Index(
            "ix_appointments_deferred",
            "id",
            postgresql_where=text("patient_check = 'DEFERRED'"),
            sqlite_where=text("patient_check = 'DEFERRED'"),
        ),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient_replicas.id"))
    booked_for_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    lane: Mapped[int] = mapped_column(default=0, server_default="0")
    seat: Mapped[int] = mapped_column(default=0, server_default="0")
    patient_check: Mapped[str] = mapped_column(
        String(16), default=PatientCheck.VERIFIED, server_default=PatientCheck.VERIFIED
    )
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioners.id"))
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("healthcare_services.id"))
    room_id: Mapped[str | None] = mapped_column(ForeignKey("clinic_resources.id"))
    equipment_id: Mapped[str | None] = mapped_column(ForeignKey("clinic_resources.id"))
    coverage_id: Mapped[str | None] = mapped_column(Identifier)
    return_of_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id"))
    rescheduled_from_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id"))
    series_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    priority: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[str | None] = mapped_column(String(16))
    cancellation_reason: Mapped[str | None] = mapped_column(String(500))
    late_cancellation: Mapped[bool | None]


class WaitingListEntry(Base):
    """A wish for a visit within some days, perhaps with somebody or somewhere."""

    __tablename__ = "waiting_list_entries"
    __table_args__ = (
        Index(
            "ix_waiting_list_entries_open",
            "queued_at",
            "id",
            postgresql_where=text("status IN ('WAITING', 'OFFERED')"),
            sqlite_where=text("status IN ('WAITING', 'OFFERED')"),
        ),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(16))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient_replicas.id"), index=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("healthcare_services.id"))
    practitioner_id: Mapped[str | None] = mapped_column(ForeignKey("practitioners.id"))
    clinic_id: Mapped[str | None] = mapped_column(ForeignKey("clinics.id"))
    from_: Mapped[datetime] = mapped_column("from_moment", UtcDateTime)
    until: Mapped[datetime] = mapped_column("until_moment", UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))
    coverage_id: Mapped[str | None] = mapped_column(Identifier)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offers: Mapped[int] = mapped_column(default=0)
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id"))


class StatusChange(Base):
    """One step in the life of an appointment: from what to what, when, by whom, why."""

    __tablename__ = "status_changes"

    id: Mapped[Id]
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id"), index=True)
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))
