"""Tokens and keys: which count, for how long, and what follows when the keys change or are away."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from router import Router
from router.errors import RouterError
from router.gateway import AuthenticationOptions, GatewayOptions, Response

CLOCK = {"clock": "noon"}


def router_of(world: Any, options: AuthenticationOptions) -> Router:
    gateway = GatewayOptions(authentication=options)
    return Router(world.supergraph, transports=world.transports, options=gateway)


async def clock(router: Router, authorization: str) -> Response:
    return await router.execute("{ clock }", headers={"authorization": authorization})


def status(response: Response) -> int:
    assert response.refusal is not None
    [error] = response.errors
    code = {401: "UNAUTHENTICATED", 503: "AUTHENTICATION_UNAVAILABLE"}[response.refusal.status]
    assert error["extensions"]["code"] == code
    return response.refusal.status


async def test_a_token_that_does_not_count_is_refused_whatever_is_asked(
    guarded: Any, issuer: Any
) -> None:
    router = router_of(guarded, issuer.options(issuer="https://idp", audience="clinic"))
    good = {"iss": "https://idp", "aud": ["clinic", "other"]}
    assert (await clock(router, f"bearer {issuer.token(**good)}")).data == CLOCK
    other_key = ec.generate_private_key(ec.SECP256R1())
    claims = {**good, "exp": time.time() + 60}
    secret = issuer.public_pem.replace(b"-", b"_")
    bad = [
        issuer.token(**{**good, "exp": time.time() - 60}),
        issuer.token(**{**good, "exp": None}),
        issuer.token(**good, nbf=time.time() + 60),
        issuer.token(iss="https://idp"),
        issuer.token(iss="https://idp", aud="elsewhere"),
        issuer.token(aud="clinic"),
        issuer.token(iss="https://other", aud="clinic"),
        issuer.token(**good)[:-8] + "AAAAAAAA",
        jwt.encode(claims, other_key, algorithm="ES256", headers={"kid": "first"}),
        jwt.encode(claims, other_key, algorithm="ES256", headers={"kid": "unknown"}),
        jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "first"}),
        jwt.encode(claims, None, algorithm="none", headers={"kid": "first"}),
        "nonsense",
        "a.b.c",
        "\udc80.x.y",
        urlsafe_b64encode(b'{"kid":' + b"[" * 20_000).decode() + ".e30.x",
        urlsafe_b64encode(b'{"kid":' + b"9" * 20_000 + b"}").decode() + ".e30.x",
        issuer.token(**{**good, "exp": [1]}),
    ]
    for token in bad:
        assert status(await clock(router, f"Bearer {token}")) == 401
    for header in ("Bearer", "Bearer ", "Basic dTpw", issuer.token(**good)):
        assert status(await clock(router, header)) == 401
    public = await router.execute("{ total }", headers={"authorization": "Bearer nonsense"})
    assert status(public) == 401
    assert guarded.asked == ["people"]


async def test_what_is_wrong_with_a_token_is_not_told_nor_the_token(
    guarded: Any, issuer: Any
) -> None:
    router = router_of(guarded, issuer.options(audience="clinic"))
    token = issuer.token(aud="elsewhere", cpf="12345678909")
    response = await clock(router, f"Bearer {token}")
    assert status(response) == 401
    told = response.body.decode()
    assert "elsewhere" not in told
    assert token not in told
    assert response.refusal is not None
    assert response.refusal.headers == {"www-authenticate": 'Bearer error="invalid_token"'}


async def test_a_remembered_token_ends_when_it_says(guarded: Any, issuer: Any) -> None:
    router = router_of(guarded, issuer.options())
    token = f"Bearer {issuer.token(exp=time.time() + 1.2)}"
    assert (await clock(router, token)).data == CLOCK
    assert (await clock(router, token)).data == CLOCK
    await asyncio.sleep(2.2)  # "exp" is read in whole seconds
    assert status(await clock(router, token)) == 401


async def test_scopes_are_read_from_the_claim_that_is_set(guarded: Any, issuer: Any) -> None:
    router = router_of(guarded, issuer.options(scopes_claim="permissions"))
    for claims, cpf in (
        ({"permissions": ["admin", 7]}, "cpf 1"),
        ({"permissions": "x admin"}, "cpf 1"),
        ({"scope": "admin"}, None),
        ({"permissions": {"admin": True}}, None),
        ({"permissions": "administrator"}, None),
    ):
        response = await router.execute("{ me { name cpf } }", headers=issuer.bearer(**claims))
        assert response.data == {"me": {"name": "P1", "cpf": cpf}}


@pytest.mark.parametrize(
    ("make", "algorithm", "listed"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), "RS256", None),
        (lambda: rsa.generate_private_key(65537, 2048), "PS384", ("PS384",)),
        (lambda: ec.generate_private_key(ec.SECP384R1()), "ES384", ("ES384",)),
        (ed25519.Ed25519PrivateKey.generate, "EdDSA", None),
    ],
)
async def test_a_public_key_in_a_file_verifies_what_it_is_made_for(
    make: Any, algorithm: str, listed: Any, guarded: Any, tmp_path: Path
) -> None:
    key = make()
    file = tmp_path / "key.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    token = jwt.encode({"exp": time.time() + 60}, key, algorithm=algorithm)
    options: dict[str, Any] = {} if listed is None else {"algorithms": listed}
    router = router_of(guarded, AuthenticationOptions(public_key_file=file, **options))
    assert (await clock(router, f"Bearer {token}")).data == CLOCK
    others = AuthenticationOptions(public_key_file=file, algorithms=("ES256", "RS512"))
    assert status(await clock(router_of(guarded, others), f"Bearer {token}")) == 401


async def test_only_keys_to_verify_signatures_count(guarded: Any, issuer: Any) -> None:
    [jwk] = issuer.jwks["keys"]
    useless = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "first"},
        {**jwk, "use": "enc"},
        {**jwk, "crv": "P-9"},
        {"kty": "OKP", "crv": "X25519", "x": "A" * 43, "kid": "x"},
    ]
    issuer.jwks_file.write_bytes(orjson.dumps({"keys": [*useless, {**jwk, "kid": "first"}]}))
    router = router_of(guarded, issuer.options())
    assert (await clock(router, f"Bearer {issuer.token()}")).data == CLOCK
    unnamed = jwt.encode({"exp": time.time() + 60}, issuer.key, algorithm="ES256")
    assert (await clock(router, f"Bearer {unnamed}")).data == CLOCK
    issuer.jwks_file.write_bytes(orjson.dumps({"keys": [jwk, {**jwk, "kid": "second"}]}))
    assert status(await clock(router_of(guarded, issuer.options()), f"Bearer {unnamed}")) == 401
    for content in (b"{}", b"[]", b"{", orjson.dumps({"keys": useless})):
        issuer.jwks_file.write_bytes(content)
        with pytest.raises(RouterError, match="not a JWKS or a PEM public key"):
            router_of(guarded, issuer.options())


async def test_keys_that_change_are_read_again_and_old_tokens_count_no_more(
    guarded: Any, issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = router_of(guarded, issuer.options())
    old = f"Bearer {issuer.token()}"
    assert (await clock(router, old)).data == CLOCK
    issuer.rotate("second")
    new = f"Bearer {issuer.token()}"
    assert status(await clock(router, new)) == 401, "unknown keys are not looked for at once again"
    start = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + 11)
    assert (await clock(router, new)).data == CLOCK
    assert status(await clock(router, old)) == 401


async def test_known_keys_stay_good_while_their_file_is_away(
    guarded: Any, issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = router_of(guarded, issuer.options())
    issuer.jwks_file.unlink()
    start = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + 11)
    assert (await clock(router, f"Bearer {issuer.token()}")).data == CLOCK


def test_what_does_not_fit_is_told_when_the_router_is_made(
    guarded: Any, issuer: Any, tmp_path: Path
) -> None:
    with pytest.raises(RouterError, match="one of jwks_url, jwks_file and public_key_file"):
        issuer.options(jwks_url="http://x")
    with pytest.raises(RouterError, match="an audience and no keys"):
        AuthenticationOptions(audience="clinic")
    with pytest.raises(RouterError, match=r"algorithms HS256 must be of .*ES256"):
        issuer.options(algorithms=("ES256", "HS256"))
    with pytest.raises(RouterError, match="cannot be read: No such file"):
        router_of(guarded, AuthenticationOptions(jwks_file=tmp_path / "none"))
