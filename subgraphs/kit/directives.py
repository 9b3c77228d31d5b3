"""Directives on fields that have a resolver, in a form that the type checker can follow."""

from collections.abc import Callable

from strawberry.types.field import StrawberryField


def with_directives(*directives: object) -> Callable[[StrawberryField], StrawberryField]:
    """Put directives on a field.

    @with_directives(RequiresScopes(scopes=[["patient:read"]]))
    @strawberry.field
    async def patients(self, info: Info) -> list[Patient]: ...
    """

    def put(field: StrawberryField) -> StrawberryField:
        field.directives = [*field.directives, *directives]
        return field

    return put
