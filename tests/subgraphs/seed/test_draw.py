"""Chance that is the same each time."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.seed.draw import Permutation, chance, pick, seeded_id


@given(st.integers(min_value=1, max_value=600), st.integers())
def test_a_permutation_has_each_number_once(size: int, seed: int) -> None:
    permutation = Permutation(seed, "x", size)
    assert sorted(permutation[n] for n in range(size)) == list(range(size))


def test_a_permutation_of_a_thousand_million_needs_no_list() -> None:
    permutation = Permutation(1, "cpf", 1_000_000_000)
    drawn = [permutation[n] for n in range(2000)]
    assert len(set(drawn)) == 2000
    assert max(drawn) < 1_000_000_000
    assert drawn != sorted(drawn)
    with pytest.raises(IndexError):
        permutation[1_000_000_000]


def test_another_seed_or_name_draws_otherwise() -> None:
    first = [Permutation(1, "a", 1000)[n] for n in range(10)]
    assert first == [Permutation(1, "a", 1000)[n] for n in range(10)]
    assert first != [Permutation(2, "a", 1000)[n] for n in range(10)]
    assert first != [Permutation(1, "b", 1000)[n] for n in range(10)]
    assert chance(1, "a").random() == chance(1, "a").random()
    assert chance(1, "a").random() != chance(1, "b").random()


def test_a_seeded_id_is_a_uuid_of_version_seven_of_its_moment() -> None:
    moment = datetime(2026, 11, 24, 12, 0, 0, 123000, tzinfo=UTC)
    id = UUID(seeded_id(1, "patient", 7, moment))
    assert id.version == 7
    assert id.variant == UUID(int=0).variant or id.int >> 62 & 0b11 == 0b10
    assert id.int >> 80 == int(moment.timestamp() * 1000)
    assert len({seeded_id(1, "patient", n, moment) for n in range(5000)}) == 5000


def test_weights_are_kept() -> None:
    random = chance(1, "weights")
    drawn = [pick(random, (("a", 9), ("b", 1))) for _ in range(2000)]
    assert 1700 < drawn.count("a") < 1900
