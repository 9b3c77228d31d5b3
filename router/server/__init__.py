"""HTTP in: the router's server, and the router as others embed it."""

from router.server.router import Router

__all__ = ["Router"]
