"""How the router shows a subgraph that it is the router: a secret beside the client's token.

A header that is the same for every request is what each federation router can send, by its settings
alone. Who has it may ask for ``_entities`` and what is ``@inaccessible``, as far as the token
allows.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.keys import UnusableKeys, create, text_of
from subgraphs.kit.auth.roles import INTERNAL
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import InvalidToken

HEADER = "router-secret"


class NotTheRouter(InvalidToken):
    """A request names a router's secret that is not this network's."""


class RouterCredential:
    """Knows the router by its secret."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._accepted: tuple[bytes, ...] = ()

    def vouch(self, actor: Actor, headers: Mapping[str, str]) -> Actor:
        """The actor, with what the router may ask beside where the router asks for them.

        Raises ``NotTheRouter`` for a wrong secret, and ``UnusableKeys`` where there is none to
        compare it with.
        """
        given = headers.get(HEADER)
        if given is None:
            return actor
        self._accepted = self._accepted or tuple(
            each.encode() for each in router_secrets(self._settings)
        )
        # All are compared, each in constant time: how long it takes tells nothing.
        matches = [hmac.compare_digest(given.encode(), each) for each in self._accepted]
        if not any(matches):
            raise NotTheRouter
        return replace(actor, scopes=actor.scopes | {INTERNAL})


def router_secrets(settings: IdentitySettings) -> list[str]:
    """The secrets that count: ``ROUTER_SECRET``, which may hold an old one beside the new.

    In development one is made where none is set. Raises ``UnusableKeys``.
    """
    given = settings.router_secret.get_secret_value().split()
    if given:
        return given
    if settings.environment == "production":
        raise UnusableKeys("ROUTER_SECRET is not set, and production makes none by itself.")
    return [router_secret_in(settings.identity_folder)]


def router_secret_in(folder: Path) -> str:
    """The secret of the router on this machine; where there is none it is made."""
    path = folder / "router-secret"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        create(path, secrets.token_urlsafe(32).encode())
    return text_of(path).strip()
