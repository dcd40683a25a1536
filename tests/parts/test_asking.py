"""Asking what a part needs: once a second, and at once again after it did not answer."""

import pytest

from adapters.kafka.kafka_python import Unreachable
from adapters.observe.health import Health
from adapters.parts.asking import EVERY, Asking


def test_it_asks_once_a_second_and_again_at_once_where_nobody_answered() -> None:
    asked: list[float] = []
    now, is_down = 100.0, True

    def ask() -> None:
        asked.append(now)
        if is_down:
            raise Unreachable("just now")

    asking = Asking({"kafka": ask}, Health("engine", ["kafka"]), lambda: now)
    for _ in range(3):
        with pytest.raises(Unreachable):
            asking.turn()
    is_down = False
    asking.turn()
    asking.turn()
    now += EVERY
    asking.turn()

    assert asked == [100.0] * 4 + [100.0 + EVERY]
