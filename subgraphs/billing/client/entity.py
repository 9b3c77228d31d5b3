"""Asking a subgraph directly for one entity, within a deadline.

Directly, and not through the router: a service that called the router would wait for itself. "No
such thing" and "no answer" are different results.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from subgraphs.kit.auth.keys import UnusableKeys

DEADLINE_SECONDS = 2.0


class Unreachable(Exception):
    """No usable answer in time: the other service is down, slow, or answered nonsense."""


@dataclass(frozen=True, slots=True)
class EntitySource:
    """A subgraph that knows entities."""

    http: httpx.AsyncClient
    url: str

    async def ask(self, query: str, representation: dict[str, str]) -> dict[str, Any] | None:
        """The entity's fields; None where the subgraph does not know it.

        Raises:
            Unreachable: nobody can tell now.
        """
        variables = {"representations": [representation]}
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                response = await self.http.post(
                    self.url, json={"query": query, "variables": variables}
                )
            answer = response.raise_for_status().json()
        except (TimeoutError, OSError, httpx.HTTPError, ValueError, UnusableKeys) as error:
            raise Unreachable(type(error).__name__) from error
        if not isinstance(answer, dict) or answer.get("errors"):
            raise Unreachable("answered with errors")
        try:
            [entity] = answer["data"]["_entities"]
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable("answered in another shape") from error
        if entity is not None and not isinstance(entity, dict):
            raise Unreachable("answered in another shape")
        return entity
