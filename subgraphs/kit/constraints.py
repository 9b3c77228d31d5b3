"""How the database refused: which rule was broken, or that a race was lost and can be run again."""

import re

from sqlalchemy.exc import DBAPIError, IntegrityError

# serialization_failure, deadlock_detected
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_RACES = frozenset({"40001", "40P01"})
_SQLITE = re.compile(r"(UNIQUE|CHECK) constraint failed: (.+)")


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint, as the naming convention gives it; None where unknown.

    PostgreSQL tells the name. SQLite tells the columns of a unique constraint, from which the
    convention's name follows, and the name of a check.
    """
    cause = getattr(error.orig, "__cause__", None)
    named = getattr(cause, "constraint_name", None)
    if named:
        return str(named)
    found = _SQLITE.search(str(error.orig))
    if not found:
        return None
    if found[1] == "CHECK":
        return found[2]
    columns = [column.split(".") for column in found[2].split(", ")]
    return f"uq_{columns[0][0]}_{'_'.join(column for _, column in columns)}"


def lost_a_race(error: DBAPIError) -> bool:
    """Whether PostgreSQL ended the transaction so that another one could go on.

    The same transaction, run again from its beginning, may well succeed.
    """
    return getattr(error.orig, "sqlstate", None) in _RACES
