"""A service's settings, from the environment (twelve-factor).

Each variable can be set for all services (``DATABASE_URL``) or for one
(``PATIENTS_DATABASE_URL``), and the one wins: so several services can share a process.
"""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from subgraphs.kit.auth.settings import IdentitySettings

DEVELOPMENT_SECRET = "for development only: any production service refuses it"


class ServiceSettings(IdentitySettings):
    """What a service needs to know about where it runs.

    Raises ``pydantic.ValidationError`` for a wrong value, or a secret missing in production.
    """

    service: str = "service"
    database_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    signing_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    max_body_bytes: int = Field(default=4_000_000, gt=0)
    event_sources: dict[str, str] = Field(default_factory=dict)
    """Whose events the service reads: addresses by name, as JSON in the environment."""
    event_wait_seconds: float = Field(default=1, ge=0, le=30)
    """How long a reader lets a feed hold its answer back; a feed that stops waits as long."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self.database_url = async_database_url(
            self.database_url or f"sqlite:///var/{self.service}.db"
        )
        if self.environment == "production" and not self._secret_is_set():
            raise ValueError("SIGNING_SECRET must be set in production (any long random text).")
        if self.environment == "production" and not self.router_secret.get_secret_value().split():
            raise ValueError(
                "ROUTER_SECRET must be set in production, here and at the router, which sends it"
                " (any long random text)."
            )
        return self

    def _secret_is_set(self) -> bool:
        return self.signing_secret.get_secret_value() != DEVELOPMENT_SECRET

    @classmethod
    def of(cls, service: str) -> Self:
        """The settings of one service, its own variables first."""
        return cls(service=service)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the service's own variables, then those for all services."""
        service = init_settings().get("service", "service")
        own = EnvSettingsSource(settings_cls, env_prefix=f"{service}_")
        return init_settings, own, env_settings


def async_database_url(url: str) -> str:
    """The address with the asynchronous driver in it."""
    for plain, driver in (
        ("postgresql://", "postgresql+asyncpg://"),
        ("postgres://", "postgresql+asyncpg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    return url
