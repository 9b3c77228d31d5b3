"""A day at the clinic, from the opening of the cash desk to its closing, through the router."""

from __future__ import annotations

import pytest
from clinic import DOMAINS
from day.booking import booking
from day.charges import charging
from day.claims import claiming, still_owed
from day.closing import closing
from day.consultation import consultations
from day.no_shows import no_shows
from day.opening import opening
from day.outage import outage
from day.payments import payments
from day.privacy import privacy
from day.registration import registration
from day.story import Day
from day.waiting_room import waiting_room
from network import Network
from workplace import World

from subgraphs.kit.auth.roles import Role
from subgraphs.reconcile.reconciliation import reconcile

CHAPTERS = (
    opening,
    registration,
    booking,
    waiting_room,
    consultations,
    charging,
    outage,
    no_shows,
    payments,
    claiming,
    privacy,
    closing,
    still_owed,
)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_day_at_the_clinic(network: Network, world: World) -> None:
    day = Day(world, network.person("second biller", Role.BILLING_CLERK))
    for chapter in CHAPTERS:
        await chapter(day)
    await network.settled()

    databases = {name: network.database(name) for name in DOMAINS}
    compared = await reconcile(databases, 0, lambda _title, _rows: None)
    assert compared.findings == (), "at the end of the day the services agree"
    assert compared.rows > 30
