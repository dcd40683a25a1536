"""A part probes what it needs once a second, and in every turn while that does not answer."""

from collections.abc import Collection
from typing import Any

import pytest

from adapters.kafka.admin import Admin, Described
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.topics import LOOKS, TopicsLost
from adapters.observe.health import Health
from adapters.parts.probing import EVERY, Probe, TopicWatch


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


BEGUN = {"events": Described(4, "an-id"), "commands": Described(12, "another")}


class Told(Admin):
    """Brokers that tell what they are told to."""

    def __init__(self) -> None:
        super().__init__(None)
        self.tells: dict[str, Described] = dict(BEGUN)

    def described(self, topics: Collection[str]) -> dict[str, Described]:
        return {name: self.tells[name] for name in topics if name in self.tells}


class Watched:
    """A watch on them, a second later at each turn."""

    def __init__(self) -> None:
        self.admin = Told()
        self.now = 100.0
        self._watch = TopicWatch(self.admin, BEGUN, lambda: self.now)

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self._watch.turn()
            self.now += EVERY


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"events": BEGUN["events"]}, "the topic commands is not there any more"),
        ({**BEGUN, "commands": Described(1, "another")}, "commands has 1 partitions, not 12"),
        ({**BEGUN, "events": Described(4, "a-new-id")}, "events was deleted and made anew"),
    ],
)
def test_topics_count_as_lost_at_the_third_look(now: dict[str, Any], said: str) -> None:
    watched = Watched()
    watched.turn(5)
    watched.admin.tells = now
    watched.turn(LOOKS - 1)
    with pytest.raises(TopicsLost, match=f"topics-lost: .*{said}"):
        watched.turn()


def test_a_broker_that_lags_behind_for_a_moment_loses_nothing() -> None:
    watched = Watched()
    for _ in range(3):
        watched.admin.tells = {}
        watched.turn(LOOKS - 1)
        watched.admin.tells = dict(BEGUN)
        watched.turn()
