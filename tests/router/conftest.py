"""A small supergraph of two services, executed by graphql-core, with a record of requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, graphql_sync

SUPERGRAPH = Path(__file__).with_name("users_and_posts.graphql").read_text(encoding="utf-8")

_SCHEMAS: Mapping[str, GraphQLSchema] = {
    "users": build_schema(
        """
        scalar _Any
        union _Entity = User
        enum Role { MEMBER GHOST }
        type User { id: ID! name: String role: Role score: Int }
        type Query {
          user(id: ID!): User
          users(first: Int = 2): [User!]!
          _entities(representations: [_Any!]!): [_Entity]!
        }
        type Mutation { rename(id: ID!, name: String!): User }
        """
    ),
    "posts": build_schema(
        """
        scalar _Any
        union _Entity = User
        type User { id: ID! posts: [Post!]! score: Int }
        type Post { title: String author: User }
        input PostFilter { title: String! tags: [String!] }
        type Query {
          posts(filter: PostFilter): [Post!]
          _entities(representations: [_Any!]!): [_Entity]!
        }
        type Mutation { publish(title: String!): Post }
        """
    ),
}


class World:
    """Rows, the services over them, and what was asked of each."""

    supergraph = SUPERGRAPH

    def __init__(self) -> None:
        self.names = {"1": "Ana", "2": "Bia", "3": "Caio"}
        self.roles = {"3": "GHOST"}
        self.titles = [("1", "First"), ("1", "Second"), ("2", "Third")]
        self.requests: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []

    @property
    def transports(self) -> dict[str, Callable[..., Any]]:
        return {name: self.service(name) for name in _SCHEMAS}

    def service(self, name: str) -> Callable[..., Any]:
        """The service as a function from a request to a response."""

        def answer(request: dict[str, Any], headers: Mapping[str, str]) -> Any:
            self.requests.append((name, request, headers))
            result = graphql_sync(
                _SCHEMAS[name],
                request["query"],
                root_value=getattr(self, f"_{name}")(),
                variable_values=request.get("variables"),
                operation_name=request.get("operationName"),
            )
            return result.formatted

        return answer

    @property
    def asked(self) -> list[str]:
        """The names of the services asked, in order."""
        return [name for name, _, _ in self.requests]

    def _user(self, number: str) -> dict[str, Any] | None:
        if number not in self.names:
            return None
        return {
            "__typename": "User",
            "id": number,
            "name": self.names[number],
            "role": self.roles.get(number, "MEMBER"),
            "score": 1,
        }

    def _author(self, number: str) -> dict[str, Any]:
        posts = [
            {"title": title, "author": lambda _info: self._author(number)}
            for author, title in self.titles
            if author == number
        ]
        return {"__typename": "User", "id": number, "posts": posts, "score": 2}

    def _users(self) -> dict[str, Any]:
        def rename(_info: Any, *, id: str, name: str) -> Any:
            self.names[id] = name
            return self._user(id)

        return {
            "user": lambda _info, *, id: self._user(id),
            "users": lambda _info, *, first: [self._user(each) for each in self.names][:first],
            "rename": rename,
            "_entities": lambda _info, *, representations: [
                self._user(each["id"]) for each in representations
            ],
        }

    def _posts(self) -> dict[str, Any]:
        def posts(_info: Any, *, filter: dict[str, Any] | None = None) -> Any:
            return [
                {"title": title, "author": self._author(author)}
                for author, title in self.titles
                if filter is None or filter["title"] == title
            ]

        def publish(_info: Any, *, title: str) -> Any:
            self.titles.append(("1", title))
            return {"title": title, "author": self._author("1")}

        return {
            "posts": posts,
            "publish": publish,
            "_entities": lambda _info, *, representations: [
                self._author(each["id"]) for each in representations
            ],
        }


@pytest.fixture
def world() -> World:
    return World()
