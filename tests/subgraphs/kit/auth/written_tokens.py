"""Tokens and keys as the tests write them."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from subgraphs.kit.auth.keys import signing_key
from subgraphs.kit.auth.settings import IdentitySettings


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {
        "iss": "sgm-development",
        "aud": "sgm",
        "sub": "ana",
        "iat": now,
        "exp": now + 60,
        "scope": "patient:read record:read",
        "roles": ["physician"],
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(identity: IdentitySettings, content: dict[str, Any], **header: Any) -> str:
    key = signing_key(identity)
    return jwt.encode(content, key.key, key.algorithm, headers={"kid": key.id, **header})


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
