"""Rooms and equipment: found, locked, and when they are in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, not_, or_, select

from subgraphs.appointments.domain.availability import Interval
from subgraphs.appointments.domain.clinic_resource import ResourceCategory
from subgraphs.appointments.domain.status import OCCUPYING
from subgraphs.appointments.models import Appointment, ClinicResource, HealthcareService
from subgraphs.appointments.repository.appointments import overdue_hold
from subgraphs.kit.database import Session


@dataclass(frozen=True, slots=True)
class Use:
    """A resource in use: by whose visit, and when."""

    resource_id: str
    practitioner_id: str
    interval: Interval


async def by_ids(session: Session, ids: Sequence[str]) -> dict[str, ClinicResource]:
    """Resources by id; unknown ids are absent."""
    rows = await session.scalars(select(ClinicResource).where(ClinicResource.id.in_(ids)))
    return {row.id: row for row in rows}


async def of_clinics(session: Session, ids: Sequence[str]) -> dict[str, list[ClinicResource]]:
    """What each clinic has, by name."""
    statement = select(ClinicResource).where(ClinicResource.clinic_id.in_(ids))
    found: dict[str, list[ClinicResource]] = {key: [] for key in ids}
    for row in await session.scalars(statement.order_by(ClinicResource.name, ClinicResource.id)):
        found[row.clinic_id].append(row)
    return found


async def fitting(
    session: Session, service: HealthcareService, clinic_ids: Sequence[str], *, lock: bool = False
) -> Sequence[ClinicResource]:
    """What these clinics have of the kinds that a service needs, in one order for all.

    Locked, nobody else assigns any of it until the transaction ends.
    """
    if service.room_kind is None and service.equipment_kind is None:
        return []
    kinds = (
        (ResourceCategory.ROOM, service.room_kind),
        (ResourceCategory.EQUIPMENT, service.equipment_kind),
    )
    fits = or_(
        *(and_(ClinicResource.category == one, ClinicResource.kind == kind) for one, kind in kinds)
    )
    statement = select(ClinicResource).where(ClinicResource.clinic_id.in_(clinic_ids), fits)
    in_order = statement.order_by(ClinicResource.id)
    if lock:
        in_order = in_order.with_for_update(key_share=True)
    return (await session.scalars(in_order)).all()


async def uses(
    session: Session, resource_ids: Sequence[str], span: Interval, now: datetime
) -> list[Use]:
    """When these are in use within `span`; a hold that ran out at `now` uses nothing."""
    found: list[Use] = []
    for column in (Appointment.room_id, Appointment.equipment_id):
        statement = select(
            column, Appointment.practitioner_id, Appointment.starts_at, Appointment.ends_at
        ).where(
            column.in_(resource_ids),
            Appointment.starts_at < span.ends_at,
            Appointment.ends_at > span.starts_at,
            Appointment.status.in_(OCCUPYING),
            not_(overdue_hold(now)),
        )
        for resource_id, practitioner_id, starts_at, ends_at in await session.execute(statement):
            found.append(Use(str(resource_id), practitioner_id, Interval(starts_at, ends_at)))
    return found
