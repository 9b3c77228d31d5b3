"""A graph that says who may read what, with its services, and an issuer of tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from graphql import GraphQLSchema, build_schema, graphql_sync
from jwt.algorithms import ECAlgorithm

from router.composition import SubgraphSource, compose
from router.gateway import AuthenticationOptions

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key",'
    ' "@external", "@requires", "@authenticated", "@requiresScopes", "@policy"])\n'
)
PEOPLE = """
type Query {
  me: Person
  boss: Person!
  people: [Person!]!
  vault: Vault
  clock: String @authenticated
  things: [Thing!]
  anything: [Anything]
  grade: Grade
  stamp: Stamp
}
type Mutation {
  greet: Person
  fire: Person @requiresScopes(scopes: [["staff:write"]])
}
type Person @key(fields: "id") {
  id: ID!
  name: String
  born: String! @authenticated
  cpf: String @requiresScopes(scopes: [["person:read", "person:id"], ["admin"]])
  diary: String @policy(policies: [["owner"], ["court", "judge"]])
  friend: Person
}
interface Thing { label: String weight: Int }
type Book implements Thing { label: String weight: Int title: String @authenticated }
type Bomb implements Thing { label: String weight: Int @requiresScopes(scopes: [["admin"]]) }
type Vault @authenticated { code: String }
union Anything = Book | Vault
enum Grade @authenticated { LOW HIGH }
scalar Stamp @requiresScopes(scopes: [["admin"]])
"""
BILLING = """
type Query { total: Int }
type Person @key(fields: "id") {
  id: ID!
  cpf: String @external
  debt: Int @requires(fields: "cpf")
    @requiresScopes(scopes: [["person:read", "person:id"], ["admin"]])
  bill: String
}
"""
ENTITIES = """
scalar _Any
union _Entity = Person
extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
"""


@cache
def supergraph() -> str:
    sources = {"people": PEOPLE, "billing": BILLING}
    result = compose(
        [
            SubgraphSource(name=name, url=f"http://127.0.0.1:1/{name}", sdl=LINK + sdl)
            for name, sdl in sources.items()
        ]
    )
    assert result.supergraph_sdl is not None, result.errors
    return result.supergraph_sdl


@cache
def schema(sdl: str) -> GraphQLSchema:
    return build_schema(re.sub(r"@\w+(\([^)]*\))?", "", sdl) + ENTITIES)


def person(number: int, *, friend: bool = True) -> dict[str, Any]:
    return {
        "__typename": "Person",
        "id": str(number),
        "name": f"P{number}",
        "born": "1990",
        "cpf": f"cpf {number}",
        "diary": "dear",
        "friend": person(9, friend=False) if friend else None,
        "bill": f"bill {number}",
    }


BOOK = {"__typename": "Book", "label": "b", "weight": 1, "title": "T"}
BOMB = {"__typename": "Bomb", "label": "x", "weight": 2}


class GuardedWorld:
    """The services, and what was asked of each."""

    sources = (PEOPLE, BILLING)

    def __init__(self) -> None:
        self.supergraph = supergraph()
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []
        self.root: dict[str, Any] = {
            "me": person(1),
            "boss": person(2),
            "people": [person(1), person(2)],
            "vault": {"code": "42"},
            "clock": "noon",
            "things": [BOOK, BOMB],
            "anything": [BOOK, {"__typename": "Vault", "code": "42"}],
            "grade": "LOW",
            "stamp": "s",
            "greet": person(1),
            "fire": person(1),
            "total": 7,
        }

    @property
    def transports(self) -> dict[str, Any]:
        sources = {"people": PEOPLE, "billing": BILLING}
        return {name: self._service(name, sdl) for name, sdl in sources.items()}

    @property
    def asked(self) -> list[str]:
        """The names of the services asked, in order."""
        return [name for name, _, _ in self.requests]

    @property
    def text(self) -> str:
        """All that was asked of all services."""
        return "\n".join(text for _, text, _ in self.requests)

    def _service(self, name: str, sdl: str) -> Any:
        def entities(_info: Any, representations: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [
                {**person(int(each["id"])), "debt": len(each.get("cpf") or "")}
                for each in representations
            ]

        def answer(request: dict[str, Any], headers: Mapping[str, str]) -> Any:
            self.requests.append((name, request["query"], headers))
            root = {**self.root, "_entities": entities}
            variables = request.get("variables")
            result = graphql_sync(
                schema(sdl), request["query"], root_value=root, variable_values=variables
            )
            assert not result.errors, result.errors
            return result.formatted

        return answer


class Issuer:
    """Signs tokens with a key of its own; the public half is in its JWKS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jwks_file = folder / "jwks.json"
        self.requests = 0
        self.rotate("first")

    def rotate(self, name: str) -> None:
        """Make another key the only one."""
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.jwks = {"keys": [{**public, "kid": name, "alg": "ES256", "use": "sig"}]}
        self.jwks_file.write_bytes(orjson.dumps(self.jwks))

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM."""
        public = self.key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, scope: object = "", **claims: Any) -> str:
        """A token that ends in an hour, unless the claims say else."""
        content = {"sub": "u1", "scope": scope, "exp": time.time() + 3600, **claims}
        content = {name: value for name, value in content.items() if value is not None}
        return jwt.encode(content, self.key, algorithm="ES256", headers={"kid": self.name})

    def bearer(self, scope: object = "", **claims: Any) -> dict[str, str]:
        """The headers of a request with a token."""
        return {"Authorization": f"Bearer {self.token(scope, **claims)}"}

    def options(self, **options: Any) -> AuthenticationOptions:
        """Options that trust this issuer's file."""
        return AuthenticationOptions(**{"jwks_file": self.jwks_file, **options})


@pytest.fixture
def guarded() -> GuardedWorld:
    return GuardedWorld()


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)
