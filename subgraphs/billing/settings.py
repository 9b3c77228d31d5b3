"""The settings of billing."""

from subgraphs.kit.settings import ServiceSettings


class BillingSettings(ServiceSettings):
    """What every service needs to know, and where the other services answer."""

    appointments_url: str = "http://127.0.0.1:5002/graphql"
    records_url: str = "http://127.0.0.1:5003/graphql"
    health_plan_url: str = "http://127.0.0.1:5005"
