"""How each service of a supergraph is reached: its URL, or what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from pyreqwest.client import Client

from router.errors import RouterError
from router.executor.asgi_transport import AsgiTransport
from router.executor.fetch import Service
from router.executor.http1_transport import Http1Transport
from router.executor.transport import (
    Answering,
    CallableTransport,
    HttpTransport,
    Transport,
    http_client,
)
from router.gateway.options import GatewayOptions, ServiceOptions
from router.supergraph.model import Supergraph

TransportChoice = Transport | Answering | str
"""A transport; a function that answers; a URL; or `package.module:app` for an ASGI app."""


class Services:
    """Makes the services of supergraphs. What they share outlives a reload: sockets, apps."""

    def __init__(
        self, options: GatewayOptions, transports: Mapping[str, TransportChoice] | None
    ) -> None:
        self._options = options
        self._given = dict(transports or {})
        self._transports: dict[str, AsgiTransport | Http1Transport] = {}

    @cached_property
    def _client(self) -> Client:
        return http_client()

    def of(self, supergraph: Supergraph) -> dict[str, Service]:
        """The services of a supergraph, by name. Raises `RouterError` for one not to be found."""
        return {
            each.name: self._service(each.name, each.url) for each in supergraph.subgraphs.values()
        }

    async def close(self) -> None:
        """Close all connections, and run the shutdown of the apps in this process."""
        for transport in self._transports.values():
            await transport.close()
        if "_client" in self.__dict__:
            await self._client.close()

    def _service(self, name: str, url: str) -> Service:
        options = self._options.services.get(name, ServiceOptions())
        choice = self._given.get(name) or options.transport or url
        return Service(
            name,
            self._transport(name, choice, options.path),
            self._options.timeout if options.timeout is None else options.timeout,
            self._options.retries if options.retries is None else options.retries,
        )

    def _kept(
        self, key: str, make: Callable[[], AsgiTransport | Http1Transport]
    ) -> AsgiTransport | Http1Transport:
        if key not in self._transports:
            self._transports[key] = make()
        return self._transports[key]

    def _transport(self, name: str, choice: TransportChoice, path: str) -> Transport:
        if isinstance(choice, str):
            if choice.startswith("http://"):
                return self._kept(choice, lambda: Http1Transport(choice))
            if choice.startswith("https://"):
                return HttpTransport(choice, self._client)
            if ":" in choice:
                return self._kept(f"{choice} {path}", lambda: AsgiTransport(choice, path))
            raise RouterError(
                f"The service '{name}' has the address '{choice}', which is neither a URL nor an "
                "import string such as 'package.module:app'. Set its url in the settings."
            )
        if hasattr(choice, "send"):
            return choice
        return CallableTransport(choice)
