"""What can be chosen when a gateway is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from router.errors import RouterError
from router.gateway.authorization.options import AuthenticationOptions
from router.operation.limits import Limits

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, "Tokens"."""

_OF_THE_REQUEST = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Sent twice or changed, these make another request of ours (RFC 9112, "Request Smuggling")."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How one service is asked, where it is not as for all: see `GatewayOptions`.

    `transport` is a URL, or `package.module:app` for an ASGI app in this process, which is asked
    at `path`.
    """

    transport: str | None = None
    path: str = "/graphql"
    timeout: float | None = None
    retries: int | None = None


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """How a gateway works.

    `forward_headers` of a client's request go to every service, and so do `insert_headers`, names
    and values that the router adds (a secret by which services know it, say). `timeout` (seconds)
    and `retries` are for each fetch; only queries are sent again. `cached_operations` is how many
    operations are kept with their plans, `warmed_operations` how many of them, those used last,
    are planned for a new supergraph before it takes over. `override_labels` are those that are on;
    `percent(n)` is decided for each request. `deduplicates`: equal queries in flight at once are
    answered together, and equal fetches are one request; equal in every header that is forwarded.
    """

    forward_headers: tuple[str, ...] = ("authorization",)
    insert_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 30.0
    retries: int = 1
    deduplicates: bool = True
    cached_operations: int = 1000
    warmed_operations: int = 100
    override_labels: frozenset[str] = frozenset()
    introspection: bool = True
    limits: Limits = field(default_factory=Limits)
    services: Mapping[str, ServiceOptions] = field(default_factory=dict)
    authentication: AuthenticationOptions = field(default_factory=AuthenticationOptions)

    def __post_init__(self) -> None:
        """Raises `RouterError` for a header that must not go to services as it is configured.

        A client must not send one in the router's name, nor those of a connection or a body.
        """
        forwarded = {name.lower() for name in self.forward_headers}
        for name in (*forwarded, *(name.lower() for name, _ in self.insert_headers)):
            if name in _OF_THE_REQUEST or not _HEADER_NAME.fullmatch(name):
                raise RouterError(
                    f"The header {name!r} cannot be forwarded or inserted: it is one that the "
                    "router's own requests are made of, or no name of a header."
                )
        both = sorted(name for name, _ in self.insert_headers if name.lower() in forwarded)
        if both:
            raise RouterError(
                f"The header '{both[0]}' is both forwarded from clients and inserted. "
                "Take it out of one of the two."
            )
