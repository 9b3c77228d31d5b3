"""Mutations on who works where and when. Each is one transaction, once per key."""

from datetime import datetime, time, timedelta
from typing import Any

import strawberry

from subgraphs.appointments.domain.availability import Grid, WeeklyAvailability
from subgraphs.appointments.repository import catalogue as catalogue_repository
from subgraphs.appointments.schema.once import Once
from subgraphs.appointments.service import catalogue
from subgraphs.appointments.service.active_period import ActivePeriod, set_active_period
from subgraphs.appointments.service.catalogue import (
    NewClinic,
    NewClosure,
    NewPractitioner,
    NewService,
)
from subgraphs.appointments.service.clinic_resources import NewResource, register_resource
from subgraphs.appointments.types.access import MANAGE, STAFF
from subgraphs.appointments.types.appointment import present
from subgraphs.appointments.types.catalogue import (
    Availability,
    Clinic,
    ClinicResource,
    ClosedYear,
    Closure,
    HealthcareService,
    Practitioner,
)
from subgraphs.appointments.types.catalogue_inputs import (
    ActivePeriodInput,
    CloseAgendaInput,
    CloseOnHolidaysInput,
    EndAgendaInput,
    OpenAgendaInput,
    RegisterClinicInput,
    RegisterPractitionerInput,
    RegisterResourceInput,
    RegisterServiceInput,
)
from subgraphs.appointments.types.context import Info
from subgraphs.appointments.types.results import (
    ActivePeriodResult,
    AgendaClosureResult,
    AvailabilityResult,
    ClosedYearResult,
    RegisterClinicResult,
    RegisterPractitionerResult,
    RegisterResourceResult,
    RegisterServiceResult,
)
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import InvalidInput


