"""An agenda with one physician, who works on Sunday evenings in Manaus."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from subgraphs.appointments import models as agenda

SUNDAY_NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten in the evening of 1 March in Manaus, where it is four hours earlier."""


def catalogue() -> list[Any]:
    return [
        agenda.Practitioner(
            id="lima",
            name="Dra. Helena Lima",
            council_body="CRM",
            council_number="123456",
            council_uf="AM",
            cbo="225125",
            specialties=[],
            rqe=[],
        ),
        agenda.Clinic(
            id="manaus",
            name="Vida+ Manaus",
            cnes="2077485",
            cnpj="12ABC34501DE35",
            city="Manaus",
            uf="AM",
            time_zone="America/Manaus",
        ),
        agenda.HealthcareService(
            id="consulta",
            name="Consulta",
            tuss_code="10101012",
            duration_minutes=30,
            buffer_minutes=0,
        ),
    ]


def opening_hours() -> list[Any]:
    return [
        agenda.PractitionerService(practitioner_id="lima", service_id="consulta"),
        agenda.Availability(
            id="sundays",
            practitioner_id="lima",
            clinic_id="manaus",
            weekday=7,
            opens=time(20),
            closes=time(23, 59),
            valid_from=SUNDAY_NIGHT.date() - timedelta(days=30),
        ),
    ]
