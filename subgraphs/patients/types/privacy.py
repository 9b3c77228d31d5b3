"""Consents and data requests, as they are shown."""

from datetime import datetime
from uuid import UUID

import orjson
import strawberry
from strawberry import ID

from subgraphs.patients.domain.privacy import ConsentPurpose, ContactChannel, DataRequestKind
from subgraphs.patients.models import ConsentRow, DataRequestRow

strawberry.enum(ConsentPurpose)
strawberry.enum(ContactChannel)
strawberry.enum(DataRequestKind)


@strawberry.type
class Consent:
    """What a patient last said about a purpose and channel."""

    purpose: ConsentPurpose
    """What for."""
    channel: ContactChannel
    """By which way."""
    granted: bool
    """Whether the patient agrees."""
    recorded_at: datetime
    """Since when."""
    recorded_by: str
    """Who took it down."""
    evidence: str | None
    """Where it can be seen."""

    @classmethod
    def of(cls, row: ConsentRow) -> "Consent":
        """The consent of a row."""
        return cls(
            purpose=ConsentPurpose(row.purpose),
            channel=ContactChannel(row.channel),
            granted=row.granted,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            evidence=row.evidence,
        )


@strawberry.type
class DataRequest:
    """What was asked about a patient's data and done (LGPD, art. 18)."""

    kind: DataRequestKind
    """What was asked."""
    legal_basis: str
    """On which basis."""
    done_at: datetime
    """When it was done."""
    done_by: str
    """Who did it."""

    @classmethod
    def of(cls, row: DataRequestRow) -> "DataRequest":
        """The request of a row."""
        return cls(
            kind=DataRequestKind(row.kind),
            legal_basis=row.legal_basis,
            done_at=row.done_at,
            done_by=row.done_by,
        )


@strawberry.type
class PersonalDataExport:
    """A copy of all that the patients service keeps about a person."""

    json: str
    """The data as JSON text, machine-readable (LGPD, art. 18, V)."""
    request: DataRequest
    """The request that this answers, as it is remembered."""


@strawberry.input
class RecordConsentInput:
    """What a patient said."""

    idempotency_key: UUID
    """Made by the client for this record."""
    patient_id: ID
    """Who said it."""
    purpose: ConsentPurpose
    """What for."""
    channel: ContactChannel = ContactChannel.ANY
    """By which way."""
    granted: bool
    """Whether the patient agrees; a revocation is recorded as freely (LGPD, art. 8, § 5)."""
    evidence: str | None = None
    """Where it can be seen: a form's number, a recording."""


@strawberry.input
class EraseContactDataInput:
    """A request to erase what need not be kept."""

    idempotency_key: UUID
    """Made by the client for this request."""
    patient_id: ID
    """Whose data."""
    expected_version: int
    """The version that the person who erases has seen."""
    legal_basis: str
    """On which basis: who asked, by which article."""


@strawberry.input
class ExportPersonalDataInput:
    """A request for a copy of the data."""

    idempotency_key: UUID
    """Made by the client for this request."""
    patient_id: ID
    """Whose data."""
    legal_basis: str
    """On which basis: who asked, by which article."""


def latest(rows: list[ConsentRow]) -> list[Consent]:
    """The last word on each purpose and channel, of rows in order of time."""
    last = {(row.purpose, row.channel): row for row in rows}
    return [Consent.of(last[key]) for key in sorted(last)]


def exported(data: object, row: DataRequestRow) -> PersonalDataExport:
    """The copy and the request that it answers."""
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
    return PersonalDataExport(json=text, request=DataRequest.of(row))
