"""What the environment may say about the simulated insurer (twelve-factor, `HEALTH_PLAN_…`)."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class HealthPlanSettings(BaseSettings):
    """Every setting has a default that works on a laptop."""

    model_config = SettingsConfigDict(env_prefix="HEALTH_PLAN_")

    database_path: str = Field(
        default=":memory:",
        description="SQLite file that keeps authorizations and claims over a restart.",
    )
    seed: str = Field(
        default="vida", description="Members are drawn from this; another seed, other lives."
    )
    analysis_seconds: float = Field(
        default=3.0,
        ge=0,
        description="How long an authorization of high complexity stays in analysis.",
    )
    failure_delay_seconds: float = Field(
        default=10.0,
        ge=0,
        description="How long a simulated timeout or slow drip lasts by default.",
    )
    webhook_url: str | None = Field(
        default=None, description="Where decisions are announced; unset, they can only be polled."
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr("for development only"),
        description="Key of the HMAC-SHA-256 that each announcement carries.",
    )
    webhook_interval_seconds: float = Field(
        default=1.0, gt=0, description="How often decisions that are due are looked for."
    )
