"""Which room and which equipment a visit gets, and whether there is any for a slot."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from subgraphs.appointments.domain.availability import Interval
from subgraphs.appointments.domain.clinic_resource import ResourceCategory
from subgraphs.appointments.domain.errors import ResourceTaken
from subgraphs.appointments.models import Appointment, ClinicResource, HealthcareService
from subgraphs.appointments.repository import catalogue, resources
from subgraphs.appointments.repository.resources import Use
from subgraphs.kit.database import Session


class FreeResources:
    """What is free of all that a service needs, as it was when it was looked up."""

    def __init__(
        self, service: HealthcareService, fitting: Sequence[ClinicResource], uses: Sequence[Use]
    ) -> None:
        self.needed = {
            category: kind
            for category, kind in (
                (ResourceCategory.ROOM, service.room_kind),
                (ResourceCategory.EQUIPMENT, service.equipment_kind),
            )
            if kind is not None
        }
        self._fitting = fitting
        self._uses: defaultdict[str, list[Use]] = defaultdict(list)
        for use in uses:
            self._uses[use.resource_id].append(use)

    def first(
        self, category: ResourceCategory, clinic_id: str, practitioner_id: str, time: Interval
    ) -> ClinicResource | None:
        """The first that is free there for that practitioner; None where all are in use."""
        for resource in self._fitting:
            if resource.clinic_id != clinic_id or resource.category != category:
                continue
            if not any(
                _stands_in_the_way(use, category, practitioner_id) and use.interval.overlaps(time)
                for use in self._uses[resource.id]
            ):
                return resource
        return None

    def suffice(self, clinic_id: str, practitioner_id: str, time: Interval) -> bool:
        """Whether a visit at that time gets all that it needs."""
        return all(
            self.first(category, clinic_id, practitioner_id, time) is not None
            for category in self.needed
        )


async def free_resources(
    session: Session,
    service: HealthcareService,
    clinic_ids: Sequence[str],
    span: Interval,
    now: datetime,
) -> FreeResources:
    """What is free within `span` of all that a service needs, in these clinics."""
    fitting = await resources.fitting(session, service, clinic_ids)
    ids = [resource.id for resource in fitting]
    uses = await resources.uses(session, ids, span, now) if ids else []
    return FreeResources(service, fitting, uses)


async def lock_resources(session: Session, clinic_id: str, service_id: str) -> list[str]:
    """The ids of whatever a visit may be given there, nobody else assigning it meanwhile.

    The constraint decides; the lock makes bookings of different practitioners choose in turn, so
    that each finds a room while there is one, and none waits for the other in a circle.
    """
    known = await catalogue.services(session, [service_id])
    if service_id not in known:
        return []
    locked = await resources.fitting(session, known[service_id], [clinic_id], lock=True)
    return [resource.id for resource in locked]


async def assign(session: Session, visit: Appointment, now: datetime) -> None:
    """Give the visit, not written yet, a free room and free equipment as its service needs.

    Raises:
        ResourceTaken: there is none free at that time.
    """
    service = (await catalogue.services(session, [visit.service_id]))[visit.service_id]
    if service.room_kind is None and service.equipment_kind is None:
        return
    time = Interval(visit.starts_at, visit.ends_at)
    free = await free_resources(session, service, [visit.clinic_id], time, now)
    given: dict[ResourceCategory, str] = {}
    for category, kind in free.needed.items():
        resource = free.first(category, visit.clinic_id, visit.practitioner_id, time)
        if resource is None:
            raise ResourceTaken(category, kind)
        given[category] = resource.id
    visit.room_id = given.get(ResourceCategory.ROOM)
    visit.equipment_id = given.get(ResourceCategory.EQUIPMENT)


def _stands_in_the_way(use: Use, category: ResourceCategory, practitioner_id: str) -> bool:
    # A room is its practitioner's for the time, whoever is squeezed in beside the others.
    return category is ResourceCategory.EQUIPMENT or use.practitioner_id != practitioner_id
