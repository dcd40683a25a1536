"""The one place where parts are put together; what is opened here is closed here.

Each function imports what it needs, so that a verb which only reads starts without what it doesn't.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from adapters.settings import Settings, SettingsError

if TYPE_CHECKING:
    from adapters.embedded import Embedded
    from adapters.log import SqliteLog
    from adapters.worker import Entropy
    from domain.engine import Clock


@contextmanager
def opened_log(settings: Settings) -> "Iterator[SqliteLog]":
    """The event log. Raises LogError."""
    from adapters.log import open_log

    with closing(open_log(settings.database)) as log:
        yield log


@contextmanager
def embedded(
    settings: Settings, clock: "Clock | None" = None, entropy: "Entropy" = os.urandom
) -> "Iterator[Embedded]":
    """Everything in one process: worker, reactors and views. Raises LogError."""
    from adapters.clocks import wall_clock
    from adapters.embedded import Embedded
    from adapters.worker import Worker
    from domain.decisions import Terms

    with ExitStack() as opened:
        log = opened.enter_context(opened_log(settings))
        opened.enter_context(_defective(settings.defect))
        worker = Worker(log, Terms(settings.owner), clock or wall_clock, entropy)
        yield Embedded(worker, [], lambda: None)


@contextmanager
def _defective(verb: str | None) -> Iterator[None]:
    """A defect for trying out parking (TIELINE_TEST_DEFECT): deciding one command raises."""
    if verb is None:
        yield
        return
    from domain.catalogue import INSIDE_COMMANDS, RULES

    if verb not in INSIDE_COMMANDS:
        raise SettingsError(f"TIELINE_TEST_DEFECT names {verb}, which is no command")

    def fails(*_: object) -> Any:
        raise RuntimeError(f"TIELINE_TEST_DEFECT makes {verb} fail")

    rules, kind = cast("dict[type, Any]", RULES), INSIDE_COMMANDS[verb]
    sound = rules[kind]
    rules[kind] = replace(sound, decide=fails)
    try:
        yield
    finally:
        rules[kind] = sound