@strawberry.type
class CatalogueMutation:
    """Who works where and when."""

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def register_practitioner(
        self, info: Info, input: RegisterPractitionerInput
    ) -> RegisterPractitionerResult:
        """Register a health professional. A council registration is somebody's once."""

        async def effect(session: Session) -> Any:
            council = input.council
            new = NewPractitioner(
                input.name,
                (council.body, council.number, council.uf),
                input.cbo,
                input.specialties,
                input.rqe,
                input.return_window_days,
                input.service_ids,
                ActivePeriod(input.active_from, input.active_until),
            )
            return await catalogue.register_practitioner(session, new)

        answer: RegisterPractitionerResult = await Once(
            info.context, "registerPractitioner", input
        ).answer(
            effect,
            lambda id: Practitioner.resolve_reference(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def set_practitioner_active_period(
        self, info: Info, input: ActivePeriodInput
    ) -> ActivePeriodResult:
        """Say from when to when a practitioner sees patients; what is booked stays booked."""

        async def effect(session: Session) -> Any:
            period = ActivePeriod(input.active_from, input.active_until)
            return await set_active_period(session, input.practitioner_id, period)

        answer: ActivePeriodResult = await Once(
            info.context, "setPractitionerActivePeriod", input
        ).answer(effect, lambda id: Practitioner.resolve_reference(info, id))
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def register_clinic(self, info: Info, input: RegisterClinicInput) -> RegisterClinicResult:
        """Register a unit of the network."""
        new = NewClinic(input.name, input.cnes, input.cnpj, input.city, input.uf, input.time_zone)
        answer: RegisterClinicResult = await Once(info.context, "registerClinic", input).answer(
            lambda session: catalogue.register_clinic(session, new),
            lambda id: Clinic.resolve_reference(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def register_healthcare_service(
        self, info: Info, input: RegisterServiceInput
    ) -> RegisterServiceResult:
        """Add something that can be booked to the catalogue."""

        async def effect(session: Session) -> Any:
            if not 5 <= input.duration_minutes <= 720 or not 0 <= input.buffer_minutes <= 120:
                raise InvalidInput("A duração vai de 5 a 720 minutos, o intervalo até 120.")
            grid = Grid(
                timedelta(minutes=input.duration_minutes), timedelta(minutes=input.buffer_minutes)
            )
            new = NewService(
                input.name, input.tuss_code, grid, input.room_kind, input.equipment_kind
            )
            return await catalogue.register_service(session, new)

        answer: RegisterServiceResult = await Once(
            info.context, "registerHealthcareService", input
        ).answer(
            effect,
            lambda id: HealthcareService.resolve_reference(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def register_clinic_resource(
        self, info: Info, input: RegisterResourceInput
    ) -> RegisterResourceResult:
        """Add a room or a piece of equipment to a clinic."""
        new = NewResource(input.clinic_id, input.category, input.kind, input.name)
        answer: RegisterResourceResult = await Once(
            info.context, "registerClinicResource", input
        ).answer(
            lambda session: register_resource(session, new),
            lambda id: _resource(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def open_agenda(self, info: Info, input: OpenAgendaInput) -> AvailabilityResult:
        """Say when a practitioner sees patients at a clinic, week by week."""

        async def effect(session: Session) -> Any:
            try:
                rule = WeeklyAvailability(
                    input.weekday,
                    input.opens,
                    input.closes,
                    input.valid_from,
                    input.valid_until,
                    input.capacity,
                )
            except ValueError as error:
                raise InvalidInput(f"{error}".capitalize() + ".") from error
            return await catalogue.open_agenda(
                session, input.practitioner_id, input.clinic_id, rule
            )

        answer: AvailabilityResult = await Once(info.context, "openAgenda", input).answer(
            effect, lambda id: _availability(info, id)
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def end_agenda(self, info: Info, input: EndAgendaInput) -> AvailabilityResult:
        """Say on which day a weekly availability holds for the last time."""
        answer: AvailabilityResult = await Once(info.context, "endAgenda", input).answer(
            lambda session: catalogue.end_agenda(session, input.id, input.last_day),
            lambda id: _availability(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def close_agenda(self, info: Info, input: CloseAgendaInput) -> AgendaClosureResult:
        """Close a clinic, or one practitioner's agenda in it, for a time."""
        over = timedelta(days=1) if input.until_time == time() else timedelta()
        new = NewClosure(
            input.clinic_id,
            datetime.combine(input.first_day, input.from_time),
            datetime.combine(input.last_day, input.until_time) + over,
            input.reason,
            input.practitioner_id,
        )

        answer: AgendaClosureResult = await Once(info.context, "closeAgenda", input).answer(
            lambda session: catalogue.close_agenda(session, new),
            lambda id: _closure(info, id),
        )
        return answer

    @with_directives(MANAGE, STAFF)
    @strawberry.mutation
    async def close_on_holidays(self, info: Info, input: CloseOnHolidaysInput) -> ClosedYearResult:
        """Close a clinic on the public holidays of its state in a year."""
        answer: ClosedYearResult = await Once(info.context, "closeOnHolidays", input).answer(
            lambda session: catalogue.close_on_holidays(session, input.clinic_id, input.year),
            lambda id: _closed_year(info, id, input.year),
        )
        return answer


async def _closed_year(info: Info, clinic_id: str, year: int) -> ClosedYear:
    async with info.context.database.read() as session:
        rows = await catalogue.closures_of_year(session, clinic_id, year)
    return ClosedYear(closures=[Closure.of(row) for row in rows])


async def _resource(info: Info, resource_id: str) -> ClinicResource:
    return ClinicResource.of(present(await info.context.loaders.resources.load(resource_id)))


async def _availability(info: Info, availability_id: str) -> Availability:
    async with info.context.database.read() as session:
        row = await catalogue_repository.availability(session, availability_id)
    return Availability.of(present(row))


async def _closure(info: Info, closure_id: str) -> Closure:
    async with info.context.database.read() as session:
        row = await catalogue_repository.closure(session, closure_id)
    return Closure.of(present(row))
