"""The rules of patients, without a database."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cpf as cpf_rules

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.contacts import (
    Address,
    Contact,
    normalized_address,
    normalized_email,
    normalized_phone,
)
from subgraphs.patients.domain.documents import (
    completed_cpf,
    masked_cpf,
    normalized_cns,
    normalized_cpf,
)
from subgraphs.patients.domain.errors import InvalidDocument, PatientNotEditable
from subgraphs.patients.domain.history import FieldChange, changes_between
from subgraphs.patients.domain.names import normalized_name, search_text, sort_key
from subgraphs.patients.domain.patient import (
    Demographics,
    PatientStatus,
    Sex,
    check_status_change,
    validated,
)
from subgraphs.patients.domain.search import Search, parse_search

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    [
        "52998224725",
        "529.982.247-25",
        " 529 982 247 25 ",
        "５２９．９８２．２４７－２５",  # full-width digits and punctuation, as some keyboards give
        "529.982.247/25",
    ],
)
def test_a_cpf_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normalized_cpf(typed) == "52998224725"


def test_a_cpf_keeps_its_leading_zeros() -> None:
    assert normalized_cpf("000.000.001-91") == "00000000191"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "529.982.247-26",
        "5299822472",
        "529982247255",
        "abc.def.ghi-jk",
        "٥٢٩٩٨٢٢٤٧٢٥",  # digits, but not compatible with ASCII
        *(str(digit) * 11 for digit in range(10)),
    ],
)
def test_a_cpf_that_cannot_exist_is_refused(typed: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        normalized_cpf(typed)
    assert caught.value.path == ["cpf"]
    assert typed == "" or typed not in caught.value.message


@given(st.integers(min_value=0, max_value=999_999_999))
def test_a_cpf_with_right_check_digits_is_accepted_and_its_neighbours_are_not(base: int) -> None:
    digits = f"{base:09d}"
    cpf = completed_cpf(digits)
    if len(set(cpf)) == 1:
        return
    assert cpf_rules.is_valid(cpf)
    assert normalized_cpf(cpf) == cpf
    wrong = cpf[:10] + str((int(cpf[10]) + 1) % 10)
    with pytest.raises(InvalidDocument):
        normalized_cpf(wrong)


def test_a_masked_cpf_shows_the_middle() -> None:
    assert masked_cpf("52998224725") == "***.982.247-**"


def test_a_cns_is_checked() -> None:
    assert normalized_cns("842 7004 6830 8113") == "842700468308113"
    with pytest.raises(InvalidDocument):
        normalized_cns("842700468308114")


def test_names_are_searched_without_accents_case_and_punctuation() -> None:
    assert sort_key("José D’Ávila  ÇELİK") == "jose d avila celik"
    assert search_text("João da Silva", "Joana da Silva") == " joao da silva joana"


@pytest.mark.parametrize("name", ["", "   ", "123", "a" * 201, "Ma\x00ria", "Ana\u202e"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        normalized_name(name, "legalName")


def test_a_name_gets_its_spaces_and_accents_in_order() -> None:
    assert normalized_name("  Maria \t da  Conceic\u0327a\u0303o ", "legalName") == (
        "Maria da Conceição"
    )


@pytest.mark.parametrize("typed", ["(11) 98765-4321", "11987654321", "+55 11 98765-4321"])
def test_a_telephone_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normalized_phone(typed) == "+5511987654321"


@pytest.mark.parametrize("typed", ["", "98765", "(11) 8765-4321-9", "(00) 98765-4321", "none"])
def test_what_cannot_be_a_telephone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        normalized_phone(typed)


def test_an_email_needs_a_domain() -> None:
    assert normalized_email(" ana@exemplo.com.br ") == "ana@exemplo.com.br"
    for wrong in ("ana", "ana@", "ana@exemplo", "a b@exemplo.com"):
        with pytest.raises(InvalidInput):
            normalized_email(wrong)


def test_an_address_has_a_cep_and_a_state_that_exists() -> None:
    address = Address("Rua A", "1", "Centro", "Manaus", "am", "69005-040")
    assert normalized_address(address).postal_code == "69005040"
    assert normalized_address(address).state == "AM"
    with pytest.raises(InvalidInput, match="CEP"):
        normalized_address(Address("Rua A", "1", "Centro", "Manaus", "AM", "6900"))
    with pytest.raises(InvalidInput, match="UF"):
        normalized_address(Address("Rua A", "1", "Centro", "Manaus", "XX", "69005040"))


def demographics(**fields: Any) -> Demographics:
    known: dict[str, Any] = {
        "legal_name": "Ana Souza",
        "birth_date": date(1980, 2, 29),
        "sex": Sex.FEMALE,
    }
    return Demographics(**(known | fields))


def test_the_social_name_is_the_one_to_call_by() -> None:
    assert demographics().display_name == "Ana Souza"
    assert demographics(social_name="Alex Souza").display_name == "Alex Souza"


def test_everything_is_put_into_normal_form() -> None:
    given = demographics(
        legal_name=" Ana  Souza",
        social_name="  ",
        cpf="529.982.247-25",
        cns="",
        phone="(11) 98765-4321",
        contacts=(Contact(" Rui  Souza ", " pai ", "(11) 98765-4321", responsible=True),),
    )
    assert validated(given, TODAY) == demographics(
        cpf="52998224725",
        phone="+5511987654321",
        contacts=(Contact("Rui Souza", "pai", "+5511987654321", responsible=True),),
    )


@pytest.mark.parametrize("birth_date", [date(1889, 12, 31), date(2026, 11, 25)])
def test_a_birth_date_must_be_possible(birth_date: date) -> None:
    with pytest.raises(InvalidInput, match="nascimento"):
        validated(demographics(birth_date=birth_date), TODAY)


def test_a_child_born_today_is_registered() -> None:
    assert validated(demographics(birth_date=TODAY), TODAY).birth_date == TODAY


def test_eleven_contacts_are_too_many() -> None:
    contacts = (Contact("Rui Souza", "pai", "(11) 98765-4321"),) * 11
    with pytest.raises(InvalidInput, match="contatos"):
        validated(demographics(contacts=contacts), TODAY)


ALLOWED = {
    ("ACTIVE", "INACTIVE"),
    ("ACTIVE", "DECEASED"),
    ("INACTIVE", "ACTIVE"),
    ("INACTIVE", "DECEASED"),
    ("DECEASED", "ACTIVE"),
}


@pytest.mark.parametrize(("current", "wanted"), list(product(PatientStatus, PatientStatus)))
def test_a_status_changes_along_its_edges_alone(
    current: PatientStatus, wanted: PatientStatus
) -> None:
    if (current.value, wanted.value) in ALLOWED:
        check_status_change(current, wanted)
    else:
        with pytest.raises((InvalidInput, PatientNotEditable)):
            check_status_change(current, wanted)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("José  SILVA", Search(words=("jose", "silva"))),
        ("529.982.247-25", Search(cpf="52998224725")),
        ("11987654321", Search(cpf="11987654321", phone="+5511987654321")),
        ("(11) 3456-7890", Search(phone="+551134567890")),
        ("jose 02/03/1980", Search(words=("jose",), birth_date=date(1980, 3, 2))),
        ("02/03/1980", Search(birth_date=date(1980, 3, 2))),
        ("maria 2", Search(words=("maria", "2"))),
    ],
)
def test_the_search_text_is_understood(typed: str, meant: Search) -> None:
    assert parse_search(typed) == meant


@pytest.mark.parametrize("typed", ["...", "31/02/1980", "%", "'"])
def test_a_search_for_nothing_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_search(typed)


def test_a_change_shows_both_sides_and_masks_the_cpf() -> None:
    before: dict[str, Any] = {
        "cpf": "52998224725",
        "phone": None,
        "contacts": [],
        "legal_name": "Ana",
    }
    after = {
        "cpf": "11144477735",
        "phone": "+5511987654321",
        "contacts": [{"name": "Rui", "relationship": "pai", "responsible": False}],
        "legal_name": "Ana",
    }
    assert changes_between(before, after) == [
        FieldChange("cpf", "***.982.247-**", "***.444.777-**"),
        FieldChange("phone", None, "+5511987654321"),
        FieldChange("contacts", None, "Rui, pai"),
    ]


def test_the_first_version_changes_nothing() -> None:
    assert changes_between(None, {"legal_name": "Ana"}) == []


def test_refusals_are_in_portuguese() -> None:
    refusals: list[Callable[[], object]] = [
        lambda: normalized_cpf("1"),
        lambda: normalized_phone("1"),
        lambda: normalized_name("", "legalName"),
    ]
    for refuse in refusals:
        with pytest.raises(InvalidInput, match=r"(Informe|informado|válido)"):
            refuse()
