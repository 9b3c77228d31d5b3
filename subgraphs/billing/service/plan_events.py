"""Announcements of the plan. They are hints to ask, so a false or repeated one changes nothing."""

import hashlib
import hmac
from datetime import datetime

import orjson

from subgraphs.billing.service.authorizing import advance
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database


class BadSignature(Exception):
    """The announcement does not come from the plan."""


class BadAnnouncement(Exception):
    """The announcement has another shape."""


def announced_request(body: bytes, signature: str, secret: str) -> str:
    """The request that an announcement is about, by the key under which it was sent.

    Raises:
        BadSignature, BadAnnouncement.
    """
    expected = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature
    try:
        announcement = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadAnnouncement from error
    key = announcement.get("requestKey") if isinstance(announcement, dict) else None
    if not isinstance(key, str):
        raise BadAnnouncement
    return key


async def take_announcement(
    database: Database, resources: Resources, request_key: str, now: datetime
) -> None:
    """Ask the plan about the request; its key is our id, and an unknown one is nothing."""
    await advance(database, resources, request_key, now)
