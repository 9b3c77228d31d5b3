"""The patients subgraph: what can be asked and done."""

import strawberry

from subgraphs.kit.graphql import build_schema
from subgraphs.patients.schema.incomplete import IncompleteMutation
from subgraphs.patients.schema.merging import MergingMutation
from subgraphs.patients.schema.privacy import PrivacyMutation
from subgraphs.patients.schema.query import Query
from subgraphs.patients.schema.registration import RegistrationMutation
from subgraphs.patients.types.search_log import note_refusal


@strawberry.type
class Mutation(RegistrationMutation, IncompleteMutation, MergingMutation, PrivacyMutation):
    """What can be done in the clinic network."""


schema = build_schema(query=Query, mutation=Mutation, audit=note_refusal)
