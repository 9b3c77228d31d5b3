"""The keys that sign tokens and verify them: kinds, changes, outages, settings."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from jwt.algorithms import OKPAlgorithm
from jwt.utils import base64url_encode
from pydantic import SecretStr, ValidationError
from written_tokens import claims, pem, signed

from subgraphs.kit.auth import keys
from subgraphs.kit.auth.keys import UnusableKeys, public_jwk, signing_key
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import InvalidToken, Verifier


class Identity(httpx.AsyncBaseTransport):
    """An identity provider that publishes some keys, and can be down."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.asked = 0
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.down:
            raise httpx.ConnectError("down")
        return httpx.Response(200, content=orjson.dumps({"keys": self.keys}))


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["ES256", "RS256", "EdDSA"],
)
async def test_each_kind_of_key_signs_and_verifies_as_pem_and_as_jwks(
    tmp_path: Path, key: Any
) -> None:
    private = IdentitySettings(jwt_private_key=SecretStr(pem(key)))
    token = signed(private, claims())
    public = key.public_key()
    jwks = tmp_path / "jwks.json"
    jwks.write_bytes(orjson.dumps({"keys": [public_jwk(public)]}))
    text = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for given in (str(jwks), text):
        verifier = Verifier(IdentitySettings(jwt_keys=given))
        assert (await verifier.actor_of(token)).id == "ana"


async def test_a_new_key_of_the_issuer_is_fetched_and_the_old_one_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Identity()
    old, new = (IdentitySettings(identity_folder=tmp_path / name) for name in ("old", "new"))
    provider.keys = [signing_key(old).jwk]
    verifier = Verifier(IdentitySettings(jwt_keys="https://identity.example/jwks"), provider)
    await asyncio.gather(*(verifier.actor_of(signed(old, claims())) for _ in range(5)))
    assert provider.asked == 1
    provider.keys = [signing_key(new).jwk]
    with pytest.raises(InvalidToken):
        await verifier.actor_of(signed(new, claims()))
    assert provider.asked == 1, "a token of an unknown key must not make us ask every time"
    monkeypatch.setattr(keys, "_RETRY_SECONDS", 0)
    assert (await verifier.actor_of(signed(new, claims()))).id == "ana"
    with pytest.raises(InvalidToken):
        await verifier.actor_of(signed(old, claims(sub="another")))


async def test_known_keys_outlast_an_outage_of_the_issuer(
    identity: IdentitySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Identity()
    provider.keys = [signing_key(identity).jwk]
    verifier = Verifier(IdentitySettings(jwt_keys="https://identity.example/jwks"), provider)
    await verifier.actor_of(signed(identity, claims()))
    provider.down = True
    monkeypatch.setattr(keys, "_REFRESH_SECONDS", -1)
    assert (await verifier.actor_of(signed(identity, claims(sub="eva")))).id == "eva"


async def test_without_any_key_nobody_is_let_in_and_the_reason_is_told(
    identity: IdentitySettings,
) -> None:
    provider = Identity()
    provider.down = True
    verifier = Verifier(IdentitySettings(jwt_keys="https://identity.example/jwks"), provider)
    with pytest.raises(UnusableKeys, match=r"identity\.example"):
        await verifier.actor_of(signed(identity, claims()))


async def test_a_secret_in_the_jwks_verifies_nothing(tmp_path: Path) -> None:
    secret = b"x" * 32
    jwk = {"kty": "oct", "k": base64url_encode(secret).decode(), "kid": "s"}
    jwks = tmp_path / "jwks.json"
    jwks.write_bytes(orjson.dumps({"keys": [jwk, {"kty": "new"}, "x"]}))
    token = jwt.encode(claims(), secret, "HS256", headers={"kid": "s"})
    with pytest.raises(InvalidToken):
        await Verifier(IdentitySettings(jwt_keys=str(jwks))).actor_of(token)


def test_processes_that_start_together_share_one_development_key(tmp_path: Path) -> None:
    identity = IdentitySettings(identity_folder=tmp_path / "identity")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: signing_key(identity).id, range(8)))
    assert len(set(made)) == 1
    private = identity.identity_folder / "private-key.pem"
    assert private.stat().st_mode & 0o077 == 0
    published = orjson.loads((identity.identity_folder / "jwks.json").read_bytes())
    assert [key["kid"] for key in published["keys"]] == made[:1]
    assert sorted(path.name for path in identity.identity_folder.iterdir()) == [
        "jwks.json",
        "private-key.pem",
    ]


def test_another_curve_is_refused() -> None:
    weak = SecretStr(pem(ec.generate_private_key(ec.SECP384R1())))
    with pytest.raises(UnusableKeys, match="ES256"):
        signing_key(IdentitySettings(jwt_private_key=weak))


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = SecretStr(str(tmp_path / "none.pem"))
    with pytest.raises(UnusableKeys, match=r"none\.pem"):
        signing_key(IdentitySettings(jwt_private_key=missing))


def test_production_makes_no_key_and_lets_nobody_in_by_default() -> None:
    production = IdentitySettings(environment="production", jwt_keys="https://x.example/jwks")
    with pytest.raises(UnusableKeys, match="JWT_PRIVATE_KEY"):
        signing_key(production)
    with pytest.raises(ValidationError, match="JWT_KEYS"):
        IdentitySettings(environment="production")
    with pytest.raises(ValidationError, match="development only"):
        IdentitySettings(environment="production", jwt_keys="x", authentication="optional")


def test_thumbprints_follow_the_rfc() -> None:
    # RFC 8037, appendix A.3.
    key = OKPAlgorithm.from_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    )
    assert public_jwk(key)["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
