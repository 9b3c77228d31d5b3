"""What a request may read: decided from its token, and asked of the policies' hook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from router.errors import RouterError, SupergraphError
from router.gateway.authorization.options import AuthenticationOptions
from router.gateway.authorization.tokens import Identity, Tokens
from router.operation.requirements import KINDS, Demands, Granted, Kind, Requirements
from router.supergraph.model import Supergraph

Policies = Callable[[frozenset[str], Mapping[str, Any]], Awaitable[Iterable[str]]]
"""Given the names of policies and the token's claims (none for nobody): those that hold.

What it raises ends the request: an embedder gets the exception, an HTTP client a 500.
"""


class Authorization:
    """Decides for one router. Raises `RouterError` where options and hook do not fit.

    `identify` is None where no keys are configured: then the router reads no tokens, and the
    services alone decide, or it refuses supergraphs that have something to decide.
    """

    def __init__(self, options: AuthenticationOptions, policies: Policies | None) -> None:
        if policies is not None and not options.is_configured:
            raise RouterError(
                "Policies are decided for whoever a token names. Set authentication's jwks_url,"
                " jwks_file or public_key_file."
            )
        self._options = options
        self._policies = policies
        tokens = Tokens(options) if options.is_configured else None
        self.identify = tokens.identify if tokens is not None else None
        self.rejects = options.mode == "reject"

    def requirements_of(self, supergraph: Supergraph) -> Requirements:
        """What is decided here of a supergraph's demands.

        Raises `SupergraphError` for one that nobody would decide about.
        """
        if self.identify is not None:
            return Requirements(supergraph, self._decided())
        if not self._options.delegate and Requirements(supergraph):
            raise SupergraphError(
                "The supergraph says who may read what (@authenticated, @requiresScopes or"
                " @policy), and the router has no keys to verify tokens with. Set"
                " authentication's jwks_url, jwks_file or public_key_file, or set"
                " authentication.delegate to true to leave it to the services."
            )
        return Requirements(supergraph, ())

    def delegated(self, supergraph: Supergraph) -> str | None:
        """What of a supergraph's demands the services alone decide; None for nothing."""
        decided = self._decided() if self.identify is not None else ()
        left = [kind for kind in KINDS if kind not in decided and Requirements(supergraph, (kind,))]
        return ", ".join(f"@{kind}" for kind in left) or None

    async def held(self, demands: Demands, identity: Identity) -> Demands:
        """Those of the demands that hold for a request."""
        policies: Iterable[str] = ()
        asked = [each.names for each in demands if each.kind == "policy"]
        if asked and self._policies is not None:
            policies = await self._policies(frozenset[str]().union(*asked), identity.claims)
        granted = Granted(identity.is_authenticated, identity.scopes, frozenset(policies))
        return frozenset(each for each in demands if granted.meets(each))

    def _decided(self) -> tuple[Kind, ...]:
        if self._policies is None and self._options.delegate:
            return ("authenticated", "requiresScopes")
        return KINDS
