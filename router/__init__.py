"""A GraphQL federation router: composition, planning and execution of Apollo Federation 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from router.server import Router

__all__ = ["Router"]


def __getattr__(name: str) -> Any:
    # Only on demand, so that composing needs no server.
    if name == "Router":
        from router.server import Router

        return Router
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
