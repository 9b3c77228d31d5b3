"""Entities of other services that records only points to."""

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Practitioner:
    # No description: the owner, appointments, describes it.
    id: strawberry.ID
