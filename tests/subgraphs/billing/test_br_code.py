"""The text of a PIX QR code, against the example of the central bank's manual."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.br_code import PixReceiver, br_code, checksum
from subgraphs.billing.domain.pix import txid_of
from subgraphs.kit.identifiers import new_id

D = Decimal
RECEIVER = PixReceiver("123e4567-e12b-12d1-a456-426655440000", "Fulano de Tal", "BRASILIA")


def fields(text: str) -> dict[str, str]:
    """What a payer's app reads: each field by its id."""
    found, rest = {}, text
    while rest:
        length = int(rest[2:4])
        assert len(rest) >= 4 + length
        found[rest[:2]] = rest[4 : 4 + length]
        rest = rest[4 + length :]
    return found


def test_the_example_of_the_manual() -> None:
    assert br_code(RECEIVER, "***") == (
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
        "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
    )


def test_the_check_value_of_the_checksum() -> None:
    assert checksum("123456789") == 0x29B1


@given(
    amount=st.decimals(min_value=D("0.01"), max_value=D("9999999.99"), places=2),
    txid=st.from_regex(r"[A-Za-z0-9]{1,25}", fullmatch=True),
    name=st.text(max_size=60).map("V{}".format),
    city=st.text(max_size=40).map("S{}".format),
)
def test_a_payers_app_reads_what_was_written(amount: D, txid: str, name: str, city: str) -> None:
    receiver = PixReceiver("+5511999990000", name, city)
    text = br_code(receiver, txid, amount)
    read = fields(text)
    assert list(read) == ["00", "26", "52", "53", "54", "58", "59", "60", "62", "63"]
    assert fields(read["26"]) == {"00": "br.gov.bcb.pix", "01": "+5511999990000"}
    assert D(read["54"]) == amount
    assert fields(read["62"]) == {"05": txid}
    assert len(read["59"]) <= 25
    assert len(read["60"]) <= 15
    assert int(read["63"], 16) == checksum(text[:-4])


def test_accents_go_and_long_names_are_cut() -> None:
    receiver = PixReceiver("k", "Clínica São José de Todos os Santos Ltda", "São José dos Campos")
    read = fields(br_code(receiver, "a"))
    assert read["59"] == "Clinica Sao Jose de Todos"
    assert read["60"] == "Sao Jose dos Ca"


def test_one_wrong_character_is_noticed() -> None:
    text = br_code(RECEIVER, "abc", D("180.00"))
    body, written = text[:-4], int(text[-4:], 16)
    for index, character in enumerate(body):
        changed = body[:index] + ("1" if character != "1" else "2") + body[index + 1 :]
        assert checksum(changed) != written


@pytest.mark.parametrize(
    ("key", "txid", "amount"),
    [
        ("", "a", None),
        ("k" * 78, "a", None),
        ("k", "", None),
        ("k", "a b", None),
        ("k", "a" * 26, None),
        ("k", "a", D(0)),
        ("k", "a", D("-1")),
        ("k", "a", D("0.001")),
        ("k", "a", D("99999999999.99")),
    ],
)
def test_what_does_not_fit_is_refused(key: str, txid: str, amount: D | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        br_code(PixReceiver(key, "n", "c"), txid, amount)


def test_ids_give_txids_of_their_own() -> None:
    made = {txid_of(new_id()) for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(txid) == 25 and txid.isalnum() for txid in made)
