"""Everything in one process: worker, reactors and views."""

import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from adapters.settings import Settings
from adapters.wiring.stores import engine_of, refuse_missing
from adapters.wiring.views import runner_on_log
from adapters.wiring.workers import door_of, worker_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.door import Entropy
    from adapters.engine.embedded import Embedded
    from adapters.engine.worker import Worker
    from adapters.observe.watch import Watch
    from adapters.reactors.reactor import Reactor
    from adapters.speakers import Speakers
    from domain.engine.batch import Clock
    from projections.runner import Runner

_NETWORK = 2
"""The place of the simulated network among the reactors, if it is there."""


@contextmanager
def embedded(
    settings: Settings,
    clock: "Clock | None" = None,
    entropy: "Entropy" = os.urandom,
    *,
    speakers: "Speakers | None" = None,
    moment: float | None = None,
    watch: "Watch | None" = None,
) -> "Generator[Embedded]":
    """Everything in one process: worker, reactors and views. `moment` are seconds that the
    simulated network takes to answer. Raises LogError.
    """
    from adapters.engine.embedded import NO_DELAYS, Embedded

    with ExitStack() as opened:
        worker = opened.enter_context(worker_of(settings, clock, watch))
        engine = opened.enter_context(engine_of(settings))
        door = door_of(settings, worker, speakers, entropy)
        reactors = _reactors(settings, worker, engine)
        delays = {_NETWORK: moment} if moment is not None else NO_DELAYS
        parts = Embedded(worker, door, reactors, lambda: _forward(runner), delays)
        runner = runner_on_log(engine, worker.log, parts.tail.feed)
        parts.refuse_lost()
        yield parts


@contextmanager
def worked_to_rest(settings: Settings) -> "Generator[Worker]":
    """A worker on a log that is there. On leaving, the log is settled here, unless the parts on
    Kafka do that. Raises LogError.
    """
    refuse_missing(settings)
    if settings.kafka:
        with worker_of(settings) as worker:
            yield worker
    else:
        with embedded(settings) as parts:
            yield parts.worker
            parts.settle()


def _forward(runner: "Runner") -> None:
    runner.catch_up()


def _reactors(settings: Settings, worker: "Worker", engine: "Engine") -> "list[Reactor]":
    from adapters.reactors.alarms import AlarmProcess
    from adapters.reactors.memory import Memory
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    reactors: list[Reactor] = [
        BandwidthChangeProcess(Memory(engine, "bandwidth-change")),
        AlarmProcess(Memory(engine, "alarm-process"), worker.log.events),
    ]
    if settings.network == "simulated":
        reactors.append(SimulatedNetwork(worker.look, Memory(engine, "simulated-network")))
    return reactors
