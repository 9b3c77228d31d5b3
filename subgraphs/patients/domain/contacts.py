"""How to reach a patient: telephone, e-mail, address, and the people to call."""

import re
from dataclasses import dataclass, replace

import phonenumbers

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.documents import digits_of
from subgraphs.patients.domain.names import normalized_name

_STATES = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO"
STATES = frozenset(_STATES.split())
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a patient lives."""

    street: str
    number: str
    district: str
    city: str
    state: str
    postal_code: str
    complement: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to call about a patient; ``responsible`` for one who is a minor, say."""

    name: str
    relationship: str
    phone: str
    responsible: bool = False


def normalized_phone(text: str, field: str = "phone") -> str:
    """The number in E.164, Brazilian where no country is given. Raises ``InvalidInput``."""
    try:
        number = phonenumbers.parse(text, "BR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InvalidInput("O telefone não é válido. Informe DDD e número.", path=[field])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalized_email(text: str) -> str:
    """The address without surrounding space. Raises ``InvalidInput``."""
    email = text.strip()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise InvalidInput("O e-mail não é válido.", path=["email"])
    return email


def normalized_address(address: Address) -> Address:
    """The address with CEP and state in order. Raises ``InvalidInput``."""
    postal_code, state = digits_of(address.postal_code), address.state.strip().upper()
    if not re.fullmatch(r"[0-9]{8}", postal_code):
        raise InvalidInput("O CEP tem 8 dígitos.", path=["address", "postalCode"])
    if state not in STATES:
        raise InvalidInput("A UF não existe.", path=["address", "state"])
    return replace(address, postal_code=postal_code, state=state)


def normalized_contact(contact: Contact) -> Contact:
    """The contact with name and telephone in order. Raises ``InvalidInput``."""
    return replace(
        contact,
        name=normalized_name(contact.name, "contacts"),
        relationship=contact.relationship.strip(),
        phone=normalized_phone(contact.phone, "contacts"),
    )
