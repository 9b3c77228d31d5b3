"""Slot-offer tokens, registration numbers, and what makes a return visit."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.appointments.domain.registrations import (
    Council,
    InvalidRegistration,
    parse_cbo,
    parse_cnes,
    parse_cnpj,
    parse_tuss_code,
    parse_zone,
)
from subgraphs.appointments.domain.slot_offer import (
    PURPOSE,
    ExpiredOffer,
    InvalidOffer,
    SlotOffer,
    read,
    sign,
)
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import (
    ReturnVisit,
    SourceVisit,
    VisitKind,
    return_refusal,
)
from subgraphs.kit.signing import Signer

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = Signer("a secret of the tests", PURPOSE)
OFFER = SlotOffer(
    NOW + timedelta(days=1),
    NOW + timedelta(days=1, minutes=30),
    "practitioner",
    "clinic",
    "service",
)


def test_a_token_brings_the_offer_back() -> None:
    assert read(sign(OFFER, NOW + timedelta(minutes=15), KEY), NOW, KEY) == OFFER


def test_a_token_expires_at_its_instant() -> None:
    token = sign(OFFER, NOW, KEY)
    assert read(token, NOW - timedelta(seconds=1), KEY) == OFFER
    with pytest.raises(ExpiredOffer):
        read(token, NOW, KEY)


def test_a_token_with_any_bit_changed_is_refused() -> None:
    token = sign(OFFER, NOW + timedelta(minutes=15), KEY)
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for position in range(len(raw)):
        raw[position] ^= 1
        forged = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
        with pytest.raises(InvalidOffer):
            read(forged, NOW, KEY)
        raw[position] ^= 1


@pytest.mark.parametrize("token", ["", "x", "não é um token", "AAAA", "$$$$"])
def test_something_else_is_no_token(token: str) -> None:
    with pytest.raises(InvalidOffer):
        read(token, NOW, KEY)


def test_another_key_signs_nothing_here() -> None:
    with pytest.raises(InvalidOffer):
        read(sign(OFFER, NOW + timedelta(hours=1), Signer("other", PURPOSE)), NOW, KEY)


def test_a_token_for_another_purpose_is_no_offer() -> None:
    cursor = Signer("a secret of the tests", "cursor").sign([0, OFFER.to_values()])
    with pytest.raises(InvalidOffer):
        read(cursor, NOW, KEY)


def test_one_council_registration_has_one_form() -> None:
    assert Council.parse(" crm ", "012.345-6", "sp") == Council("CRM", "123456", "SP")


@pytest.mark.parametrize(
    ("body", "number", "uf"),
    [
        ("XYZ", "1", "SP"),
        ("CRM", "1", "XX"),
        ("CRM", "", "SP"),
        ("CRM", "000", "SP"),
        ("CRM", "12A", "SP"),
    ],
)
def test_a_council_registration_that_cannot_be(body: str, number: str, uf: str) -> None:
    with pytest.raises(InvalidRegistration):
        Council.parse(body, number, uf)


def test_cnpj_with_letters_is_legal() -> None:
    assert parse_cnpj("12.ABC.345/01DE-35") == "12ABC34501DE35"
    assert parse_cnpj("11.222.333/0001-81") == "11222333000181"
    with pytest.raises(InvalidRegistration):
        parse_cnpj("12ABC34501DE36")


def test_codes_of_fixed_length() -> None:
    assert parse_cnes("2077485") == "2077485"
    assert parse_tuss_code("10101012") == "10101012"
    assert parse_cbo("2251-25") == "225125"
    for parse, text in ((parse_cnes, "123"), (parse_tuss_code, "1010101X"), (parse_cbo, "22512")):
        with pytest.raises(InvalidRegistration):
            parse(text)


def test_a_zone_must_exist() -> None:
    assert parse_zone("America/Rio_Branco") == "America/Rio_Branco"
    for name in ("America/Sampa", "", "../etc/passwd"):
        with pytest.raises(InvalidRegistration):
            parse_zone(name)


SOURCE = SourceVisit("ana", "lima", AppointmentStatus.FULFILLED, VisitKind.FIRST, NOW)
RETURN = ReturnVisit("ana", "lima", NOW + timedelta(days=20), window_days=30)


def test_a_return_within_the_physicians_window_is_one() -> None:
    assert return_refusal(SOURCE, RETURN) is None
    last = replace(RETURN, starts_at=NOW + timedelta(days=30))
    assert return_refusal(SOURCE, last) is None


@pytest.mark.parametrize(
    ("source", "visit", "words"),
    [
        (None, RETURN, "mesmo paciente"),
        (replace(SOURCE, patient_id="bia"), RETURN, "mesmo paciente"),
        (replace(SOURCE, status=AppointmentStatus.CANCELLED), RETURN, "realizada"),
        (replace(SOURCE, kind=VisitKind.RETURN), RETURN, "outro retorno"),
        (replace(SOURCE, practitioner_id="reis"), RETURN, "mesmo profissional"),
        (SOURCE, replace(RETURN, window_days=None), "não oferece"),
        (SOURCE, replace(RETURN, starts_at=NOW + timedelta(days=30, seconds=1)), "30 dias"),
        (SOURCE, replace(RETURN, starts_at=NOW), "30 dias"),
    ],
)
def test_a_return_that_is_none(source: SourceVisit | None, visit: ReturnVisit, words: str) -> None:
    assert words in (return_refusal(source, visit) or "")
