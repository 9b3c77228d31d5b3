"""A health plan's card, which billing owns."""

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Coverage:
    """A health plan's card of a patient."""

    id: ID
    """The identifier in this network."""
