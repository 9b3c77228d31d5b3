"""First tables."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "clinics",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("cnes", sa.String(length=7), nullable=False),
        sa.Column("cnpj", sa.String(length=14), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("uf", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinics")),
        sa.UniqueConstraint("cnes", name=op.f("uq_clinics_cnes")),
    )
    op.create_table(
        "healthcare_services",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "buffer_minutes BETWEEN 0 AND 120", name=op.f("ck_healthcare_services_buffer")
        ),
        sa.CheckConstraint(
            "duration_minutes BETWEEN 5 AND 720", name=op.f("ck_healthcare_services_duration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_healthcare_services")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "actor", "operation", "key", name=op.f("uq_idempotency_keys_actor_operation_key")
        ),
    )
    op.create_table(
        "patient_replicas",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refreshed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_replicas")),
    )
    op.create_table(
        "practitioners",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("council_body", sa.String(length=8), nullable=False),
        sa.Column("council_number", sa.String(length=7), nullable=False),
        sa.Column("council_uf", sa.String(length=2), nullable=False),
        sa.Column("cbo", sa.String(length=6), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("rqe", sa.JSON(), nullable=False),
        sa.Column("return_window_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioners")),
        sa.UniqueConstraint(
            "council_body",
            "council_number",
            "council_uf",
            name=op.f("uq_practitioners_council_body_council_number_council_uf"),
        ),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("coverage_id", sa.String(length=36), nullable=True),
        sa.Column("return_of_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=16), nullable=True),
        sa.Column("cancellation_reason", sa.String(length=500), nullable=True),
        sa.Column("late_cancellation", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "status IN ('PROPOSED', 'WAITLIST', 'PENDING', 'BOOKED', 'ARRIVED', 'CHECKED_IN', "
            "'IN_PROGRESS', 'FULFILLED', 'NO_SHOW', 'CANCELLED', 'ENTERED_IN_ERROR')",
            name=op.f("ck_appointments_status"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointments_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_appointments_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient_replicas.id"],
            name=op.f("fk_appointments_patient_id_patient_replicas"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_appointments_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["return_of_id"],
            ["appointments.id"],
            name=op.f("fk_appointments_return_of_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["healthcare_services.id"],
            name=op.f("fk_appointments_service_id_healthcare_services"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(
        "ix_appointments_clinic_id_starts_at_id",
        "appointments",
        ["clinic_id", "starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_appointments_patient_id_starts_at_id",
        "appointments",
        ["patient_id", "starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_appointments_practitioner_id_starts_at_id",
        "appointments",
        ["practitioner_id", "starts_at", "id"],
        unique=False,
    )
    op.create_table(
        "availabilities",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_availabilities_weekday")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_availabilities_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_availabilities_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availabilities")),
    )
    op.create_index(
        op.f("ix_availabilities_clinic_id"), "availabilities", ["clinic_id"], unique=False
    )
    op.create_index(
        op.f("ix_availabilities_practitioner_id"),
        "availabilities",
        ["practitioner_id"],
        unique=False,
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=True),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends > starts", name=op.f("ck_closures_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_closures_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_closures_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index("ix_closures_clinic_id_ends", "closures", ["clinic_id", "ends"], unique=False)
    op.create_table(
        "practitioner_services",
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_practitioner_services_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["healthcare_services.id"],
            name=op.f("fk_practitioner_services_service_id_healthcare_services"),
        ),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "service_id", name=op.f("pk_practitioner_services")
        ),
    )
    op.create_index(
        op.f("ix_practitioner_services_service_id"),
        "practitioner_services",
        ["service_id"],
        unique=False,
    )
    op.create_table(
        "status_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("from_status", sa.String(length=16), nullable=True),
        sa.Column("to_status", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_status_changes_appointment_id_appointments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
    )
    op.create_index(
        op.f("ix_status_changes_appointment_id"), "status_changes", ["appointment_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_status_changes_appointment_id"), table_name="status_changes")
    op.drop_table("status_changes")
    op.drop_index(op.f("ix_practitioner_services_service_id"), table_name="practitioner_services")
    op.drop_table("practitioner_services")
    op.drop_index("ix_closures_clinic_id_ends", table_name="closures")
    op.drop_table("closures")
    op.drop_index(op.f("ix_availabilities_practitioner_id"), table_name="availabilities")
    op.drop_index(op.f("ix_availabilities_clinic_id"), table_name="availabilities")
    op.drop_table("availabilities")
    op.drop_index("ix_appointments_practitioner_id_starts_at_id", table_name="appointments")
    op.drop_index("ix_appointments_patient_id_starts_at_id", table_name="appointments")
    op.drop_index("ix_appointments_clinic_id_starts_at_id", table_name="appointments")
    op.drop_table("appointments")
    op.drop_table("practitioners")
    op.drop_table("patient_replicas")
    op.drop_table("idempotency_keys")
    op.drop_table("healthcare_services")
    op.drop_table("clinics")
