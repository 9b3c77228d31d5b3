"""Who answers for a patient: for a minor, or for an adult who cannot decide alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.contacts import normalized_phone
from subgraphs.patients.domain.documents import normalized_cpf
from subgraphs.patients.domain.names import normalized_name

AGE_OF_MAJORITY = 18
"""Código Civil, art. 5."""

_FIELD = "responsible"


class Kinship(Enum):
    """What the responsible person is to the patient."""

    MOTHER = "MOTHER"
    """The mother."""
    FATHER = "FATHER"
    """The father."""
    GRANDPARENT = "GRANDPARENT"
    """A grandmother or grandfather."""
    SIBLING = "SIBLING"
    """A sister or brother."""
    OTHER_RELATIVE = "OTHER_RELATIVE"
    """Another relative: an aunt, say."""
    SPOUSE = "SPOUSE"
    """Wife, husband or partner."""
    GUARDIAN = "GUARDIAN"
    """Who has the custody or guardianship of a minor (guarda ou tutela)."""
    CURATOR = "CURATOR"
    """Who answers for an adult by a judge's order (curatela)."""
    OTHER = "OTHER"
    """Somebody else: a school or shelter, say."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a patient: another patient by id, or somebody by name and telephone."""

    relationship: Kinship
    name: str | None = None
    cpf: str | None = None
    phone: str | None = None
    patient_id: str | None = None


def is_minor(birth_date: date | None, today: date) -> bool | None:
    """Whether somebody is not of age yet; None where the birth date is not known.

    Born on 29 February, one is of age on 1 March.
    """
    if birth_date is None:
        return None
    before_birthday = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before_birthday < AGE_OF_MAJORITY


def normalized_responsible(given: Responsible) -> Responsible:
    """The responsible person in normal form. Raises ``InvalidInput`` and ``InvalidDocument``.

    Of one who is a patient too nothing is copied: their own registration tells it, so that it is
    corrected and erased in one place.
    """
    if given.patient_id:
        if any((given.name, given.cpf, given.phone)):
            raise InvalidInput(
                "De um responsável que é paciente, informe apenas o cadastro.", path=[_FIELD]
            )
        return replace(given, name=None, cpf=None, phone=None)
    if not given.name or not given.phone:
        raise InvalidInput(
            "Informe nome e telefone do responsável, ou o cadastro de quem é paciente.",
            path=[_FIELD],
        )
    return Responsible(
        given.relationship,
        name=normalized_name(given.name, _FIELD),
        cpf=_where_given(lambda text: normalized_cpf(text, _FIELD), given.cpf),
        phone=normalized_phone(given.phone, _FIELD),
    )


def _where_given(normalize: Callable[[str], str], text: str | None) -> str | None:
    return normalize(text) if text and text.strip() else None
