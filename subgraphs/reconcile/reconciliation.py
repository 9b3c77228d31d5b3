"""Goes through all checks; what is still on its way is given time, and looked at again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from subgraphs.reconcile.check import Databases
from subgraphs.reconcile.checks import CHECKS
from subgraphs.reconcile.events import find_unread_events
from subgraphs.reconcile.finding import Finding

Advance = Callable[[str, int], None]
"""Told the title of a check, and how many more rows it went through."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a look at all services found, and how many rows it went through."""

    findings: tuple[Finding, ...]
    rows: int


async def reconcile(
    databases: Databases, settle_seconds: float, advance: Advance
) -> Reconciliation:
    """Compare the services.

    An event that is under way looks like drift. So where something is found, everything is looked
    at once more after ``settle_seconds``, and what was found both times counts.
    """
    first = await _look(databases, advance)
    if not first.findings or not settle_seconds:
        return first
    await asyncio.sleep(settle_seconds)
    second = await _look(databases, advance)
    lasting = set(first.findings)
    return Reconciliation(
        tuple(finding for finding in second.findings if finding in lasting), second.rows
    )


async def _look(databases: Databases, advance: Advance) -> Reconciliation:
    findings = [finding async for finding in find_unread_events(databases)]
    rows = 0
    for check in CHECKS:
        async for page in check.pages(databases):
            findings += await check.judge(databases, page)
            rows += len(page)
            advance(check.title, len(page))
    return Reconciliation(tuple(findings), rows)


async def count(databases: Databases) -> int:
    """How many rows one look goes through."""
    return sum([await check.count(databases) for check in CHECKS])
