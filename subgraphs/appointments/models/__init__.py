"""What appointments stores."""

from subgraphs.appointments.models.base import (
    IDEMPOTENCY_KEYS,
    INBOX,
    OUTBOX,
    Base,
)
from subgraphs.appointments.models.catalogue import (
    Availability,
    Clinic,
    ClinicResource,
    Closure,
    HealthcareService,
    Practitioner,
    PractitionerService,
)
from subgraphs.appointments.models.visit import (
    Appointment,
    PatientReplica,
    Repointing,
    StatusChange,
    WaitingListEntry,
)

__all__ = [
    "IDEMPOTENCY_KEYS",
    "INBOX",
    "OUTBOX",
    "Appointment",
    "Availability",
    "Base",
    "Clinic",
    "ClinicResource",
    "Closure",
    "HealthcareService",
    "PatientReplica",
    "Practitioner",
    "PractitionerService",
    "Repointing",
    "StatusChange",
    "WaitingListEntry",
]
