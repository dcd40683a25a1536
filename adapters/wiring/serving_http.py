"""Runs everything in one process: the engine in its loop, the server, and what watches both."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from threading import Event, Thread
from typing import Final

from adapters.console.app import pages_of
from adapters.console.sessions import sessions_of
from adapters.http.app import app_of
from adapters.http.desk import NEEDS, Queue
from adapters.http.server import answering, bound
from adapters.observe.batches import BatchWatch
from adapters.observe.health import Health
from adapters.observe.logs import logger, set_up
from adapters.observe.metrics import registry_of
from adapters.observe.traces import tracing_of
from adapters.parts.ending import GRACE
from adapters.parts.loop import run, stopping
from adapters.settings import Settings
from adapters.wiring.entrance import gate_by, server_options_by
from adapters.wiring.http import make_engine, world_of

PART: Final = "serve"
_LOOK: Final = 0.02
"""Seconds between two looks whether the engine is ready."""


def serve(settings: Settings) -> int:
    """Run everything in one process until it is asked to stop; returns the exit code.

    Raises OSError where it can't listen.
    """
    set_up(settings.log_level, PART)
    with stopping() as stop, served(settings, stop) as served_here:
        if served_here.address:
            logger(__name__).info("listening", part=PART, http=served_here.address)
        stop.wait()
    logger(__name__).info("stopped", part=PART)
    return 0 if served_here.in_order else 1


class Served:
    """What runs: where it is answered (nowhere if it was stopped before it was ready), and whether
    all ended in order.
    """

    address: str = ""
    in_order: bool = True


@contextmanager
def served(settings: Settings, stop: Event) -> Generator[Served]:
    """Engine and server, until the context is left; a defect of the engine sets `stop`. Raises
    OSError where it can't listen, and SettingsError where everybody could come in.
    """
    health, queue, here = Health(PART, NEEDS), Queue(), Served()
    gate, options = gate_by(settings), server_options_by(settings)
    registry = registry_of(PART, version("tieline"), settings.cell, health)
    with (
        bound(settings.http) as (listening, where),
        _engine(settings, queue, health, stop, here),
    ):
        while not (health.is_ready() or stop.wait(_LOOK)):
            pass
        if stop.is_set():
            yield here
            return
        with world_of(settings, queue, gate) as world:
            pages = pages_of(world, sessions_of(gate), shows_components=settings.auth == "none")
            app = app_of(world, health, registry, pages, settings.cors.split())
            with answering(app, listening, options):
                here.address = where
                yield here


@contextmanager
def _engine(
    settings: Settings, queue: Queue, health: Health, stop: Event, here: Served
) -> Generator[None]:
    """The engine in its loop, in a thread of its own; it ends after the last request."""
    ends = Event()
    tracing = tracing_of(PART, settings.cell, version("tieline"), os.environ)
    make = partial(make_engine, settings, queue, health, BatchWatch(tracing))

    def loop() -> None:
        try:
            here.in_order = run(make, health, ends)
        except BaseException as fault:  # noqa: BLE001 - a thread has nobody to raise it to
            logger(__name__).critical("engine-failed", exc_info=fault)
            here.in_order = False
            stop.set()

    thread = Thread(target=loop, name="engine", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(GRACE)
        tracing.close()
