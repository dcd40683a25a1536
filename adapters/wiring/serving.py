"""Runs a part in its loop, with all that it opens and all that watches it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar

from adapters.kafka.admin import Described
from adapters.kafka.clients import Brokers
from adapters.kafka.topic_settings import Finding
from adapters.kafka.topics import Topics, topics_of
from adapters.observe.health import FRESHNESS, Health
from adapters.observe.logs import logger, set_up
from adapters.observe.server import serving
from adapters.observe.traces import Tracing, tracing_of
from adapters.parts.ending import LeftBehind, ended
from adapters.parts.loop import LONGEST_PAUSE, Part, run, stopping
from adapters.settings import Settings
from adapters.wiring.brokers import brokers_of, group_of, topics_ready
from adapters.wiring.stores import log_of

if TYPE_CHECKING:
    from adapters.kafka.membership import Member
    from domain.engine.log import Log


class Closes(Protocol):
    """Something that is closed after its last use."""

    def close(self) -> None:
        """Let go of it."""
        ...


C = TypeVar("C", bound=Closes)


class Opened:
    """A part together with all that was opened for it; closing it closes everything."""

    def __init__(self, part: Part, opened: ExitStack) -> None:
        self._part = part
        self._opened = opened

    def turn(self) -> bool:
        """Turn the part."""
        return self._part.turn()

    def close(self) -> None:
        """Close everything, the last opened first, even if something can't be closed."""
        self._opened.close()


@dataclass(frozen=True)
class Frame:
    """What every part is put together from; `opened` closes what a part opens."""

    settings: Settings
    health: Health
    tracing: Tracing
    opened: ExitStack

    @property
    def brokers(self) -> Brokers:
        """The cluster."""
        return brokers_of(self.settings)

    @property
    def topics(self) -> Topics:
        """The cell's topics."""
        return topics_of(self.settings.prefix)

    def log(self) -> "Log":
        """The log, opened for this part."""
        return self.opened.enter_context(log_of(self.settings))

    def keeps(self, opened: C) -> C:
        """Have something closed with the part, also if making the rest of it fails: a member left
        behind in a group would keep its partitions.
        """
        self.opened.callback(opened.close)
        return opened

    def group(self, name: str) -> str:
        """The consumer group of this cell's parts of one kind."""
        return group_of(self.settings, name)

    def ready(self, log: "Log") -> Mapping[str, Described]:
        """Make the topics that this cell never had and check the others; logs what is weak."""
        return topics_ready(self.settings, log, _warn)

    def probing(
        self,
        *parts: Part,
        topics: Mapping[str, Described],
        members: "Sequence[Member]" = (),
        **probes: Callable[[], object],
    ) -> "Several":
        """Parts in one loop that also watches the topics, probes the brokers and whatever else is
        named, and whether `members` take part in their groups.
        """
        from adapters.parts.probing import PATIENCE_MS, Attendance, Probe, TopicWatch

        admin = self.opened.enter_context(self.brokers.admin(request_timeout_ms=PATIENCE_MS))
        probe = Probe({"kafka": admin.answer, **probes}, self.health)
        attendance = [Attendance(admin, members, self.health)] if members else []
        return Several([TopicWatch(admin, topics), *parts, probe, *attendance])


def _warn(weak: Finding) -> None:
    logger(__name__).warning("topic-weak", said=str(weak), **weak._asdict())


Recipe = Callable[[Frame], Part]


def serve(
    settings: Settings, name: str, needs: Sequence[str], make: Recipe, idle: float = 0
) -> int:
    """Run one part until it is asked to stop; returns the exit code. If the part can't be ended in
    order, the process ends here.
    """
    set_up(settings.log_level, name)
    haste = settings.haste
    health = Health(name, needs, freshness=FRESHNESS / haste)
    tracing = tracing_of(name, settings.cell, version("tieline"), os.environ)
    with (
        stopping() as stop,
        closing(tracing),
        serving(settings.metrics, name, version("tieline"), settings.cell, health) as address,
    ):
        logger(__name__).info("started", part=name, metrics=address, prefix=settings.prefix)

        def loop() -> bool:
            return run(
                lambda: opened(make, settings, health, tracing),
                health,
                stop,
                idle=idle,
                longest_pause=LONGEST_PAUSE / haste,
            )

        try:
            in_order = ended(loop, stop, health)
        except LeftBehind:
            missing = [what for what, is_down in health.down().items() if is_down]
            logger(__name__).warning("left-behind", part=name, waits_for=missing)
            _leave()
        logger(__name__).info("stopped", part=name)
    return 0 if in_order else 1


def _leave() -> NoReturn:
    """End the process without waiting for threads and clients that wait for a server. As after a
    kill, nothing is lost.
    """
    sys.stderr.flush()
    os._exit(0)


class Several:
    """Parts that share one loop."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    def turn(self) -> bool:
        """Turn each of them; returns whether any did something."""
        did = [part.turn() for part in self._parts]
        return any(did)

    def close(self) -> None:
        """Close nothing: what they use is closed where it was opened."""


def opened(make: Recipe, settings: Settings, health: Health, tracing: Tracing) -> Opened:
    """A part by its recipe; if making it fails, what it had opened is closed."""
    with ExitStack() as held:
        part = make(Frame(settings, health, tracing, held))
        return Opened(part, held.pop_all())
