"""The patients service, running in this process on a database of the test's own."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from subgraphs.kit.app import create_app
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain

REGISTER = """
mutation ($input: RegisterPatientInput!) {
  registerPatient(input: $input) {
    __typename
    ... on Patient { id version status displayName legalName cpfMasked }
    ... on UserError { code message path }
    ... on CpfAlreadyRegistered { existingPatient { id } }
  }
}
"""

CORRECT = """
mutation ($input: CorrectPatientInput!) {
  correctPatient(input: $input) {
    __typename
    ... on Patient { id version displayName legalName cpfMasked phone contacts { name } }
    ... on UserError { code message path }
    ... on StaleVersion { currentVersion }
    ... on CpfAlreadyRegistered { existingPatient { id } }
  }
}
"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture
def app(database_url: str, clock: FixedClock) -> FastAPI:
    settings = ServiceSettings(
        service="patients", database_url=database_url, authentication="optional"
    )
    return create_app(domain, settings, clock)


@pytest.fixture
async def patients(app: FastAPI, serve: Callable[[FastAPI], Awaitable[Any]]) -> Any:
    return await serve(app)


@pytest.fixture
def register(patients: Any) -> Callable[..., Awaitable[Any]]:
    """Registers a patient with these fields, and gives the member of the result union."""

    async def register(**fields: Any) -> Any:
        given = {
            "idempotencyKey": str(uuid4()),
            "legalName": "Maria da Conceição Souza",
            "birthDate": "1980-03-02",
            "sex": "FEMALE",
        } | fields
        return (await patients.data(REGISTER, input=given))["registerPatient"]

    return register


@pytest.fixture
def correct(patients: Any) -> Callable[..., Awaitable[Any]]:
    """Corrects a patient's registration, and gives the member of the result union."""

    async def correct(patient_id: str, version: int, **fields: Any) -> Any:
        given = {
            "idempotencyKey": str(uuid4()),
            "patientId": patient_id,
            "expectedVersion": version,
        } | fields
        return (await patients.data(CORRECT, input=given))["correctPatient"]

    return correct
