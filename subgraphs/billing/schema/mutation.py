"""What can be done in billing. Each mutation is one transaction, once per key."""

import strawberry

from subgraphs.billing.schema.cash import CashMutation
from subgraphs.billing.schema.charging import ChargeMutation
from subgraphs.billing.schema.claiming import ClaimMutation
from subgraphs.billing.schema.invoicing import InvoiceMutation
from subgraphs.billing.schema.pix import PixMutation
from subgraphs.billing.schema.planning import PlanMutation


@strawberry.type
class Mutation(
    CashMutation, ChargeMutation, ClaimMutation, InvoiceMutation, PixMutation, PlanMutation
):
    """What can be done in the clinic network."""
