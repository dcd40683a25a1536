"""Runs the server: the part that commands go to in its loop, and what watches both."""

import os
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from threading import Event, Thread
from typing import Final

from adapters.console.app import pages_of
from adapters.console.sessions import sessions_of
from adapters.http.app import app_of
from adapters.http.desk import Queue
from adapters.http.server import answering, bound
from adapters.observe.health import Health
from adapters.observe.logs import logger, set_up
from adapters.observe.metrics import registry_of
from adapters.observe.server import serving
from adapters.observe.traces import tracing_of
from adapters.parts.ending import GRACE
from adapters.parts.loop import LONGEST_PAUSE, run, stopping
from adapters.settings import Settings
from adapters.wiring.entrance import gate_by, server_options_by
from adapters.wiring.http import Serving
from adapters.wiring.http_embedded import embedded_serving
from adapters.wiring.http_over_kafka import serving_over_kafka

_LOOK: Final = 0.02
"""Seconds between two looks whether the part is ready."""


def serve(settings: Settings) -> int:
    """Everything in one process or, over Kafka, HTTP and console alone, until it is asked to stop;
    returns the exit code. Raises SettingsError, and OSError where it can't listen.
    """
    return _serve(settings, _way(settings))


def serve_over_kafka(settings: Settings) -> int:
    """HTTP and console alone, until it is asked to stop; returns the exit code. Raises
    SettingsError, and OSError where it can't listen.
    """
    return _serve(settings, serving_over_kafka(settings))


def _way(settings: Settings) -> Serving:
    return serving_over_kafka(settings) if settings.kafka else embedded_serving(settings)


def _serve(settings: Settings, way: Serving) -> int:
    set_up(settings.log_level, way.part)
    with stopping() as stop, served(settings, stop, way) as served_here:
        if served_here.address:
            logger(__name__).info("listening", part=way.part, http=served_here.address)
        stop.wait()
    logger(__name__).info("stopped", part=way.part)
    return 0 if served_here.in_order else 1


class Served:
    """What runs: where it is answered (nowhere if it was stopped before it was ready), and whether
    all ended in order.
    """

    address: str = ""
    in_order: bool = True


@contextmanager
def served(settings: Settings, stop: Event, way: Serving | None = None) -> Generator[Served]:
    """The server and the part behind it, until the context is left; a defect of the part sets
    `stop`. Raises OSError where it can't listen, and SettingsError where everybody could come in.
    """
    way = way or _way(settings)
    health, queue, here = Health(way.part, way.needs), Queue(), Served()
    gate, options = gate_by(settings), server_options_by(settings)
    registry = registry_of(way.part, version("tieline"), settings.cell, health)
    with (
        bound(settings.http) as (listening, where),
        _watched(settings, way, health),
        _running(settings, way, queue, health, stop, here),
    ):
        while not (health.is_ready() or stop.wait(_LOOK)):
            pass
        if stop.is_set():
            yield here
            return
        with way.world(queue, gate) as world:
            pages = pages_of(world, sessions_of(gate), shows_components=settings.auth == "none")
            app = app_of(world, health, registry, pages, settings.cors.split())
            with answering(app, listening, options):
                here.address = where
                yield here


def _watched(settings: Settings, way: Serving, health: Health) -> AbstractContextManager[object]:
    if not way.watched:
        return nullcontext()
    return serving(way.watched, way.part, version("tieline"), settings.cell, health)


@contextmanager
def _running(
    settings: Settings, way: Serving, queue: Queue, health: Health, stop: Event, here: Served
) -> Generator[None]:
    """The part in its loop, in a thread of its own; it ends after the last request."""
    ends = Event()
    tracing = tracing_of(way.part, settings.cell, version("tieline"), os.environ)

    def loop() -> None:
        try:
            here.in_order = run(
                lambda: way.make(queue, health, tracing),
                health,
                ends,
                longest_pause=LONGEST_PAUSE / settings.haste,
            )
        except BaseException as fault:  # noqa: BLE001 - a thread has nobody to raise it to
            logger(__name__).critical("part-failed", exc_info=fault)
            here.in_order = False
            stop.set()

    thread = Thread(target=loop, name=way.part, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(GRACE)
        tracing.close()
