"""The services that appointments asks, as the tests play them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

PATIENTS = {
    "ana": {"id": "ana", "displayName": "Ana Souza", "status": "ACTIVE", "version": 1},
    "bia": {"id": "bia", "displayName": "Bia Nunes", "status": "ACTIVE", "version": 1},
    "caio": {"id": "caio", "displayName": "Caio Prado", "status": "MERGED", "version": 3},
    "duda": {"id": "duda", "displayName": "Duda Melo", "status": "DECEASED", "version": 2},
}


@dataclass
class PatientsService:
    """The patients service as a small web app that can also misbehave."""

    patients: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {key: dict(value) for key, value in PATIENTS.items()}
    )
    answer: Callable[[], Response] | None = None
    asked: int = 0

    def transport(self) -> httpx.ASGITransport:
        app = FastAPI()

        @app.post("/graphql")
        async def graphql(request: Request) -> Any:
            self.asked += 1
            if self.answer is not None:
                return self.answer()
            body = await request.json()
            return {"data": {"patient": self.patients.get(body["variables"]["id"])}}

        return httpx.ASGITransport(app)


WRITTEN_DOWN = {"encounter": {"closedAt": None, "signedDocuments": 1}}


@dataclass
class RecordsService:
    """The records service as a small web app that can also misbehave."""

    care: dict[str, Any] | None = field(default_factory=lambda: dict(WRITTEN_DOWN))
    answer: Callable[[], Response] | None = None
    asked: int = 0

    def transport(self) -> httpx.ASGITransport:
        app = FastAPI()

        @app.post("/graphql")
        async def graphql(request: Request) -> Any:
            self.asked += 1
            if self.answer is not None:
                return self.answer()
            assert (await request.json())["variables"]["appointment"]["__typename"] == "Appointment"
            return {"data": {"_entities": [self.care]}}

        return httpx.ASGITransport(app)


class Switchboard(httpx.AsyncBaseTransport):
    """The network: each service by its host name."""

    def __init__(self, **services: httpx.ASGITransport) -> None:
        self._services = services

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._services[request.url.host].handle_async_request(request)
