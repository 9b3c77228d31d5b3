"""Identifiers: UUID version 7, made by the application, opaque to clients."""

import uuid_utils


def new_id() -> str:
    """A new identifier; later ones sort after earlier ones (RFC 9562, section 5.7)."""
    return str(uuid_utils.uuid7())
