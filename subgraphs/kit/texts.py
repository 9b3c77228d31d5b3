"""Texts that a database cannot keep are refused before they are written, on both databases alike.

PostgreSQL refuses them too, as an error that tells nobody what to do; SQLite keeps them.
"""

from typing import Any

from sqlalchemy import String, event
from sqlalchemy.orm import DeclarativeBase, Mapper

from subgraphs.kit.errors import InvalidInput


def refuse_what_does_not_fit(base: type[DeclarativeBase]) -> None:
    """Make whoever writes a row of a domain's models raise ``InvalidInput`` where a text is wrong.

    That is one longer than its column, or with a null character in it.
    """
    for moment in ("before_insert", "before_update"):
        event.listen(base, moment, _check, propagate=True)


def _check(mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    # By the row's own dictionary: what was not loaded was not changed either.
    loaded = vars(row)
    for attribute in mapper.column_attrs:
        value, type_ = loaded.get(attribute.key), attribute.columns[0].type
        if not isinstance(value, str) or not isinstance(type_, String):
            continue
        if type_.length is not None and len(value) > type_.length:
            raise InvalidInput(f"Um texto passa de {type_.length} caracteres. Abrevie-o.")
        if "\x00" in value:
            raise InvalidInput("Um texto contém um caractere nulo, que não se pode guardar.")
