"""What the service holds for as long as it runs."""

from dataclasses import dataclass

from subgraphs.billing.client.appointments import AppointmentsClient
from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.client.plan_claims import PlanClaims
from subgraphs.billing.client.records import RecordsClient


@dataclass(frozen=True, slots=True)
class Resources:
    """The other services."""

    appointments: AppointmentsClient
    plan: PlanClient
    claims: PlanClaims
    records: RecordsClient
