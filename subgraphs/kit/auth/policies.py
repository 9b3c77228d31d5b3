"""Policies: rules about who may see what that the token alone cannot answer.

A domain writes them and hands them to ``build_schema(policies={"care_relationship": …})``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from subgraphs.kit.auth.requirements import Alternatives


@dataclass(frozen=True, slots=True)
class Access:
    """What is asked for: the field's parent and arguments, or the guarded object itself.

    ``element`` is its name in the schema: ``Patient.record``, ``Note``.
    """

    context: Any
    source: Any
    arguments: Mapping[str, Any]
    element: str = ""


About = Callable[[Access], Hashable]


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule: what it is about (a patient's id, say), and whether it holds for that.

    ``holds(context, about)`` is asked once in a request for each ``about``.
    """

    holds: Callable[[Any, Any], Awaitable[bool]]
    about: About


def policy(about: About) -> Callable[[Callable[[Any, Any], Awaitable[bool]]], Policy]:
    """Make a coroutine function ``holds(context, about)`` a policy.

    @policy(about=lambda access: access.source.id)
    async def care_relationship(context, patient_id): ...
    """
    return lambda holds: Policy(holds, about)


class Answers:
    """The answers that policies gave in one request."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, asyncio.Future[bool]] = {}

    async def allow(
        self,
        parts: tuple[Alternatives, ...],
        policies: Mapping[str, Policy],
        access: Access,
    ) -> bool:
        """Whether one group of each of ``parts`` holds; a later group is asked only if need be."""
        for groups in parts:
            for group in groups:
                if await self._all(group, policies, access):
                    break
            else:
                return False
        return True

    async def _all(
        self, names: frozenset[str], policies: Mapping[str, Policy], access: Access
    ) -> bool:
        for name in sorted(names):
            if not await self._ask(name, policies[name], access):
                return False
        return True

    async def _ask(self, name: str, policy: Policy, access: Access) -> bool:
        about = policy.about(access)
        answer = self._answers.get((name, about))
        if answer is None:
            answer = asyncio.ensure_future(policy.holds(access.context, about))
            self._answers[name, about] = answer
        return await answer
