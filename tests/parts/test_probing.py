"""A part probes what it needs once a second, and in every turn while that does not answer."""

import pytest

from adapters.kafka.kafka_python import Unreachable
from adapters.observe.health import Health
from adapters.parts.probing import EVERY, Probe


def test_it_asks_once_a_second_and_again_at_once_where_nobody_answered() -> None:
    asked: list[float] = []
    now, is_down = 100.0, True

    def ask() -> None:
        asked.append(now)
        if is_down:
            raise Unreachable("just now")

    probe = Probe({"kafka": ask}, Health("engine", ["kafka"]), lambda: now)
    for _ in range(3):
        with pytest.raises(Unreachable):
            probe.turn()
    is_down = False
    probe.turn()
    probe.turn()
    now += EVERY
    probe.turn()

    assert asked == [100.0] * 4 + [100.0 + EVERY]
