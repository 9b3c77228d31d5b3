"""What happened at the visits: encounters, and the documents that their practitioners signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.records.domain.cid10 import CID10
from subgraphs.records.domain.content import (
    ConsultationNote,
    Content,
    ExamRequest,
    MedicalCertificate,
    Prescription,
    PrescriptionItem,
)
from subgraphs.seed.draw import chance, pick, seeded_id
from subgraphs.seed.generate.visits import Visit
from subgraphs.seed.plan import SeedPlan

_COMPLAINTS = (
    "Refere melhora parcial desde a última consulta.",
    "Queixa iniciada há cerca de duas semanas, sem febre.",
    "Sem queixas novas; vem para acompanhamento.",
    "Refere cansaço aos esforços e sono irregular.",
    "Sintomas há três dias, com piora à noite.",
)
_FINDINGS = (
    "Bom estado geral, corado, hidratado, eupneico.",
    "Sinais vitais estáveis, exame físico sem alterações dignas de nota.",
    "PA 138x86 mmHg, FC 78 bpm, ausculta sem alterações.",
    "Peso estável, sem sinais de alarme.",
)
_PLANS = (
    "Mantida a conduta; retorno em 30 dias.",
    "Solicitados exames e orientado retorno com resultados.",
    "Ajustada a medicação; orientados sinais de alerta.",
    "Orientações de hábitos de vida e reavaliação em três meses.",
)
_EXAMS = ("40304361", "40301630", "40302040", "40311210", "40316521", "40301583", "40901122")
_MEDICINES = (
    ("Losartana potássica 50 mg", "1 comprimido ao dia, por 30 dias", "30 comprimidos"),
    ("Metformina 850 mg", "1 comprimido após o almoço e o jantar", "60 comprimidos"),
    ("Dipirona 500 mg", "1 comprimido a cada 6 horas, se dor ou febre", "10 comprimidos"),
    ("Sinvastatina 20 mg", "1 comprimido à noite", "30 comprimidos"),
    ("Loratadina 10 mg", "1 comprimido ao dia, por 10 dias", "10 comprimidos"),
)
HELD = frozenset({AppointmentStatus.FULFILLED, AppointmentStatus.IN_PROGRESS})
"""The visits that have an encounter."""

_EXAM_REQUESTS = 0.25
_PRESCRIPTIONS = 0.35
_CERTIFICATES = 0.06


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an encounter; a draft where it is not signed."""

    id: str
    content: Content
    written_at: datetime
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Encounter:
    """A visit that took place, or is taking place."""

    id: str
    visit: Visit
    opened_at: datetime
    closed_at: datetime | None
    documents: tuple[Document, ...]


def encounters_of(plan: SeedPlan, visits: list[Visit]) -> Iterator[Encounter]:
    """An encounter for each visit that was held, all signed; an open one for each in progress."""
    random = chance(plan.seed, "care")
    for visit in visits:
        if visit.status in HELD:
            yield _encounter(plan, visit, random)


def _encounter(plan: SeedPlan, visit: Visit, random: Random) -> Encounter:
    opened_at = visit.span.starts_at + timedelta(minutes=random.randrange(4))
    held = visit.status is AppointmentStatus.FULFILLED
    contents = _contents(visit, random) if held else [_note(visit, random)]
    documents = []
    for place, content in enumerate(contents):
        written_at = opened_at + timedelta(minutes=3 + place)
        signed_at = opened_at + timedelta(minutes=15 + place, seconds=random.randrange(60))
        documents.append(
            Document(
                id=seeded_id(plan.seed, "document", visit.number * 4 + place, written_at),
                content=content.checked(),
                written_at=written_at,
                signed_at=signed_at if held else None,
            )
        )
    return Encounter(
        id=seeded_id(plan.seed, "encounter", visit.number, opened_at),
        visit=visit,
        opened_at=opened_at,
        closed_at=visit.span.ends_at if held else None,
        documents=tuple(documents),
    )


def _contents(visit: Visit, random: Random) -> list[Content]:
    """The note always comes first; the other kinds now and then, and only from physicians."""
    note = _note(visit, random)
    contents: list[Content] = [note]
    if visit.practitioner.specialty.council != "CRM":
        return contents
    if random.random() < _EXAM_REQUESTS:
        exams = tuple(random.sample(_EXAMS, random.randrange(1, 4)))
        contents.append(ExamRequest(exams, f"Investigação: {CID10[note.diagnoses[0]]}."))
    if random.random() < _PRESCRIPTIONS:
        items = random.sample(_MEDICINES, random.randrange(1, 3))
        contents.append(Prescription(tuple(PrescriptionItem(*item) for item in items)))
    if random.random() < _CERTIFICATES:
        contents.append(MedicalCertificate(pick(random, ((1, 60), (2, 25), (3, 15)))))
    return contents


def _note(visit: Visit, random: Random) -> ConsultationNote:
    cids = random.sample(visit.practitioner.specialty.cids, 1 + (random.random() < 0.2))
    return ConsultationNote(
        subjective=random.choice(_COMPLAINTS),
        objective=random.choice(_FINDINGS),
        assessment=f"{CID10[cids[0]]}.",
        plan=random.choice(_PLANS),
        diagnoses=tuple(cids),
    )
