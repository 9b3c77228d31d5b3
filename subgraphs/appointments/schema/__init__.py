"""The schema of appointments, as `subgraphs.appointments.schema:schema`."""

from subgraphs.appointments.schema.mutation import Mutation
from subgraphs.appointments.schema.query import Query
from subgraphs.appointments.types.appointment import Patient
from subgraphs.kit.graphql import build_schema

schema = build_schema(query=Query, mutation=Mutation, types=[Patient])

__all__ = ["schema"]
