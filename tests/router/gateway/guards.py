"""A router whose graph is guarded, and what it refuses."""

from __future__ import annotations

from typing import Any

from router import Router
from router.gateway import AuthenticationOptions, GatewayOptions

CODE = "UNAUTHORIZED_FIELD_OR_TYPE"


def router_of(world: Any, options: AuthenticationOptions, **more: Any) -> Router:
    gateway = GatewayOptions(authentication=options)
    return Router(world.supergraph, transports=world.transports, options=gateway, **more)


def refused(response: Any) -> list[tuple[str, ...]]:
    """The paths of the errors, which all say that something is not permitted."""
    assert {error["extensions"]["code"] for error in response.errors} <= {CODE}
    return [".".join(map(str, error["path"])) for error in response.errors]
