"""Parts made on real servers: where that fails half-way, nothing stays open."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from adapters.observe.health import Health
from adapters.observe.traces import UNTRACED
from adapters.settings import load
from adapters.wiring import serving
from adapters.wiring.parts import make_engine, make_process, make_relay, make_views
from adapters.wiring.serving import Frame, Recipe
from tests.waiting import until


@pytest.mark.parametrize(
    ("make", "consumers"),
    [(make_engine, 1), (make_relay, 0), (make_process, 3), (make_views([]), 1)],
)
def test_a_part_that_can_not_be_made_leaves_its_groups(
    kafka: str,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Recipe,
    consumers: int,
) -> None:
    opened: list[Any] = []
    consumer_of = Brokers.consumer

    def consumer(self: Brokers, *given: Any, **options: Any) -> Any:
        opened.append(consumer_of(self, *given, **options))
        return opened[-1]

    def fails(*_: Any, **__: Any) -> Any:
        raise Unreachable("not just now")

    monkeypatch.setattr(Brokers, "consumer", consumer)
    monkeypatch.setattr(Frame, "probing", fails)
    environment = {
        "TIELINE_DATABASE": f"sqlite:///{tmp_path}/log.db",
        "TIELINE_KAFKA": kafka,
        "TIELINE_PREFIX": prefix,
        "TIELINE_PARTITIONS": "1",
        "TIELINE_NETWORK": "simulated",
    }
    settings = load(environment, tmp_path)

    def makes() -> bool:
        """A new broker may still be making the place where it keeps groups."""
        opened.clear()
        with pytest.raises(Unreachable) as fault:
            serving.opened(make, settings, Health("some", ()), UNTRACED)
        return "not just now" in str(fault.value)

    until("the coordinator of groups is there", makes)
    assert len(opened) == consumers
    for each in opened:
        with pytest.raises(Exception, match="closed"):
            each.poll(0)


def test_what_was_opened_is_closed_even_if_another_can_not_be() -> None:
    closed: list[str] = []

    class Closes:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> None:
            closed.append(self.name)
            raise RuntimeError(f"{self.name} can't be closed")

        def turn(self) -> bool:
            return True

    with ExitStack() as opened:
        frame = Frame(load({}, Path()), Health("some", ()), UNTRACED, opened)
        part = frame.keeps(Closes("first"))
        frame.keeps(Closes("second"))
        made = serving.Opened(part, opened.pop_all())
    assert made.turn()
    with pytest.raises(RuntimeError):
        made.close()
    assert closed == ["second", "first"]
