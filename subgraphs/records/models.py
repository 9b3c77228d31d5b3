"""What records stores. That a signed document never changes is in the migration, by database."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from subgraphs.kit.columns import ExactDecimal, Id, Identifier, UtcDateTime, new_metadata
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.idempotency import idempotency_table
from subgraphs.kit.texts import refuse_what_does_not_fit
from subgraphs.records.domain.document import DocumentKind, DocumentStatus


class Base(DeclarativeBase):
    """The tables of this service."""

    metadata = new_metadata()


refuse_what_does_not_fit(Base)
IDEMPOTENCY_KEYS = idempotency_table(Base.metadata)
OUTBOX = Outbox(Base.metadata)
INBOX = Inbox(Base.metadata)


def _one_of(column: str, values: type[DocumentKind] | type[DocumentStatus]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class PatientReplica(Base):
    """What this service remembers of a patient.

    `person_id` is the registration that a merged one stands for by now; its own id otherwise.
    """

    __tablename__ = "patient_replicas"

    id: Mapped[Id]
    display_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    merged_into_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    person_id: Mapped[str] = mapped_column(Identifier, index=True)


class VisitReplica(Base):
    """Who is to see whom, or saw them: what this service remembers of an appointment."""

    __tablename__ = "visit_replicas"
    __table_args__ = (Index("ix_visit_replicas_patient_id_starts_at", "patient_id", "starts_at"),)

    id: Mapped[Id]
    version: Mapped[int]
    patient_id: Mapped[str] = mapped_column(Identifier)
    practitioner_id: Mapped[str] = mapped_column(Identifier)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16))


class Encounter(Base):
    """A patient with a practitioner, opened from an appointment."""

    __tablename__ = "encounters"

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1)
    appointment_id: Mapped[str] = mapped_column(Identifier, unique=True)
    patient_id: Mapped[str] = mapped_column(Identifier, index=True)
    practitioner_id: Mapped[str] = mapped_column(Identifier)
    practitioner_name: Mapped[str] = mapped_column(String(120))
    practitioner_council: Mapped[str] = mapped_column(String(24))
    service_day: Mapped[date]
    """The day of the appointment where the clinic is: procedures are billed by it."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClinicalDocument(Base):
    """A document of an encounter. Once signed, `statement` holds the very bytes signed."""

    __tablename__ = "clinical_documents"
    __table_args__ = (
        CheckConstraint(_one_of("kind", DocumentKind), name="kind"),
        CheckConstraint(_one_of("status", DocumentStatus), name="status"),
        CheckConstraint(
            "(sequence IS NULL) = (status IN ('DRAFT', 'DISCARDED'))", name="signed_has_sequence"
        ),
        UniqueConstraint("patient_id", "sequence"),
        Index("ix_clinical_documents_patient_id_signed_at_id", "patient_id", "signed_at", "id"),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(24))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    patient_id: Mapped[str] = mapped_column(Identifier)
    author_id: Mapped[str] = mapped_column(Identifier)
    author_name: Mapped[str] = mapped_column(String(120))
    author_council: Mapped[str] = mapped_column(String(24))
    amends_id: Mapped[str | None] = mapped_column(ForeignKey("clinical_documents.id"), index=True)
    content: Mapped[str] = mapped_column(Text)
    restricted: Mapped[bool] = mapped_column(server_default=false())
    """Whether it is for fewer eyes than the rest of the record (see `domain.sensitivity`)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(200))
    sequence: Mapped[int | None]
    chain_sha256: Mapped[str | None] = mapped_column(String(64))


class RecordHead(Base):
    """The end of a patient's chain: where the next signed document is tied to."""

    __tablename__ = "record_heads"

    patient_id: Mapped[Id]
    sequence: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    chain_sha256: Mapped[str] = mapped_column(String(64))


class DocumentEvent(Base):
    """One step in the life of a document: from what to what, when, by whom, why."""

    __tablename__ = "document_events"

    id: Mapped[Id]
    document_id: Mapped[str] = mapped_column(ForeignKey("clinical_documents.id"), index=True)
    from_status: Mapped[str | None] = mapped_column(String(24))
    to_status: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))


class BreakGlass(Base):
    """That somebody opened a record in an emergency, why, and for how long it stays open."""

    __tablename__ = "break_glass"
    __table_args__ = (Index("ix_break_glass_actor_id_patient_id", "actor_id", "patient_id"),)

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier)
    actor_id: Mapped[str] = mapped_column(String(200))
    justification: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccessEvent(Base):
    """That somebody read, or tried to read, what is clinical. Append-only."""

    __tablename__ = "access_events"
    __table_args__ = (Index("ix_access_events_patient_id_at_id", "patient_id", "at", "id"),)

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(String(200))
    actor_roles: Mapped[str] = mapped_column(String(200))
    patient_id: Mapped[str | None] = mapped_column(Identifier)
    document_id: Mapped[str | None] = mapped_column(Identifier)
    element: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(16))
    granted: Mapped[bool]
    request_id: Mapped[str] = mapped_column(String(64))


class Allergy(Base):
    """Something that harms a patient; struck when it turns out not to."""

    __tablename__ = "allergies"

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier, index=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    substance: Mapped[str] = mapped_column(String(120))
    reaction: Mapped[str | None] = mapped_column(String(300))
    criticality: Mapped[str] = mapped_column(String(8))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refuted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refutation_reason: Mapped[str | None] = mapped_column(String(300))


class Problem(Base):
    """An entry of a patient's problem list: a condition that outlives one encounter."""

    __tablename__ = "problems"
    __table_args__ = (
        Index(
            "uq_problems_unresolved",
            "patient_id",
            "cid10",
            unique=True,
            postgresql_where=text("resolved_on IS NULL"),
            sqlite_where=text("resolved_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1)
    patient_id: Mapped[str] = mapped_column(Identifier, index=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    cid10: Mapped[str] = mapped_column(String(5))
    note: Mapped[str | None] = mapped_column(String(300))
    onset: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_on: Mapped[date | None]


class VitalSigns(Base):
    """What was measured of a patient at one moment. It is never changed; it is measured again."""

    __tablename__ = "vital_signs"

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime)
    systolic: Mapped[int | None]
    diastolic: Mapped[int | None]
    heart_rate: Mapped[int | None]
    respiratory_rate: Mapped[int | None]
    oxygen_saturation: Mapped[int | None]
    temperature: Mapped[Decimal | None] = mapped_column(ExactDecimal(3, 1))
    weight_kg: Mapped[Decimal | None] = mapped_column(ExactDecimal(6, 3))
    height_cm: Mapped[Decimal | None] = mapped_column(ExactDecimal(4, 1))
