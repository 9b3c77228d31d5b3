"""The router as others embed it: a gateway that can also be mounted."""

from __future__ import annotations

from router.gateway import Gateway
from router.server.app import RouterApp


class Router(Gateway):
    """Answers operations over a supergraph, in this process or mounted as an ASGI app.

    See `Gateway` for what it takes, raises and does.
    """

    def asgi(self, *, path: str = "/graphql", playground: bool = True) -> RouterApp:
        """An ASGI app that serves this router. Closing the router stays with whoever mounts it,
        unless the app is run by a server with its lifespan."""
        return RouterApp(self, path=path, playground=playground)
