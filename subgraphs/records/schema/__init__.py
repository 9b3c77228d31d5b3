"""The schema of records, as `subgraphs.records.schema:schema`."""

import strawberry

from subgraphs.kit.graphql import build_schema
from subgraphs.records.schema.access import AccessMutation
from subgraphs.records.schema.documents import DocumentMutation
from subgraphs.records.schema.encounters import EncounterMutation
from subgraphs.records.schema.findings import FindingMutation
from subgraphs.records.schema.query import Query
from subgraphs.records.types.access import POLICIES, audit
from subgraphs.records.types.document import DOCUMENT_TYPES
from subgraphs.records.types.encounter import Appointment, Patient


@strawberry.type
class Mutation(EncounterMutation, DocumentMutation, FindingMutation, AccessMutation):
    """What can be done in the clinic network."""


schema = build_schema(
    query=Query,
    mutation=Mutation,
    types=[Appointment, Patient, *DOCUMENT_TYPES],
    policies=POLICIES,
    audit=audit,
)

__all__ = ["schema"]
