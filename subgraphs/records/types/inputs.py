"""What the mutations on encounters and documents take. Every one has its idempotency key."""

from uuid import UUID

import strawberry

from subgraphs.records.domain import content


@strawberry.input
class OpenEncounterInput:
    """An appointment whose patient has arrived."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    appointment_id: strawberry.ID
    """The appointment."""


@strawberry.input
class CloseEncounterInput:
    """An encounter that is over."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The encounter."""
    expected_version: int
    """The version that the caller saw."""


@strawberry.input
class ConsultationNoteContent:
    """The four parts of SOAP, and the diagnoses."""

    subjective: str | None = None
    """What the patient tells."""
    objective: str | None = None
    """What was found."""
    assessment: str | None = None
    """What the author makes of it."""
    plan: str | None = None
    """What is to be done."""
    diagnoses: list[str] = strawberry.field(default_factory=list)
    """CID-10 codes, the main one first."""


@strawberry.input
class ExamRequestContent:
    """Exams, and why."""

    tuss_codes: list[str]
    """The exams, by their codes in TUSS table 22."""
    clinical_indication: str
    """Why they are asked for."""


@strawberry.input
class PrescriptionItemInput:
    """One medication."""

    medication: str
    """The name, with strength and form."""
    dosage: str
    """How much, how often, for how long."""
    quantity: str | None = None
    """How much to dispense."""


@strawberry.input
class PrescriptionContent:
    """Medications."""

    items: list[PrescriptionItemInput]
    """The medications, in order."""


@strawberry.input
class MedicalCertificateContent:
    """Leave from work or school."""

    days: int
    """How many days."""
    cid_disclosed: str | None = None
    """The diagnosis, only where the patient allows it to be shown."""


@strawberry.input
class ReferralContent:
    """Where to, and why."""

    specialty: str
    """The specialty."""
    reason: str
    """Why, and what the colleague there must know."""
    urgency: content.ReferralUrgency = content.ReferralUrgency.ROUTINE
    """How soon the patient must be seen."""
    diagnoses: list[str] = strawberry.field(default_factory=list)
    """CID-10 codes, the main one first."""


@strawberry.input(one_of=True)
class DocumentContent:
    """What a document says; the one that is given decides its kind."""

    consultation_note: ConsultationNoteContent | None = strawberry.UNSET
    """A SOAP note."""
    exam_request: ExamRequestContent | None = strawberry.UNSET
    """A request of exams."""
    prescription: PrescriptionContent | None = strawberry.UNSET
    """A prescription."""
    medical_certificate: MedicalCertificateContent | None = strawberry.UNSET
    """A certificate of leave."""
    referral: ReferralContent | None = strawberry.UNSET
    """A referral to another specialty."""

    def to_domain(self) -> content.Content:
        """The content as the domain knows it."""
        if self.consultation_note:
            note = self.consultation_note
            return content.ConsultationNote(
                note.subjective,
                note.objective,
                note.assessment,
                note.plan,
                tuple(note.diagnoses),
            )
        if self.exam_request:
            request = self.exam_request
            return content.ExamRequest(tuple(request.tuss_codes), request.clinical_indication)
        if self.prescription:
            return content.Prescription(
                tuple(
                    content.PrescriptionItem(item.medication, item.dosage, item.quantity)
                    for item in self.prescription.items
                )
            )
        if self.medical_certificate:
            certificate = self.medical_certificate
            return content.MedicalCertificate(certificate.days, certificate.cid_disclosed)
        assert self.referral, "@oneOf: exactly one is given"
        referral = self.referral
        return content.Referral(
            referral.specialty, referral.reason, referral.urgency, tuple(referral.diagnoses)
        )


@strawberry.input
class WriteDocumentInput:
    """A new document, as a draft."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    encounter_id: strawberry.ID
    """The encounter in which it is written."""
    content: DocumentContent
    """What it says."""
    amends_id: strawberry.ID | None = None
    """The signed document that it corrects."""
    restricted: bool = False
    """Whether it is for fewer eyes: its author's, physicians' in care, the patient's.

    What names a diagnosis of mental health, HIV or sexual violence is so in any case.
    """


@strawberry.input
class EditDocumentInput:
    """A draft, changed."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The draft."""
    expected_version: int
    """The version that the caller saw."""
    content: DocumentContent
    """All that it says now."""


@strawberry.input
class DocumentInput:
    """A document, as it was last read."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The document."""
    expected_version: int
    """The version that the caller saw."""


@strawberry.input
class StrikeDocumentInput:
    """A signed document that should never have been."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The document."""
    expected_version: int
    """The version that the caller saw."""
    reason: str
    """Why."""
