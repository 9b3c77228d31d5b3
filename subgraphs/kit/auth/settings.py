"""The settings of identity: which tokens count, and how requests without one are treated."""

from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class IdentitySettings(BaseSettings):
    """What a service needs to know about tokens.

    ``jwt_keys`` are the issuer's public keys: the address of a JWKS (``https://…``), the path of a
    JWKS or PEM file, or the PEM itself. Without it, in development, it is the local issuer's key
    pair, made in ``identity_folder`` when it is first needed. ``jwt_private_key`` (PEM, or the path
    of a file) is for the local issuer and for services that call each other. ``router_secret`` is
    what the router sends to be known; while it is changed, the new one and the old, with a space
    between.

    Raises ``pydantic.ValidationError`` for a wrong value, or what production lacks.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    environment: Literal["development", "production"] = "development"
    authentication: Literal["required", "optional"] = "required"
    """``optional``: a request without a token passes every requirement, to explore the graph."""
    jwt_issuer: str = "sgm-development"
    jwt_audience: str = "sgm"
    jwt_keys: str = ""
    jwt_private_key: SecretStr = SecretStr("")
    router_secret: SecretStr = SecretStr("")
    identity_folder: Path = Path("var/identity")

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.environment == "development":
            return self
        if self.authentication == "optional":
            raise ValueError("AUTHENTICATION=optional is for development only.")
        if not self.jwt_keys:
            raise ValueError(
                "JWT_KEYS must be set in production: the address or file of the issuer's JWKS,"
                " or its public key in PEM."
            )
        return self
