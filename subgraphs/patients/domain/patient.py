"""A patient: demographic data and their rules, and the states of a registration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.contacts import (
    Address,
    Contact,
    normalized_address,
    normalized_contact,
    normalized_email,
    normalized_phone,
)
from subgraphs.patients.domain.documents import normalized_cns, normalized_cpf
from subgraphs.patients.domain.errors import PatientNotEditable
from subgraphs.patients.domain.identification import (
    OLDEST_BIRTH_YEAR,
    RegistrationStage,
    Unidentified,
    checked_unidentified,
)
from subgraphs.patients.domain.names import normalized_name
from subgraphs.patients.domain.responsible import Responsible, is_minor, normalized_responsible

MAX_CONTACTS = 10


class Sex(Enum):
    """Sex as registered (FHIR AdministrativeGender, with INTERSEX as in the RNDS)."""

    FEMALE = "FEMALE"
    """Female."""
    MALE = "MALE"
    """Male."""
    INTERSEX = "INTERSEX"
    """Neither female nor male by its traits."""
    UNKNOWN = "UNKNOWN"
    """Not known, or not told."""


class PatientStatus(Enum):
    """The state of a registration."""

    ACTIVE = "ACTIVE"
    """In use: appointments can be booked."""
    INACTIVE = "INACTIVE"
    """Out of use; it can be taken up again."""
    DECEASED = "DECEASED"
    """The patient has died."""
    MERGED = "MERGED"
    """The same person as another registration, which holds the data from now on."""
    ANONYMISED = "ANONYMISED"
    """What may be erased was erased (LGPD, art. 18); what the law keeps remains."""


_CHANGES = {
    PatientStatus.ACTIVE: {PatientStatus.INACTIVE, PatientStatus.DECEASED},
    PatientStatus.INACTIVE: {PatientStatus.ACTIVE, PatientStatus.DECEASED},
    PatientStatus.DECEASED: {PatientStatus.ACTIVE},  # the wrong patient was marked
    PatientStatus.MERGED: set(),
    PatientStatus.ANONYMISED: set(),
}


_NEVER_EMPTY = {"legal_name": "legalName", "birth_date": "birthDate", "sex": "sex"}
_IDENTIFYING = frozenset({"legal_name", "social_name", "birth_date", "cpf"})


@dataclass(frozen=True, slots=True)
class Demographics:
    """Who a patient is and how to reach them."""

    legal_name: str
    birth_date: date | None
    sex: Sex
    social_name: str | None = None
    mother_name: str | None = None
    cpf: str | None = None
    cns: str | None = None
    phone: str | None = None
    email: str | None = None
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    responsible: Responsible | None = None
    unidentified: Unidentified | None = None

    @property
    def display_name(self) -> str:
        """The name to call the patient by: the social name goes first (Decreto 8.727/2016)."""
        return self.social_name or self.legal_name

    @property
    def stage(self) -> RegistrationStage:
        """How far the registration has come."""
        if self.unidentified:
            return RegistrationStage.UNIDENTIFIED
        if self.birth_date is None:
            return RegistrationStage.PRE_REGISTERED
        return RegistrationStage.COMPLETE


def validated(given: Demographics, today: date) -> Demographics:
    """The data in their normal form.

    Raises ``InvalidInput`` or ``InvalidDocument`` for the first value that cannot be right.
    """
    _check_birth_date(given, today)
    if len(given.contacts) > MAX_CONTACTS:
        raise InvalidInput(f"São no máximo {MAX_CONTACTS} contatos.", path=["contacts"])
    return replace(
        given,
        legal_name=normalized_name(given.legal_name, "legalName"),
        social_name=_where_given(_named("socialName"), given.social_name),
        mother_name=_where_given(_named("motherName"), given.mother_name),
        cpf=_where_given(normalized_cpf, given.cpf),
        cns=_where_given(normalized_cns, given.cns),
        phone=_where_given(normalized_phone, given.phone),
        email=_where_given(normalized_email, given.email),
        address=normalized_address(given.address) if given.address else None,
        contacts=tuple(normalized_contact(contact) for contact in given.contacts),
        responsible=normalized_responsible(given.responsible) if given.responsible else None,
        unidentified=checked_unidentified(given.unidentified, today),
    )


def _check_birth_date(given: Demographics, today: date) -> None:
    born = given.birth_date
    if born is not None and not (born.year >= OLDEST_BIRTH_YEAR and born <= today):
        raise InvalidInput("A data de nascimento não é possível.", path=["birthDate"])
    called_only = given.stage is RegistrationStage.PRE_REGISTERED
    if called_only and not (given.phone and given.phone.strip()):
        raise InvalidInput(
            "Um pré-cadastro precisa de telefone até ser completado.", path=["phone"]
        )


def lacks_responsible(known: Demographics, today: date) -> bool:
    """Whether a minor has nobody who answers for them, neither so named nor among the contacts.

    It is shown, not refused: a child who comes alone or in an emergency is cared for.
    """
    someone = known.responsible or any(contact.responsible for contact in known.contacts)
    return not someone and bool(is_minor(known.birth_date, today))


def corrected(known: Demographics, changes: Mapping[str, Any], today: date) -> Demographics:
    """The data with some fields changed, in their normal form. Raises as ``validated`` does.

    Who was unidentified is identified by a correction that gives name and birth date.
    """
    for field, shown in _NEVER_EMPTY.items():
        if field in changes and changes[field] is None:
            raise InvalidInput("Este campo não pode ficar vazio.", path=[shown])
    if known.unidentified and _IDENTIFYING & changes.keys():
        if not {"legal_name", "birth_date"} <= changes.keys():
            raise InvalidInput(
                "Para identificar o paciente, informe nome e data de nascimento.",
                path=["birthDate" if "legal_name" in changes else "legalName"],
            )
        changes = {**changes, "unidentified": None}
    return validated(replace(known, **changes), today)


def _where_given(normalize: Callable[[str], str], text: str | None) -> str | None:
    return normalize(text) if text and text.strip() else None


def _named(field: str) -> Callable[[str], str]:
    return lambda text: normalized_name(text, field)


def check_editable(status: PatientStatus) -> None:
    """Raises ``PatientNotEditable`` for a registration that is closed."""
    if not _CHANGES[status]:
        raise PatientNotEditable(
            "Este cadastro foi unificado ou anonimizado e não pode mais ser alterado."
        )


def check_status_change(current: PatientStatus, wanted: PatientStatus) -> None:
    """Raises ``PatientNotEditable`` for a closed registration, ``InvalidInput`` for no way."""
    check_editable(current)
    if wanted not in _CHANGES[current]:
        raise InvalidInput(
            f"Um cadastro {current.value} não pode passar a {wanted.value}.", path=["status"]
        )
