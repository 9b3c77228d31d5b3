"""The tables of patients."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from subgraphs.kit.columns import Id, Identifier, UtcDateTime, new_metadata
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.idempotency import idempotency_table
from subgraphs.kit.texts import refuse_what_does_not_fit
from subgraphs.patients.domain.names import MAX_NAME
from subgraphs.patients.domain.patient import PatientStatus, Sex
from subgraphs.patients.domain.privacy import ConsentPurpose, ContactChannel, DataRequestKind


class Base(DeclarativeBase):
    """The patients database."""

    metadata = new_metadata()
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's way


refuse_what_does_not_fit(Base)
idempotency_keys = idempotency_table(Base.metadata)
outbox = Outbox(Base.metadata)
inbox = Inbox(Base.metadata)


def _one_of(column: str, values: type[Enum]) -> CheckConstraint:
    quoted = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


_BY_BYTES = String(MAX_NAME).with_variant(String(MAX_NAME, collation="C"), "postgresql")
"""Sorted by bytes wherever the database stands: the text has neither accents nor capitals."""


class PatientRow(Base):
    """A registration as it is now. The database keeps each CPF to one of them."""

    __tablename__ = "patients"

    id: Mapped[Id]
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    legal_name: Mapped[str] = mapped_column(String(MAX_NAME))
    social_name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    mother_name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex: Mapped[str] = mapped_column(String(10))
    cpf: Mapped[str | None] = mapped_column(String(11))
    cns: Mapped[str | None] = mapped_column(String(15))
    phone: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    responsible: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    unidentified: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    responsible_patient_id: Mapped[str | None] = mapped_column(
        Identifier, ForeignKey("patients.id")
    )
    sort_name: Mapped[str] = mapped_column(_BY_BYTES)
    search_text: Mapped[str] = mapped_column(Text)
    deceased_on: Mapped[date | None] = mapped_column(Date)
    merged_into_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("patients.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("cpf"),
        _one_of("status", PatientStatus),
        _one_of("sex", Sex),
        CheckConstraint("(status = 'MERGED') = (merged_into_id IS NOT NULL)", name="merged"),
        Index(None, "sort_name", "id"),
        Index(
            None,
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index(None, "birth_date"),
        Index(None, "phone"),
        Index(None, "merged_into_id"),
        Index(None, "responsible_patient_id"),
    )


class PatientVersionRow(Base):
    """What a registration was from a moment on, who made it so and why."""

    __tablename__ = "patient_versions"

    patient_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)


class PatientCoverageRow(Base):
    """Which insurance cards a patient has: the ids alone, while billing takes over the rest."""

    __tablename__ = "patient_coverages"

    patient_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"), primary_key=True)
    coverage_id: Mapped[str] = mapped_column(Identifier, primary_key=True)


class PatientMergeRow(Base):
    """A merge, with what is needed to undo it."""

    __tablename__ = "patient_merges"

    id: Mapped[Id]
    source_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"))
    target_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"), index=True)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str] = mapped_column(String(200))
    source_before: Mapped[dict[str, Any]] = mapped_column(JSON)
    target_before: Mapped[dict[str, Any]] = mapped_column(JSON)
    repointed_ids: Mapped[list[str]] = mapped_column(JSON)
    unmerged_at: Mapped[datetime | None]
    unmerged_by: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "uq_patient_merges_live_source_id",
            "source_id",
            unique=True,
            sqlite_where=text("unmerged_at IS NULL"),
            postgresql_where=text("unmerged_at IS NULL"),
        ),
    )


class ConsentRow(Base):
    """What a patient said about a purpose; the latest word counts, the earlier ones stay."""

    __tablename__ = "consents"

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    granted: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        _one_of("purpose", ConsentPurpose),
        _one_of("channel", ContactChannel),
        Index(None, "patient_id", "recorded_at"),
    )


class DataRequestRow(Base):
    """What somebody asked about a patient's data, on which basis, and who did it when."""

    __tablename__ = "data_requests"

    id: Mapped[Id]
    patient_id: Mapped[str] = mapped_column(Identifier, ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    legal_basis: Mapped[str] = mapped_column(String(500))
    done_at: Mapped[datetime]
    done_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (_one_of("kind", DataRequestKind),)


class SearchEventRow(Base):
    """That somebody searched for patients, or tried to; not what was typed. Append-only."""

    __tablename__ = "search_events"

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(200))
    actor_roles: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    shown: Mapped[int]
    patient_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    granted: Mapped[bool]
    request_id: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_search_events_at_id", "at", "id"),)
