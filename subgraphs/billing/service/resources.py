"""What the service holds for as long as it runs."""

from dataclasses import dataclass

from subgraphs.billing.client.appointments import AppointmentsClient
from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.client.plan_claims import PlanClaims
from subgraphs.billing.client.records import RecordsClient
from subgraphs.billing.domain.br_code import PixReceiver


@dataclass(frozen=True, slots=True)
class Resources:
    """The other services, and who is paid."""

    appointments: AppointmentsClient
    plan: PlanClient
    claims: PlanClaims
    records: RecordsClient
    pix: PixReceiver | None = None
    """Who receives payments by PIX; None where nobody does."""
