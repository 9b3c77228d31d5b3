"""Domain errors: kept, restored, shown."""

import pytest
from sqlalchemy.exc import IntegrityError

from subgraphs.kit.constraints import violated_constraint
from subgraphs.kit.errors import DomainError, InvalidInput, NotFound, StaleVersion
from subgraphs.kit.user_errors import (
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    as_user_error,
)


class Peculiar(InvalidInput):
    code = "TEST_PECULIAR"

    def __init__(self, number: int) -> None:
        super().__init__(f"Número {number}.", path=["number"], details={"number": number})


def test_an_error_comes_back_from_its_record_as_its_own_class() -> None:
    restored = DomainError.from_record(Peculiar(7).to_record())
    assert isinstance(restored, Peculiar)
    assert (restored.message, restored.path, restored.details) == (
        "Número 7.",
        ["number"],
        {"number": 7},
    )


def test_two_errors_cannot_share_a_code() -> None:
    with pytest.raises(TypeError, match="reuses the code NOT_FOUND"):
        type("Other", (DomainError,), {"code": "NOT_FOUND"})


def test_an_error_shows_as_the_type_of_its_nearest_class() -> None:
    assert type(as_user_error(NotFound("Não há."))) is NotFoundError
    shown = as_user_error(Peculiar(7))
    assert type(shown) is InvalidInputError
    assert (shown.code, shown.path) == ("TEST_PECULIAR", ["number"])
    stale = as_user_error(StaleVersion(4))
    assert isinstance(stale, StaleVersionError)
    assert stale.current_version == 4


def test_an_error_that_a_union_lacks_is_raised_again() -> None:
    with pytest.raises(NotFound):
        as_user_error(NotFound("Não há."), {InvalidInput: InvalidInputError})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UNIQUE constraint failed: patients.cpf", "uq_patients_cpf"),
        ("UNIQUE constraint failed: prices.payer, prices.day", "uq_prices_payer_day"),
        ("CHECK constraint failed: ck_visits_ends", "ck_visits_ends"),
        ("FOREIGN KEY constraint failed", None),
    ],
)
def test_sqlite_tells_which_rule_was_broken(text: str, name: str | None) -> None:
    assert violated_constraint(IntegrityError("…", None, Exception(text))) == name
