"""What a clinic has: registering its rooms and equipment."""

from dataclasses import dataclass

from subgraphs.appointments.domain.clinic_resource import (
    InvalidResourceKind,
    ResourceCategory,
    parse_kind,
)
from subgraphs.appointments.domain.errors import AlreadyRegistered
from subgraphs.appointments.models import ClinicResource
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.repository.catalogue import Duplicate
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class NewResource:
    """A room of a clinic, or a piece of its equipment."""

    clinic_id: str
    category: ResourceCategory
    kind: str
    name: str


async def register_resource(session: Session, new: NewResource) -> ClinicResource:
    """Add a room or a piece of equipment to a clinic.

    Raises:
        NotFound: no such clinic.
        InvalidInput: no name, or no code of a kind.
        AlreadyRegistered: another one there has the name.
    """
    if not await catalogue.clinics(session, [new.clinic_id]):
        raise NotFound("Unidade não encontrada.", path=["clinicId"])
    if not new.name.strip():
        raise InvalidInput("Este campo não pode ficar em branco.", path=["name"])
    resource = ClinicResource(
        id=new_id(),
        clinic_id=new.clinic_id,
        category=new.category,
        kind=kind_in(new.kind, "kind"),
        name=new.name.strip(),
    )
    try:
        await catalogue.add(session, resource)
    except Duplicate as error:
        message = "Esta unidade já tem uma sala ou um equipamento com este nome."
        raise AlreadyRegistered(message, ["name"]) from error
    return resource


def kind_in(text: str, field: str) -> str:
    """The code of a kind of room or equipment.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return parse_kind(text)
    except InvalidResourceKind as error:
        raise InvalidInput(str(error), path=[field]) from error
