"""Somebody with a token who asks the router; a mutation is its name and its input."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

API = Path(__file__).parents[2] / "schema" / "api.graphql"

UNHEARD = {
    "AppointmentServiceUnavailable",
    "AppointmentsUnavailable",
    "PatientServiceUnavailable",
    "RecordsServiceUnavailable",
    "RecordsUnavailable",
}
ATTEMPTS = 10


@cache
def api() -> GraphQLSchema:
    """The schema that the router's clients see."""
    return build_schema(API.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Person:
    """Who asks, and at which router."""

    name: str
    token: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    router: str

    @property
    def headers(self) -> dict[str, str]:
        """What tells a service who asks."""
        return {"authorization": f"Bearer {self.token}"}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post(self.router, json=body, headers=self.headers)
        content: dict[str, Any] = answer.json()
        return content

    async def get(self, query: str, **variables: Any) -> Any:
        """The data of an answer that must have no error."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, (self.name, query, answer["errors"])
        return answer["data"]

    async def do(self, mutation: str, fields: str, **input: Any) -> dict[str, Any]:
        """A mutation that must go well; of its answer, the fields asked for.

        They are those of the first type of the answer's union, or fragments on several.
        """
        done = await self.attempt(mutation, fields, **input)
        assert "code" not in done, (self.name, mutation, done)
        return done

    async def attempt(self, mutation: str, fields: str = "", **input: Any) -> dict[str, Any]:
        """A mutation, and what came of it: the fields, or `__typename`, `code` and `message`.

        Where a service did not hear from another in time, as on a busy machine, it is sent again
        with the same key.
        """
        field = mutation_field(mutation)
        query, variables = document(mutation, field, selection(field, fields), input)
        for _ in range(ATTEMPTS):
            answer = await self.get(query, **variables)
            found: dict[str, Any] = answer[mutation]
            if found is None or found.get("__typename") not in UNHEARD:
                break
            await asyncio.sleep(0.2)
        return found


def mutation_field(name: str) -> GraphQLField:
    """The definition of a mutation."""
    mutations = api().mutation_type
    assert mutations is not None
    return mutations.fields[name]


def selection(field: GraphQLField, fields: str) -> str:
    """What is asked of a mutation's answer."""
    answer = get_named_type(field.type)
    if not isinstance(answer, GraphQLUnionType):
        return fields
    if fields and not fields.startswith("..."):
        fields = f"... on {answer.types[0].name} {{ {fields} }}"
    return f"__typename {fields} ... on UserError {{ code message }}"


def document(
    name: str, field: GraphQLField, fields: str, input: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The text of a mutation and its variables, the idempotency key among them."""
    argument = field.args.get("input")
    keyed = field.args
    if argument is not None:
        object_type = get_named_type(argument.type)
        assert isinstance(object_type, GraphQLInputObjectType)
        keyed = object_type.fields
    if "idempotencyKey" in keyed:
        input = {"idempotencyKey": str(uuid4())} | input
    given = {"input": input} if argument is not None else input
    declared = ", ".join(f"${key}: {field.args[key].type}" for key in given)
    passed = ", ".join(f"{key}: ${key}" for key in given)
    return f"mutation({declared}) {{ {name}({passed}) {{ {fields} }} }}", given
