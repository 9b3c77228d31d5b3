"""The schema's requirements, enforced by the subgraph itself.

The router checks them too, but a subgraph also answers to who reaches its port: ``_entities``
would hand out what the router refuses. What nobody declared a requirement for costs nothing: its
resolver stays as it was.

* A field with a requirement, or whose type (object, interface, enum, scalar) has one, is checked
  before its resolver runs. A field of an object also has the requirement that an interface
  declares for it.
* An object whose type has a requirement is checked again where it comes to be written, which
  covers unions, interfaces and ``_entities``; policies are asked there, about the object.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    default_field_resolver,
    get_named_type,
)

from subgraphs.kit.auth.policies import Access, Policy
from subgraphs.kit.auth.requirements import NOTHING, Requirement, declared_by

UNAUTHORIZED = "UNAUTHORIZED_FIELD_OR_TYPE"
_DEFINITION = "strawberry-definition"

Policies = Mapping[str, Policy]
Info = GraphQLResolveInfo[Any]


class UnknownPolicy(Exception):
    """The schema names a policy that nobody registered."""


def enforce(schema: GraphQLSchema, policies: Policies) -> None:
    """Make every declared requirement hold at run time. Raises ``UnknownPolicy``."""
    for type_ in list(schema.type_map.values()):
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                _guard_field(field, _required(type_, name, field), policies)
            _guard_object(type_, _declared(type_), policies)


def _declared(definition: Any) -> Requirement:
    return declared_by(definition.extensions.get(_DEFINITION))


def _required(type_: GraphQLObjectType, name: str, field: GraphQLField) -> Requirement:
    required = _declared(field)
    for interface in type_.interfaces:
        if name in interface.fields:
            required &= _declared(interface.fields[name])
    shown = get_named_type(field.type)
    of_type = _declared(shown)
    # An object's policies are about the object, so they wait until it is there.
    return required & (of_type.by_token if isinstance(shown, GraphQLObjectType) else of_type)


def _check_names(required: Requirement, policies: Policies) -> None:
    unknown = sorted(required.policy_names - policies.keys())
    if unknown:
        raise UnknownPolicy(f"Pass build_schema the policies {', '.join(unknown)}.")


def _guard_field(field: GraphQLField, required: Requirement, policies: Policies) -> None:
    if not required:
        return
    _check_names(required, policies)
    if field.subscribe is not None:
        field.subscribe = _guarded(field.subscribe, required, policies)
    else:
        field.resolve = _guarded(field.resolve or default_field_resolver, required, policies)


def _guarded(
    resolve: Callable[..., Any], required: Requirement, policies: Policies
) -> Callable[..., Any]:
    refuses = required.refuses

    @wraps(resolve)
    def by_token(source: Any, info: Info, **arguments: Any) -> Any:
        if refuses(info.context.actor):
            raise _refusal()
        return resolve(source, info, **arguments)

    @wraps(resolve)
    async def by_policy(source: Any, info: Info, **arguments: Any) -> Any:
        if refuses(info.context.actor):
            raise _refusal()
        await _ask(required, policies, Access(info.context, source, arguments))
        result = resolve(source, info, **arguments)
        return await result if info.is_awaitable(result) else result

    return by_policy if required.policies else by_token


def _guard_object(type_: GraphQLObjectType, required: Requirement, policies: Policies) -> None:
    if required == NOTHING:
        return
    _check_names(required, policies)
    definition = type_.extensions[_DEFINITION]
    is_one = type_.is_type_of or (lambda value, _info: definition.is_implemented_by(value))

    async def allowed(value: Any, info: Info) -> bool:
        await _ask(required, policies, Access(info.context, value, {}))
        return True

    def is_type_of(value: Any, info: Info) -> bool | Awaitable[bool]:
        if not is_one(value, info):
            return False
        if required.refuses(info.context.actor):
            raise _refusal()
        return allowed(value, info) if required.policies else True

    type_.is_type_of = is_type_of


async def _ask(required: Requirement, policies: Policies, access: Access) -> None:
    if access.context.actor.unrestricted:
        return
    if not await access.context.policy_answers.allow(required.policies, policies, access):
        raise _refusal()


def _refusal() -> GraphQLError:
    return GraphQLError("Você não tem permissão para isto.", extensions={"code": UNAUTHORIZED})
