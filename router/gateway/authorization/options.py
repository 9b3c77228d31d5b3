"""How the router knows who asks, and what it does with what they may not read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from router.errors import RouterError

ASYMMETRIC = frozenset(
    {
        *("ES256", "ES384", "ES512", "RS256", "RS384", "RS512"),
        *("PS256", "PS384", "PS512", "EdDSA"),
    }
)
"""The algorithms whose keys can be published: a verifier cannot sign (RFC 8725, section 3.1)."""


@dataclass(frozen=True, slots=True)
class AuthenticationOptions:
    """Whose tokens count, and what follows from them.

    The issuer's public keys are at `jwks_url` or in `jwks_file` (RFC 7517), or there is one in
    `public_key_file` (PEM). `issuer` and `audience` must be in a token where they are set.
    `scopes_claim` holds scopes, as a list or as text with spaces between them. `mode`: fields that
    may not be read are taken out (`filter`), or the whole operation is refused (`reject`).
    `delegate`: what the router cannot decide, the services decide; else it is refused.

    Raises `RouterError` where these do not fit each other.
    """

    jwks_url: str | None = None
    jwks_file: Path | None = None
    public_key_file: Path | None = None
    issuer: str | None = None
    audience: str | None = None
    algorithms: tuple[str, ...] = ("ES256", "RS256", "EdDSA")
    scopes_claim: str = "scope"
    mode: Literal["filter", "reject"] = "filter"
    delegate: bool = True

    def __post_init__(self) -> None:
        sources = [self.jwks_url, self.jwks_file, self.public_key_file]
        if len([each for each in sources if each is not None]) > 1:
            raise RouterError(
                "The settings are wrong: authentication takes one of jwks_url, jwks_file and"
                " public_key_file."
            )
        if not self.is_configured and (self.issuer or self.audience):
            raise RouterError(
                "The settings are wrong: authentication has an issuer or an audience and no keys."
                " Set jwks_url, jwks_file or public_key_file."
            )
        unknown = sorted(set(self.algorithms) - ASYMMETRIC)
        if unknown or not self.algorithms:
            raise RouterError(
                f"The settings are wrong: authentication.algorithms {', '.join(unknown)} must be"
                f" of {', '.join(sorted(ASYMMETRIC))}."
            )

    @property
    def is_configured(self) -> bool:
        """Whether there are keys by which tokens can be verified."""
        sources = (self.jwks_url, self.jwks_file, self.public_key_file)
        return any(each is not None for each in sources)
