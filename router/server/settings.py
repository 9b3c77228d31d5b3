"""What can be set: in `router.yaml`, and by environment variables, which win.

SGM_ROUTER_TIMEOUT=10
SGM_ROUTER_SUBGRAPHS__PATIENTS__URL=http://patients:5001/graphql
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from router.errors import RouterError
from router.gateway.authorization.options import AuthenticationOptions
from router.gateway.options import GatewayOptions, ServiceOptions
from router.operation.limits import Limits


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SubgraphSettings(_Strict):
    """How one subgraph is reached: at `url`, or as the ASGI app `asgi` in this process."""

    url: str | None = None
    asgi: str | None = None
    path: str = "/graphql"
    timeout: PositiveFloat | None = None
    retries: int | None = Field(default=None, ge=0, le=10)


class InsertedValue(_Strict):
    """Where the value of a header is: in the environment variable `env`, or in `file`."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _is_one_of_the_two(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("name either a variable (env) or a file")
        return self

    def read(self) -> str:
        """The value. Raises `RouterError` where there is none."""
        try:
            value = self.file.read_text("ascii") if self.file else os.environ.get(self.env or "")
        except (OSError, UnicodeDecodeError) as error:
            raise RouterError(f"A header's value cannot be read from {self.file}.") from error
        if not value or not value.strip():
            where = self.file or f"the variable {self.env}"
            raise RouterError(f"A header to insert has no value: {where} is empty or not set.")
        return value.strip()


class HeaderSettings(_Strict):
    """Which headers go to every subgraph.

    `forward` are those of a client's request. `insert` are the router's own, with their values or
    where these are: `router-secret: {env: ROUTER_SECRET}`.
    """

    forward: list[str] = ["authorization"]
    insert: dict[str, str | InsertedValue] = {}

    def inserted(self) -> tuple[tuple[str, str], ...]:
        """The router's own headers. Raises `RouterError` for a value that is not there."""
        return tuple(
            (name.lower(), value.read() if isinstance(value, InsertedValue) else value)
            for name, value in self.insert.items()
        )


_LIMITS = Limits()


class LimitSettings(_Strict):
    """The most that one request may ask: see `router.operation.limits`."""

    depth: PositiveInt = _LIMITS.depth
    aliases: PositiveInt = _LIMITS.aliases
    root_fields: PositiveInt = _LIMITS.root_fields
    directives: PositiveInt = _LIMITS.directives
    selections: PositiveInt = _LIMITS.selections
    comparisons: PositiveInt = _LIMITS.comparisons
    tokens: PositiveInt = _LIMITS.tokens
    body_bytes: PositiveInt = _LIMITS.body_bytes


class CacheSettings(_Strict):
    """How many operations are kept with their plans, and planned before a reload takes over."""

    operations: PositiveInt = 1000
    warmed: int = Field(default=100, ge=0)


class AuthenticationSettings(_Strict):
    """Whose tokens count: see `router.gateway.authorization.options`."""

    jwks_url: str | None = None
    jwks_file: Path | None = None
    public_key_file: Path | None = None
    issuer: str | None = None
    audience: str | None = None
    algorithms: tuple[str, ...] = ("ES256", "RS256", "EdDSA")
    scopes_claim: str = "scope"
    mode: Literal["filter", "reject"] = "filter"
    delegate: bool = True


class Settings(BaseSettings):
    """The settings of `serve`."""

    model_config = SettingsConfigDict(
        env_prefix="SGM_ROUTER_", env_nested_delimiter="__", extra="forbid"
    )

    subgraphs: dict[str, SubgraphSettings] = {}
    headers: HeaderSettings = HeaderSettings()
    authentication: AuthenticationSettings = AuthenticationSettings()
    limits: LimitSettings = LimitSettings()
    cache: CacheSettings = CacheSettings()
    timeout: PositiveFloat = 30.0
    retries: int = Field(default=1, ge=0, le=10)
    deduplicate: bool = True
    override_labels: list[str] = []
    introspection: bool = True
    playground: bool = True
    reload_seconds: PositiveFloat = 1.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Settings from a YAML file and the environment. Raises `RouterError` for wrong ones."""
        try:
            return cls(**_read(path))
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
            )
            raise RouterError(f"The settings are wrong: {problems}") from error

    def gateway_options(self) -> GatewayOptions:
        """What of the settings a gateway needs. Raises `RouterError` for what does not fit."""
        services = {
            name: ServiceOptions(each.asgi or each.url, each.path, each.timeout, each.retries)
            for name, each in self.subgraphs.items()
        }
        return GatewayOptions(
            forward_headers=tuple(name.lower() for name in self.headers.forward),
            insert_headers=self.headers.inserted(),
            timeout=self.timeout,
            retries=self.retries,
            deduplicates=self.deduplicate,
            cached_operations=self.cache.operations,
            warmed_operations=self.cache.warmed,
            override_labels=frozenset(self.override_labels),
            introspection=self.introspection,
            limits=Limits(**self.limits.model_dump()),
            services=services,
            authentication=AuthenticationOptions(**self.authentication.model_dump()),
        )


def _read(path: str | Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RouterError(f"The settings file {path} cannot be read: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise RouterError(f"The settings file {path} must be a mapping of names to values.")
    return content
