"""The word that the router owes whoever runs it: what it does not check itself."""

from __future__ import annotations

import structlog

from router.gateway import Gateway


def warn_of_delegation(gateway: Gateway) -> None:
    """Warn where the services alone decide what a supergraph's directives demand."""
    directives = gateway.delegated
    if directives is None:
        return
    is_forwarded = "authorization" in gateway.options.forward_headers
    structlog.get_logger("router").warning(
        f"the services alone decide who may read what: the router does not check {directives}",
        authorization_header="forwarded" if is_forwarded else "not forwarded",
        remedy="configure authentication, or policies, or set authentication.delegate to false",
    )
