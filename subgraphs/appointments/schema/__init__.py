"""The schema of appointments, as `subgraphs.appointments.schema:schema`."""

import strawberry

from subgraphs.appointments.schema.booking import BookingMutation
from subgraphs.appointments.schema.catalogue import CatalogueMutation
from subgraphs.appointments.schema.query import Query
from subgraphs.appointments.schema.waiting_list import WaitingListMutation
from subgraphs.appointments.types.appointment import Patient
from subgraphs.kit.graphql import build_schema


@strawberry.type
class Mutation(BookingMutation, CatalogueMutation, WaitingListMutation):
    """What can be done in the clinic network."""


schema = build_schema(query=Query, mutation=Mutation, types=[Patient])

__all__ = ["schema"]
