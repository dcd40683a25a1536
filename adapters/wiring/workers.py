"""The door, a worker on the log, and what tests may do to both (TIELINE_TEST_…)."""

import os
from collections.abc import Generator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from adapters.settings import Settings, SettingsError
from adapters.wiring.stores import log_of, log_to_plan_on

if TYPE_CHECKING:
    from adapters.door import Door, Entropy
    from adapters.engine.worker import Worker
    from adapters.keys.cell import CellKeys
    from adapters.keys.store import KeyStore
    from adapters.observe.watch import Watch
    from adapters.speakers import Speakers
    from domain.decider.states import Terms
    from domain.engine.batch import Clock
    from domain.engine.log import Log


def door_of(
    settings: Settings,
    worker: "Worker",
    speakers: "Speakers | None" = None,
    entropy: "Entropy" = os.urandom,
) -> "Door":
    """The way in; everybody may speak for everybody unless `speakers` says otherwise."""
    from adapters.door import Door
    from adapters.speakers import everybody

    said = speakers or everybody(settings.owner)
    return Door(said, entropy, seed=settings.seed, keys=worker.keys)


def keys_of(settings: Settings, log: "Log") -> "CellKeys":
    """The keys of the cell whose log this is, opened when they are first needed."""
    from adapters.keys.cell import CellKeys

    def opened(*, make: bool) -> "KeyStore":
        from adapters.keys.opening import open_store

        return open_store(settings.keys_at, settings.master_key, make=make)

    return CellKeys(log, opened)


def keys_alone(settings: Settings, *, make: bool) -> "KeyStore":
    """The store of the keys, whatever log it is for. Raises KeysUnusable."""
    from adapters.keys.opening import open_store

    return open_store(settings.keys_at, settings.master_key, make=make)


def keys_to_plan_with(settings: Settings, log: "Log") -> "CellKeys | None":
    """The keys for a dry run, which makes and changes none: without them it only can't tell whether
    a command that may hold a secret was sent before.
    """
    from adapters.keys.cell import CellKeys
    from adapters.keys.errors import KeysUnusable

    def opened(*, make: bool) -> "KeyStore":
        from adapters.keys.opening import open_store_to_read

        del make
        return open_store_to_read(settings.keys_at, settings.master_key)

    keys = CellKeys(log, opened)
    try:
        return keys if keys.are_named and keys.store else None
    except KeysUnusable:
        return None


@contextmanager
def planner_of(settings: Settings) -> "Generator[Worker]":
    """A worker that only plans: it opens the log to read it. Raises LogError."""
    with log_to_plan_on(settings) as log, _planner_on(log, settings) as worker:
        yield worker


@contextmanager
def worker_of(
    settings: Settings, clock: "Clock | None" = None, watch: "Watch | None" = None
) -> "Generator[Worker]":
    """A worker on the log, by itself. Raises LogError."""
    from adapters.keys.erasing import erase_again
    from domain.decider.states import Terms

    with log_of(settings) as log, closing(keys_of(settings, log)) as keys:
        erase_again(log, keys)
        terms = Terms(settings.owner, seal=keys.seal)
        with _worker_on(log, settings, terms, keys, clock, watch) as worker:
            yield worker


@contextmanager
def _planner_on(log: "Log", settings: Settings) -> "Generator[Worker]":
    from adapters.keys.cell import hides
    from domain.decider.states import Terms

    terms, keys = Terms(settings.owner, seal=hides), keys_to_plan_with(settings, log)
    with closing(keys) if keys else nullcontext(), _worker_on(log, settings, terms, keys) as worker:
        yield worker


@contextmanager
def _worker_on(
    log: "Log",
    settings: Settings,
    terms: "Terms",
    keys: "CellKeys | None",
    clock: "Clock | None" = None,
    watch: "Watch | None" = None,
) -> "Generator[Worker]":
    from adapters.clocks import wall_clock
    from adapters.engine.worker import Worker
    from adapters.log import clock_of
    from adapters.observe.watch import UNWATCHED
    from adapters.observe.witness import Witness, unwitnessed

    with _defective(settings.defect):
        check, watch = unwitnessed, watch or UNWATCHED
        if clock is None and (ask := clock_of(log)):
            check = Witness(ask, wall_clock, settings.clock_ahead, watch.clock_measured).check
        yield Worker(log, terms, clock or wall_clock, watch, check, keys)


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
