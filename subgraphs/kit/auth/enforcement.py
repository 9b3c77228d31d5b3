"""The schema's requirements, enforced by the subgraph itself.

The router checks them too, but a subgraph also answers to who reaches its port: ``_entities``
would hand out what the router refuses. What nobody declared a requirement for costs nothing: its
resolver stays as it was.

* A field with a requirement, or whose type (object, interface, enum, scalar) has one, is checked
  before its resolver runs. A field of an object also has the requirement that an interface
  declares for it.
* ``_entities``, and what is ``@inaccessible``, answer the router and other services alone.
* An object whose type has a requirement is checked again where it comes to be written, which
  covers unions, interfaces and ``_entities``; policies are asked there, about the object.

As every way to what is guarded leads through here, this is also where it can be audited: an
``Audit`` is told of each refusal, and of each access that a policy was asked about.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
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

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.hiding import check_hiding
from subgraphs.kit.auth.policies import Access, Answers, Policy
from subgraphs.kit.auth.requirements import FROM_ROUTER, NOTHING, Requirement, declared_by

UNAUTHORIZED = "UNAUTHORIZED_FIELD_OR_TYPE"
FOR_THE_ROUTER = "FOR_THE_ROUTER_ALONE"
_DEFINITION = "strawberry-definition"

Policies = Mapping[str, Policy]
Audit = Callable[[Access, bool], Awaitable[None]]
"""Notes an access, and whether it was allowed. What cannot be noted is not shown."""
Info = GraphQLResolveInfo[Any]


class UnknownPolicy(Exception):
    """The schema names a policy that nobody registered."""


@dataclass(frozen=True, slots=True)
class _Rules:
    policies: Policies
    audit: Audit | None

    def check_names(self, required: Requirement) -> None:
        unknown = sorted(required.policy_names - self.policies.keys())
        if unknown:
            raise UnknownPolicy(f"Pass build_schema the policies {', '.join(unknown)}.")


def enforce(schema: GraphQLSchema, policies: Policies, audit: Audit | None = None) -> None:
    """Make every declared requirement hold at run time.

    Raises ``UnknownPolicy``, and ``NotHidden`` for what is ``@inaccessible`` and would not be so.
    """
    rules = _Rules(policies, audit)
    check_hiding(schema)
    for type_ in list(schema.type_map.values()):
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                required = _required(type_, name, field)
                if type_ is schema.query_type and name == "_entities":
                    required &= FROM_ROUTER
                _guard_field(field, f"{type_.name}.{name}", required, rules)
            _guard_object(type_, _declared(type_), rules)


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


def _guard_field(field: GraphQLField, element: str, required: Requirement, rules: _Rules) -> None:
    if not required:
        return
    rules.check_names(required)
    if field.subscribe is not None:
        field.subscribe = _guarded(field.subscribe, element, required, rules)
    else:
        resolve = field.resolve or default_field_resolver
        field.resolve = _guarded(resolve, element, required, rules)


def _guarded(
    resolve: Callable[..., Any], element: str, required: Requirement, rules: _Rules
) -> Callable[..., Any]:
    refuses = required.refuses

    @wraps(resolve)
    def by_token(source: Any, info: Info, **arguments: Any) -> Any:
        if refuses(info.context.actor):
            access = Access(info.context, source, arguments, element)
            return _refuse(required, rules, access)
        return resolve(source, info, **arguments)

    @wraps(resolve)
    async def by_policy(source: Any, info: Info, **arguments: Any) -> Any:
        await _decide(required, rules, Access(info.context, source, arguments, element))
        result = resolve(source, info, **arguments)
        return await result if info.is_awaitable(result) else result

    return by_policy if required.policies else by_token


def _guard_object(type_: GraphQLObjectType, required: Requirement, rules: _Rules) -> None:
    if required == NOTHING:
        return
    rules.check_names(required)
    definition = type_.extensions[_DEFINITION]
    is_one = type_.is_type_of or (lambda value, _info: definition.is_implemented_by(value))

    async def allowed(access: Access) -> bool:
        await _decide(required, rules, access)
        return True

    def is_type_of(value: Any, info: Info) -> bool | Awaitable[bool]:
        if not is_one(value, info):
            return False
        access = Access(info.context, value, {}, type_.name)
        if required.policies:
            return allowed(access)
        if required.refuses(info.context.actor):
            return _refuse(required, rules, access)
        return True

    type_.is_type_of = is_type_of


async def _decide(required: Requirement, rules: _Rules, access: Access) -> None:
    allowed = await _allows(required, rules, access)
    if rules.audit:
        await rules.audit(access, allowed)
    if not allowed:
        raise _refusal(required, access.context.actor)


async def _allows(required: Requirement, rules: _Rules, access: Access) -> bool:
    context = access.context
    if required.refuses(context.actor):
        return False
    if context.actor.unrestricted:
        return True
    answers: Answers = context.policy_answers
    return await answers.allow(required.policies, rules.policies, access)


def _refuse(required: Requirement, rules: _Rules, access: Access) -> Awaitable[bool]:
    """Refuse at once; where it is audited, once that is noted."""
    refusal = _refusal(required, access.context.actor)
    if rules.audit is None:
        raise refusal
    return _noted_refusal(refusal, rules.audit, access)


async def _noted_refusal(refusal: GraphQLError, audit: Audit, access: Access) -> bool:
    await audit(access, False)
    raise refusal


def _refusal(required: Requirement, actor: Actor) -> GraphQLError:
    if required.refuses_outsiders(actor):
        return GraphQLError(
            "Só o roteador e os outros serviços podem pedir isto. Pergunte ao roteador.",
            extensions={"code": FOR_THE_ROUTER},
        )
    return GraphQLError("Você não tem permissão para isto.", extensions={"code": UNAUTHORIZED})
