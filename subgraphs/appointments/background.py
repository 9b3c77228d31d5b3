"""What the service does by itself, now and then, as long as its app lives.

Several apps may do so on one database. A step that fails does not hold up the others.
"""

import structlog

from subgraphs.appointments.repository import waiting_list
from subgraphs.appointments.service.deferred import check_deferred
from subgraphs.appointments.service.patient_check import Patients
from subgraphs.appointments.service.repointing import repoint_some
from subgraphs.appointments.service.sweep import sweep
from subgraphs.appointments.service.waiting_list import serve, settle
from subgraphs.kit.clock import Clock
from subgraphs.kit.database import Database
from subgraphs.kit.periodic import attempt

logger = structlog.get_logger()

_SERVED_AT_ONCE = 200


class Chores:
    """Each of them can be called at any time, and does what there is to do."""

    def __init__(self, database: Database, patients: Patients, clock: Clock) -> None:
        self._database = database
        self._patients = patients
        self._clock = clock

    async def do_all(self) -> None:
        """Do all of them, in turn."""
        for chore in (self.sweep, self.repoint, self.serve, self.check_deferred):
            await attempt(chore, chore.__name__)

    async def sweep(self) -> None:
        """Cancel holds that ran out, and note who did not come."""
        async with self._database.transaction() as session:
            swept = await sweep(session, self._clock.now())
        if swept.expired_holds or swept.no_shows:
            logger.info("swept", expired_holds=swept.expired_holds, no_shows=swept.no_shows)

    async def repoint(self) -> None:
        """Move the visits of merged and parted registrations."""
        more = True
        while more:
            async with self._database.transaction() as session:
                more = await repoint_some(session, self._clock.now())

    async def serve(self) -> None:
        """Offer what is free to those who wait, whoever is next first; each in its transaction."""
        now, database = self._clock.now(), self._database
        async with database.read() as session:
            answered = await waiting_list.answered(session, _SERVED_AT_ONCE)
        for entry_id in answered:
            async with database.transaction() as session:
                await settle(session, entry_id, now)
        async with database.read() as session:
            waiting = await waiting_list.waiting(session, _SERVED_AT_ONCE)
        for entry_id in waiting:
            async with database.transaction() as session:
                await serve(session, entry_id, now)

    async def check_deferred(self) -> None:
        """Ask for the patients who were booked while nobody could tell."""
        checked = await check_deferred(self._database, self._patients, self._clock.now())
        if checked.verified or checked.refused:
            logger.info("checked", verified=checked.verified, refused=checked.refused)
