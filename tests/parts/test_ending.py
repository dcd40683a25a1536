"""A part ends within seconds after it was asked to, even if a call of its loop does not return."""

from threading import Event
from time import monotonic

import pytest

from adapters.observe.health import Health
from adapters.parts.ending import GRACE, GRACE_WHILE_DOWN, LeftBehind, ended


@pytest.fixture
def health() -> Health:
    return Health("some", ["kafka"])


def test_it_gives_what_the_loop_gives_and_raises_what_it_raises(health: Health) -> None:
    assert ended(lambda: True, Event(), health)
    assert not ended(lambda: False, Event(), health)

    def fails() -> bool:
        raise KeyError("a defect")

    with pytest.raises(KeyError, match="a defect"):
        ended(fails, Event(), health)


def test_a_loop_that_ends_in_time_is_waited_for(health: Health) -> None:
    stop = Event()
    stop.set()
    assert ended(lambda: not Event().wait(GRACE_WHILE_DOWN / 4), stop, health)


def test_a_loop_that_hangs_is_left_soon_while_something_is_down(health: Health) -> None:
    stop, over, begun = Event(), Event(), monotonic()
    stop.set()
    with pytest.raises(LeftBehind):
        ended(over.wait, stop, health)
    assert monotonic() - begun < GRACE / 2
    over.set()


def test_it_has_longer_while_everything_answers(health: Health) -> None:
    health.answers("kafka")
    stop, over, asked = Event(), Event(), list[float]()
    stop.set()

    def seconds() -> float:
        asked.append(4.0 * len(asked))
        return asked[-1]

    with pytest.raises(LeftBehind):
        ended(over.wait, stop, health, seconds=seconds)
    assert GRACE < asked[-1] <= GRACE + 4
    over.set()
