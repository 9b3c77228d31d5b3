"""Decisions about access in one request, batched; and their log, written before anything is shown.

A datum whose access cannot be written down is not shown: who awaits the log gets its failure.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from strawberry.dataloader import DataLoader

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.database import Session
from subgraphs.kit.identifiers import new_id
from subgraphs.records.domain import sensitivity
from subgraphs.records.domain.access import AccessPurpose, Carer
from subgraphs.records.domain.sensitivity import Sight
from subgraphs.records.repository import access

if TYPE_CHECKING:
    from subgraphs.records.types.context import RecordsContext

MAX_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, or was not to be read: of whom, which document, and by which field or type."""

    element: str
    patient_id: str | None
    document_id: str | None
    granted: bool
    purpose: AccessPurpose | None = None
    """None: as the actor's relation to the patient tells."""


class AccessDecisions:
    """Whom the actor of this request cares for, and what they read; each decided and noted once."""

    def __init__(self, context: "RecordsContext") -> None:
        self._context = context
        self.in_care: DataLoader[str, bool] = DataLoader(self._in_care, max_batch_size=MAX_BATCH)
        self.in_emergency: DataLoader[str, bool] = DataLoader(
            self._in_emergency, max_batch_size=MAX_BATCH
        )
        self.log: DataLoader[Read, None] = DataLoader(self._log, max_batch_size=MAX_BATCH)

    @cached_property
    def sight(self) -> Sight:
        """What of a record the actor sees by care alone."""
        actor = self._context.actor
        whole = actor.unrestricted or sensitivity.SCOPE in actor.scopes
        return Sight(whole, actor.practitioner_id)

    async def sight_of(self, patient_id: str) -> Sight:
        """What the actor sees of this patient's record, who may read it."""
        if self.sight.whole or await self.is_own(patient_id):
            return Sight(whole=True)
        return Sight(await self.in_emergency.load(patient_id), self.sight.author_id)

    async def is_own(self, patient_id: str) -> bool:
        """Whether it is the record of the person whose account the actor's is."""
        own = self._context.actor.patient_id
        if own is None:
            return False
        return own in (await self._context.loaders.persons.load(patient_id)).registrations

    async def _in_care(self, patient_ids: list[str]) -> list[bool]:
        actor, now = self._context.actor, self._context.clock.now()
        carer = Carer(actor.practitioner_id, Role.NURSE.value in actor.roles, now)
        if not carer.practitioner_id and not carer.nursing:
            return [False] * len(patient_ids)

        async def find(session: Session, ids: list[str]) -> set[str]:
            return await access.cared_for(session, carer, ids)

        return await self._of_persons(patient_ids, find)

    async def _in_emergency(self, patient_ids: list[str]) -> list[bool]:
        context = self._context
        if not context.actor.authenticated:
            return [False] * len(patient_ids)

        async def find(session: Session, ids: list[str]) -> set[str]:
            now = context.clock.now()
            return await access.opened_in_emergency(session, context.actor.id, ids, now)

        return await self._of_persons(patient_ids, find)

    async def _of_persons(
        self,
        patient_ids: list[str],
        find: Callable[[Session, list[str]], Awaitable[set[str]]],
    ) -> list[bool]:
        """Of each registration, whether one of those of the same person is found."""
        persons = await self._context.loaders.persons_of(patient_ids)
        ids = {id for person in persons.values() for id in person.registrations}
        async with self._context.database.read() as session:
            found = await find(session, sorted(ids))
        return [not found.isdisjoint(persons[id].registrations) for id in patient_ids]

    async def _log(self, reads: list[Read]) -> list[None]:
        context = self._context
        events: list[dict[str, object]] = [
            {
                "id": new_id(),
                "at": context.clock.now(),
                "actor_id": context.actor.id[:200],
                "actor_roles": " ".join(sorted(context.actor.roles))[:200],
                "patient_id": read.patient_id[:36] if read.patient_id else None,
                "document_id": read.document_id[:36] if read.document_id else None,
                "element": read.element[:100],
                "purpose": read.purpose or await self._purpose(read),
                "granted": read.granted,
                "request_id": context.request_id[:64],
            }
            for read in reads
        ]
        async with context.database.transaction() as session:
            await access.log(session, events)
        return [None] * len(reads)

    async def _purpose(self, read: Read) -> AccessPurpose:
        if not read.granted or read.patient_id is None:
            return AccessPurpose.NONE
        if self._context.actor.unrestricted:
            return AccessPurpose.EXPLORATION
        if await self.is_own(read.patient_id):
            return AccessPurpose.OWN
        in_care = await self.in_care.load(read.patient_id)
        return AccessPurpose.CARE if in_care else AccessPurpose.EMERGENCY
