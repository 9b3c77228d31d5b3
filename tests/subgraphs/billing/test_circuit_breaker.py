"""The breaker opens after failures in a row, and closes after one success."""

from subgraphs.billing.client.circuit_breaker import CircuitBreaker


class Hand:
    """A clock's hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def opened() -> tuple[CircuitBreaker, Hand]:
    hand = Hand()
    breaker = CircuitBreaker(failures=3, rest_seconds=10, now=hand)
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    return breaker, hand


def test_failures_in_a_row_open_it() -> None:
    breaker, _ = opened()
    assert not breaker.allows()
    assert breaker.rests_for() == 10


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = CircuitBreaker(failures=2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


def test_after_the_rest_one_call_is_let_through_and_its_success_closes_it() -> None:
    breaker, hand = opened()
    hand.at = 10
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_the_failure_of_that_call_opens_it_again() -> None:
    breaker, hand = opened()
    hand.at = 10
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    assert breaker.rests_for() == 10


def test_a_call_nobody_waited_for_leaves_the_place_to_the_next() -> None:
    breaker, hand = opened()
    hand.at = 10
    assert breaker.allows()
    breaker.abandoned()
    assert breaker.allows()
