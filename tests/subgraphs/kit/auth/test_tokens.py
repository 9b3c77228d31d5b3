"""Which tokens count: the issuer's own, for this audience, signed with its key, in their time."""

import asyncio
import hmac
import time
from collections.abc import Callable
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from jwt.utils import base64url_encode
from written_tokens import claims, signed

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.keys import public_jwk, signing_key
from subgraphs.kit.auth.roles import Role, scopes_of
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import InvalidToken, Verifier

TokenFor = Callable[..., str]


async def test_a_token_says_who_asks(identity: IdentitySettings, token_for: TokenFor) -> None:
    token = token_for(Role.PHYSICIAN, practitioner_id="p1")
    assert await Verifier(identity).actor_of(token) == Actor(
        id="test:physician",
        roles=frozenset({"physician"}),
        scopes=scopes_of(["physician"]),
        practitioner_id="p1",
    )


async def test_the_scopes_of_a_token_without_any_follow_from_its_roles(
    identity: IdentitySettings,
) -> None:
    token = signed(identity, claims(scope=None, roles=["auditor", "unknown"]))
    assert "audit:read" in (await Verifier(identity).actor_of(token)).scopes


async def test_a_token_gives_the_scopes_it_names_and_no_more(identity: IdentitySettings) -> None:
    token = signed(identity, claims(scope="patient:read", roles=["physician"]))
    assert (await Verifier(identity).actor_of(token)).scopes == {"patient:read"}


WRONG: dict[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - 60},
    "not yet": {"nbf": int(time.time()) + 86_400},
    "made in the future": {"iat": int(time.time()) + 86_400},
    "of another issuer": {"iss": "somebody"},
    "for another audience": {"aud": "another"},
    "for nobody": {"sub": None},
    "for ever": {"exp": None},
    "with a scope that is no text": {"scope": ["patient:read"]},
    "with roles that are no list": {"roles": "physician"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
async def test_a_token_that_does_not_fit_is_refused(
    identity: IdentitySettings, changes: dict[str, Any]
) -> None:
    token = signed(identity, claims(**changes))
    with pytest.raises(InvalidToken):
        await Verifier(identity).actor_of(token)


async def test_a_token_is_refused_once_it_expires_although_it_was_read_before(
    identity: IdentitySettings,
) -> None:
    verifier = Verifier(identity)
    # Clocks may differ by five seconds: this one expired three seconds ago.
    token = signed(identity, claims(exp=int(time.time()) - 3))
    await verifier.actor_of(token)
    await asyncio.sleep(2.1)
    with pytest.raises(InvalidToken):
        await verifier.actor_of(token)


def unsigned(_identity: IdentitySettings) -> str:
    return jwt.encode(claims(), None, "none")


def unsigned_with_our_key_id(identity: IdentitySettings) -> str:
    return jwt.encode(claims(), None, "none", headers={"kid": signing_key(identity).id})


def signed_with_the_public_key_as_a_secret(identity: IdentitySettings) -> str:
    key = signing_key(identity)
    public = key.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": key.id}
    content = b".".join(base64url_encode(orjson.dumps(part)) for part in (header, claims()))
    return (content + b"." + base64url_encode(hmac.digest(public, content, "sha256"))).decode()


def signed_with_another_key(identity: IdentitySettings) -> str:
    other = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(claims(), other, "ES256", headers={"kid": signing_key(identity).id})


def with_a_key_of_its_own(_identity: IdentitySettings) -> str:
    other = ec.generate_private_key(ec.SECP256R1())
    jwk = public_jwk(other.public_key())
    return jwt.encode(claims(), other, "ES256", headers={"kid": jwk["kid"], "jwk": jwk})


def changed(identity: IdentitySettings) -> str:
    header, _, signature = signed(identity, claims()).split(".")
    other = base64url_encode(orjson.dumps(claims(sub="eva"))).decode()
    return f"{header}.{other}.{signature}"


def garbage(_identity: IdentitySettings) -> str:
    return "a.b.c"


def nothing(_identity: IdentitySettings) -> str:
    return ""


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        unsigned_with_our_key_id,
        signed_with_the_public_key_as_a_secret,
        signed_with_another_key,
        with_a_key_of_its_own,
        changed,
        garbage,
        nothing,
    ],
)
async def test_a_forged_token_is_refused_and_not_quoted(
    identity: IdentitySettings, forge: Callable[[IdentitySettings], str]
) -> None:
    with pytest.raises(InvalidToken) as refused:
        await Verifier(identity).actor_of(forge(identity))
    assert str(refused.value) == ""
    assert refused.value.__cause__ is None
