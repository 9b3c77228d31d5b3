"""The schema of billing, as `subgraphs.billing.schema:schema`."""

from subgraphs.billing.schema.mutation import Mutation
from subgraphs.billing.schema.query import Query
from subgraphs.billing.types.charge_item import ClinicalDocument
from subgraphs.billing.types.entities import Appointment, Patient
from subgraphs.kit.graphql import build_schema

schema = build_schema(
    query=Query, mutation=Mutation, types=[Appointment, ClinicalDocument, Patient]
)

__all__ = ["schema"]
