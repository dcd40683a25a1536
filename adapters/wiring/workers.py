"""The door, a worker on the log, and what tests may do to both (TIELINE_TEST_…)."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from adapters.settings import Settings, SettingsError
from adapters.wiring.stores import log_of, log_to_plan_on

if TYPE_CHECKING:
    from adapters.door import Door, Entropy
    from adapters.engine.worker import Worker
    from adapters.observe.watch import Watch
    from adapters.speakers import Speakers
    from domain.engine.batch import Clock
    from domain.engine.log import Log


def door_of(
    settings: Settings, speakers: "Speakers | None" = None, entropy: "Entropy" = os.urandom
) -> "Door":
    """The way in; everybody may speak for everybody unless `speakers` says otherwise."""
    from adapters.door import Door
    from adapters.speakers import everybody

    return Door(speakers or everybody(settings.owner), entropy, seed=settings.seed)


@contextmanager
def planner_of(settings: Settings) -> "Generator[Worker]":
    """A worker that only plans: it opens the log to read it. Raises LogError."""
    with log_to_plan_on(settings) as log, _worker_on(log, settings) as worker:
        yield worker


@contextmanager
def worker_of(
    settings: Settings, clock: "Clock | None" = None, watch: "Watch | None" = None
) -> "Generator[Worker]":
    """A worker on the log, by itself. Raises LogError."""
    with log_of(settings) as log, _worker_on(log, settings, clock, watch) as worker:
        yield worker


@contextmanager
def _worker_on(
    log: "Log", settings: Settings, clock: "Clock | None" = None, watch: "Watch | None" = None
) -> "Generator[Worker]":
    from adapters.clocks import wall_clock
    from adapters.engine.worker import Worker
    from adapters.log import clock_of
    from adapters.observe.watch import UNWATCHED
    from adapters.observe.witness import Witness, unwitnessed
    from domain.decider.states import Terms

    with _defective(settings.defect):
        terms, check, watch = Terms(settings.owner), unwitnessed, watch or UNWATCHED
        if clock is None and (ask := clock_of(log)):
            check = Witness(ask, wall_clock, settings.clock_ahead, watch.clock_measured).check
        yield Worker(log, terms, clock or wall_clock, watch, check)


@contextmanager
def _defective(verb: str | None) -> Generator[None]:
    """A defect to try out parking with (TIELINE_TEST_DEFECT): deciding one command raises."""
    if verb is None:
        yield
        return
    from domain.catalogue import INSIDE_COMMANDS, RULES

    if verb not in INSIDE_COMMANDS:
        raise SettingsError(f"TIELINE_TEST_DEFECT names {verb}, which is not a command")

    def fails(*_: object) -> Any:
        raise RuntimeError(f"TIELINE_TEST_DEFECT makes {verb} fail")

    rules, kind = cast("dict[type, Any]", RULES), INSIDE_COMMANDS[verb]
    sound = rules[kind]
    rules[kind] = replace(sound, decide=fails)
    try:
        yield
    finally:
        rules[kind] = sound
