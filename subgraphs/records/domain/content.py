"""The content of each kind of document, and the rules that make it complete enough to sign."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from subgraphs.records.domain.cid10 import InvalidCid10, parse_cid10
from subgraphs.records.domain.document import DocumentKind


class InvalidContent(ValueError):
    """A document says something it must not, or lacks what it must say."""


@dataclass(frozen=True, slots=True)
class ConsultationNote:
    """A SOAP note with its diagnoses as CID-10 codes, the main one first."""

    subjective: str | None = None
    objective: str | None = None
    assessment: str | None = None
    plan: str | None = None
    diagnoses: tuple[str, ...] = ()

    def checked(self) -> "ConsultationNote":
        """The same note with canonical codes.

        Raises:
            InvalidContent: a code is unknown, or said twice.
        """
        codes = _canonical(self.diagnoses)
        return ConsultationNote(self.subjective, self.objective, self.assessment, self.plan, codes)

    def missing(self) -> str | None:
        """What is still missing before this note can be signed."""
        if not any(_said(text) for text in (self.subjective, self.objective, self.assessment)):
            return "A evolução está em branco."
        return None if self.diagnoses else "Informe ao menos um CID-10."


@dataclass(frozen=True, slots=True)
class ExamRequest:
    """Exams asked for, as TUSS codes, with the reason that the plan and the laboratory need."""

    tuss_codes: tuple[str, ...]
    clinical_indication: str

    def checked(self) -> "ExamRequest":
        """The same request.

        Raises:
            InvalidContent: a code is no TUSS code, or said twice.
        """
        for code in self.tuss_codes:
            if not re.fullmatch(r"[0-9]{8}", code):
                raise InvalidContent("O código TUSS deve ter 8 algarismos.")
        if len(set(self.tuss_codes)) != len(self.tuss_codes):
            raise InvalidContent("O mesmo exame aparece duas vezes.")
        return self

    def missing(self) -> str | None:
        """What is still missing before this request can be signed."""
        if not self.tuss_codes:
            return "Informe ao menos um exame."
        return None if _said(self.clinical_indication) else "Informe a indicação clínica."


@dataclass(frozen=True, slots=True)
class PrescriptionItem:
    """One medication: what, how much, how often, for how long."""

    medication: str
    dosage: str
    quantity: str | None = None


@dataclass(frozen=True, slots=True)
class Prescription:
    """Medications prescribed."""

    items: tuple[PrescriptionItem, ...]

    def checked(self) -> "Prescription":
        """The same prescription.

        Raises:
            InvalidContent: an item names no medication or no dosage.
        """
        if not all(_said(item.medication) and _said(item.dosage) for item in self.items):
            raise InvalidContent("Cada item da receita precisa do medicamento e da posologia.")
        return self

    def missing(self) -> str | None:
        """What is still missing before this prescription can be signed."""
        return None if self.items else "A receita está em branco."


@dataclass(frozen=True, slots=True)
class MedicalCertificate:
    """Leave from work or school.

    The diagnosis is only there if the patient allows it (CFM resolution 1.658/2002, article 5).
    """

    days: int
    cid_disclosed: str | None = None

    def checked(self) -> "MedicalCertificate":
        """The same certificate with a canonical code.

        Raises:
            InvalidContent: a number of days that cannot be, or an unknown code.
        """
        if not 1 <= self.days <= 365:
            raise InvalidContent("O afastamento vai de 1 a 365 dias.")
        if self.cid_disclosed is None:
            return self
        try:
            return MedicalCertificate(self.days, parse_cid10(self.cid_disclosed))
        except InvalidCid10 as error:
            raise InvalidContent(str(error)) from error

    def missing(self) -> str | None:
        """Nothing: a certificate that passed its check is complete."""
        return None


class ReferralUrgency(StrEnum):
    """How soon the patient must be seen."""

    ROUTINE = "ROUTINE"
    """In the usual order."""
    PRIORITY = "PRIORITY"
    """Before the others."""
    URGENT = "URGENT"
    """At once."""


@dataclass(frozen=True, slots=True)
class Referral:
    """A patient sent to another specialty, with what the colleague there must know."""

    specialty: str
    reason: str
    urgency: ReferralUrgency = ReferralUrgency.ROUTINE
    diagnoses: tuple[str, ...] = ()

    def checked(self) -> "Referral":
        """The same referral with canonical codes.

        Raises:
            InvalidContent: no specialty, or a code that is unknown or said twice.
        """
        if not _said(self.specialty):
            raise InvalidContent("Informe a especialidade de destino.")
        codes = _canonical(self.diagnoses)
        return Referral(self.specialty.strip(), self.reason, self.urgency, codes)

    def missing(self) -> str | None:
        """What is still missing before this referral can be signed."""
        return None if _said(self.reason) else "Informe o motivo do encaminhamento."


Content = ConsultationNote | ExamRequest | Prescription | MedicalCertificate | Referral

KIND_OF: Mapping[type, DocumentKind] = MappingProxyType(
    {
        ConsultationNote: DocumentKind.CONSULTATION_NOTE,
        ExamRequest: DocumentKind.EXAM_REQUEST,
        Prescription: DocumentKind.PRESCRIPTION,
        MedicalCertificate: DocumentKind.MEDICAL_CERTIFICATE,
        Referral: DocumentKind.REFERRAL,
    }
)


def to_json(content: Content) -> dict[str, Any]:
    """The content as plain values, to be stored and signed."""
    return asdict(content)


def from_json(kind: DocumentKind, values: Mapping[str, Any]) -> Content:
    """The content that `to_json` made plain."""
    match kind:
        case DocumentKind.CONSULTATION_NOTE:
            return ConsultationNote(**{**values, "diagnoses": tuple(values["diagnoses"])})
        case DocumentKind.EXAM_REQUEST:
            return ExamRequest(tuple(values["tuss_codes"]), values["clinical_indication"])
        case DocumentKind.PRESCRIPTION:
            return Prescription(tuple(PrescriptionItem(**item) for item in values["items"]))
        case DocumentKind.MEDICAL_CERTIFICATE:
            return MedicalCertificate(**values)
        case DocumentKind.REFERRAL:
            urgency = ReferralUrgency(values["urgency"])
            codes = tuple(values["diagnoses"])
            return Referral(values["specialty"], values["reason"], urgency, codes)


def _canonical(diagnoses: tuple[str, ...]) -> tuple[str, ...]:
    try:
        codes = tuple(parse_cid10(code) for code in diagnoses)
    except InvalidCid10 as error:
        raise InvalidContent(str(error)) from error
    if len(set(codes)) != len(codes):
        raise InvalidContent("O mesmo CID-10 aparece duas vezes.")
    return codes


def _said(text: str | None) -> bool:
    return bool(text and text.strip())
