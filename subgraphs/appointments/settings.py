"""The settings of appointments."""

from subgraphs.kit.settings import ServiceSettings


class AppointmentsSettings(ServiceSettings):
    """What every service needs to know, and where the patients service answers."""

    patients_url: str = "http://127.0.0.1:5001/graphql"
