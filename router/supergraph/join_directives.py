"""Read the join specification's directives: which subgraph has what, and how.

Source: https://specs.apollo.dev/join/v0.3, "Directives"; v0.4 and v0.5 add arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import (
    BooleanValueNode,
    ConstDirectiveNode,
    ConstValueNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
)

from router.errors import SupergraphError
from router.supergraph.model import (
    ContextArgument,
    JoinField,
    JoinImplements,
    JoinType,
    JoinUnionMember,
)
from router.supergraph.type_reference import TypeReference, type_reference

Arguments = dict[str, ConstValueNode]


def applications(directives: Sequence[ConstDirectiveNode] | None, name: str) -> Iterator[Arguments]:
    """Yield the arguments of each application of a directive."""
    for directive in directives or ():
        if directive.name.value == name:
            yield {argument.name.value: argument.value for argument in directive.arguments or ()}


def read_join_types(directives: Sequence[ConstDirectiveNode] | None) -> tuple[JoinType, ...]:
    """Read `@join__type`."""
    return tuple(
        JoinType(
            graph=required(arguments, "graph"),
            key=string(arguments, "key"),
            extension=boolean(arguments, "extension", default=False),
            resolvable=boolean(arguments, "resolvable", default=True),
            is_interface_object=boolean(arguments, "isInterfaceObject", default=False),
        )
        for arguments in applications(directives, "join__type")
    )


def read_join_implements(
    directives: Sequence[ConstDirectiveNode] | None,
) -> tuple[JoinImplements, ...]:
    """Read `@join__implements`."""
    return tuple(
        JoinImplements(required(arguments, "graph"), required(arguments, "interface"))
        for arguments in applications(directives, "join__implements")
    )


def read_join_union_members(
    directives: Sequence[ConstDirectiveNode] | None,
) -> tuple[JoinUnionMember, ...]:
    """Read `@join__unionMember`."""
    return tuple(
        JoinUnionMember(required(arguments, "graph"), required(arguments, "member"))
        for arguments in applications(directives, "join__unionMember")
    )


def read_enum_value_graphs(directives: Sequence[ConstDirectiveNode] | None) -> tuple[str, ...]:
    """Read `@join__enumValue`."""
    return tuple(
        required(arguments, "graph") for arguments in applications(directives, "join__enumValue")
    )


def read_join_fields(directives: Sequence[ConstDirectiveNode] | None) -> tuple[JoinField, ...]:
    """Read `@join__field`."""
    return tuple(_join_field(a) for a in applications(directives, "join__field"))


def _join_field(arguments: Arguments) -> JoinField:
    type_text = string(arguments, "type")
    return JoinField(
        graph=string(arguments, "graph"),
        requires=string(arguments, "requires"),
        provides=string(arguments, "provides"),
        type=None if type_text is None else read_type(type_text),
        external=boolean(arguments, "external", default=False),
        override=string(arguments, "override"),
        used_overridden=boolean(arguments, "usedOverridden", default=False),
        override_label=string(arguments, "overrideLabel"),
        context_arguments=_context_arguments(arguments.get("contextArguments")),
    )


def _context_arguments(node: ConstValueNode | None) -> tuple[ContextArgument, ...]:
    if not isinstance(node, ListValueNode):
        return ()
    found = []
    for value in node.values:
        if not isinstance(value, ObjectValueNode):
            raise SupergraphError("`contextArguments` of @join__field must hold objects.")
        fields = {field.name.value: field.value for field in value.fields}
        found.append(
            ContextArgument(
                context=required(fields, "context"),
                name=required(fields, "name"),
                type=read_type(required(fields, "type")),
                selection=required(fields, "selection"),
            )
        )
    return tuple(found)


def read_type(text: str) -> TypeReference:
    """Read a type reference written in a string."""
    return type_reference("".join(text.split()))


def string(arguments: Arguments, name: str) -> str | None:
    """Return a string or the name of an enum value; None where it is absent or null."""
    node = arguments.get(name)
    return node.value if isinstance(node, StringValueNode | EnumValueNode) else None


def required(arguments: Arguments, name: str) -> str:
    """Return a string or the name of an enum value. Raises `SupergraphError` where it is absent."""
    value = string(arguments, name)
    if value is None:
        raise SupergraphError(f"A directive of the join specification lacks its argument `{name}`.")
    return value


def boolean(arguments: Arguments, name: str, *, default: bool) -> bool:
    """Return a boolean."""
    node = arguments.get(name)
    return node.value if isinstance(node, BooleanValueNode) else default
