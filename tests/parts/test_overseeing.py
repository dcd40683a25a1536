"""What watches goes through everything a question at a time, and never stops what works."""

from collections.abc import Collection, Mapping

import pytest
from kafka.errors import UnsupportedVersionError

from adapters.kafka.admin import Admin
from adapters.kafka.api import Partition
from adapters.kafka.backlog import Backlog
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.topics import topics_of
from adapters.observe.metrics import (
    COMMANDS_AGE,
    COMMANDS_KEPT,
    GROUP_LAG,
    OWNERLESS,
    TOPIC_SETTINGS,
)
from adapters.parts.overseeing import AFTER_FAULT, ROUND, Oversight
from tests.observe.counting import rise

ENGINE, CHANGES, VIEWS = "o-engine", "o-bandwidth-change", "o-project"
ALARMS = "o-alarm-process"


class Told(Admin):
    """What brokers would tell: topics of one partition, with three records each."""

    def __init__(self) -> None:
        super().__init__(None)
        self.known = [VIEWS, "other-engine"]
        self.asked = 0
        self.fault: Exception | None = None
        self.kept = "60000"

    def groups(self) -> list[str]:
        self._asks()
        return self.known

    def partitions(self, topics: Collection[str]) -> dict[str, int]:
        self._asks()
        return dict.fromkeys(topics, 1)

    def ends(self, counts: Mapping[str, int]) -> dict[Partition, tuple[int, int]]:
        return {Partition(name, 0): (0, 3) for name in counts}

    def group_offsets(self, group: str) -> dict[Partition, tuple[int, str]]:
        if group == ENGINE:
            return {Partition(name, 0): (3, "") for name in topics_of("o").taken_in}
        return {Partition("o.events", 0): (1, "")} if group == VIEWS else {}

    def group_members(self, group: str) -> dict[str, set[Partition]] | None:
        return None if group == ENGINE else {"m": {Partition("o.events", 0)}}

    def settings(self, topics: Collection[str]) -> dict[str, dict[str, str]]:
        return {name: {"retention.ms": self.kept} for name in topics}

    def _asks(self) -> None:
        self.asked += 1
        if self.fault:
            raise self.fault


class Watched:
    """An oversight whose time a test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.told = Told()
        backlog = Backlog(self.told, Brokers("nowhere:1"), "o", ["trail"])
        self.settings = {("o.events", "retention.ms"): 0, ("o.outcomes", "retention.ms"): 1}
        self.oversight = Oversight(
            backlog, lambda: self.settings, lambda: self.now, lambda: self.now
        )

    def turns(self, count: int, pause: float | None = None) -> None:
        for _ in range(count):
            assert self.oversight.turn() is False
            self.now += STEP if pause is None else pause


QUESTIONS = 1 + 4 + 3 + 1
"""The groups, each of four, each topic of commands, the settings of all topics."""

STEP = ROUND / QUESTIONS


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_round_shows_every_group_and_the_commands(watched: Watched) -> None:
    with rise(GROUP_LAG, OWNERLESS, COMMANDS_AGE, COMMANDS_KEPT) as risen:
        watched.turns(QUESTIONS)
    lag = "tieline_group_lag_records"
    assert risen.of(lag, group=VIEWS, topic="o.events", partition="0") == 2
    assert risen.of(lag, group=CHANGES, topic="o.outcomes", partition="0") == 3
    assert risen.of(lag, group=ENGINE, topic="o.commands", partition="0") == 0
    assert risen.labels_of("tieline_group_ownerless_partitions") == {
        VIEWS: 1,
        CHANGES: 1,
        ALARMS: 1,
    }
    assert risen.of("tieline_command_retention_seconds", topic="o.commands") == 60
    watched.told.known, watched.told.kept = ["o-project-trail"], "-1"
    with rise(GROUP_LAG, OWNERLESS, COMMANDS_KEPT) as left:
        watched.turns(QUESTIONS)
    groups = {dict(labels)["group"] for (name, labels) in left.by if name == lag}
    assert VIEWS not in groups
    assert "o-project-trail" in groups
    assert not [name for name, _ in left.by if name == "tieline_command_retention_seconds"]


def test_it_shows_how_the_settings_of_topics_stand(watched: Watched) -> None:
    watched.turns(QUESTIONS)
    assert settings_shown() == watched.settings
    watched.settings = {("o.events", "retention.ms"): 2}
    watched.turns(QUESTIONS)
    assert settings_shown() == watched.settings, "what is gone is not shown any more"


def settings_shown() -> dict[tuple[str, str], float]:
    (family,) = TOPIC_SETTINGS.collect()
    return {(each.labels["topic"], each.labels["setting"]): each.value for each in family.samples}


def test_it_asks_one_question_at_a_time(watched: Watched) -> None:
    watched.turns(5, pause=0.0)
    assert watched.told.asked == 1
    watched.turns(1)
    assert watched.told.asked == 1
    watched.turns(1)
    assert watched.told.asked == 2


@pytest.mark.parametrize("fault", [Unreachable("just now"), UnsupportedVersionError("too old")])
def test_what_does_not_answer_is_let_go_and_asked_later(watched: Watched, fault: Exception) -> None:
    watched.told.fault = fault
    watched.turns(1)
    assert watched.told.asked == 1
    watched.turns(int(AFTER_FAULT / STEP) - 1)
    assert watched.told.asked == 1
    watched.told.fault = None
    watched.turns(QUESTIONS + 2)
    assert watched.told.asked > QUESTIONS
