"""The one place where the parts of production are put together.

What a part opens is opened again when it is made again, so each `make` is called within the loop.
"""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from adapters.clocks import wall_clock
from adapters.engine.speakers import Speakers
from adapters.engine.speakers import parsed as parsed_speakers
from adapters.kafka.clients import Brokers
from adapters.kafka.security import parsed
from adapters.kafka.topics import Topics, prepare, topics_of
from adapters.observe.health import Health
from adapters.observe.logs import logger, set_up
from adapters.observe.server import serving
from adapters.observe.traces import Tracing, tracing_of
from adapters.parts.loop import Part, run, stopping
from adapters.settings import Settings, SettingsError
from adapters.wiring import engine_of, log_of, worker_of

if TYPE_CHECKING:
    from adapters.kafka.clients import Admin
    from adapters.kafka.desk import KafkaDesk
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.healing import Cell
    from adapters.reactors.reactor import Reactor
    from domain.engine.log import Log

LOOPBACK: Final = ("localhost",)
LOOP_PATIENCE: Final = 90.0
"""Seconds without a turn after which a part counts as hanging: several calls to a server that does
not answer fit in."""

SHARED_POLL_MS: Final = 50
"""How long one of several parts of a loop waits for records."""

COMMANDS_GATHER: Final = 0.02
"""Seconds in which commands gather for an engine after a small batch: any batch costs as much as
sixty commands (docs/decisions/0009)."""

EVENTS_GATHER: Final = 0.1
"""Seconds in which events gather for a process: most do not concern it."""


class Closes(Protocol):
    """What is closed when it is used no more."""

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
        """As the part itself."""
        return self._part.turn()

    def close(self) -> None:
        """What was opened last first, each of it even if another can't be closed."""
        self._opened.close()


def brokers_of(settings: Settings) -> Brokers:
    """The cluster. Raises SettingsError where there is none."""
    if not settings.kafka:
        raise SettingsError("TIELINE_KAFKA is empty: name the bootstrap servers, host:port,…")
    return Brokers(settings.kafka, parsed(settings.security))


def speakers_of(settings: Settings) -> Speakers:
    """Who speaks for whom. Raises SettingsError for brokers that others reach, without a list."""
    speakers = parsed_speakers(settings.sources, settings.owner)
    hosts = [each.rpartition(":")[0].strip("[]") for each in settings.kafka.split(",")]
    if speakers.anyone and not all(map(_is_loopback, hosts)):
        raise SettingsError(
            "TIELINE_SOURCES is *, which lets everybody speak for everybody, and the brokers at "
            f"{settings.kafka} are not on loopback: say which source speaks for which principals, "
            "e.g. TIELINE_SOURCES='/portal=user:*,service:portal /carrier/*=provider:*'"
        )
    return speakers


@dataclass(frozen=True)
class Frame:
    """What every part is put together from; `opened` closes what it opens."""

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
        """Something that is closed with the part, also where making the rest of it fails: a member
        left behind in a group would keep its partitions.
        """
        self.opened.callback(opened.close)
        return opened

    def group(self, name: str) -> str:
        """The group of this cell's parts of one kind."""
        return group_of(self.settings, name)

    def ready(self, log: "Log") -> Mapping[str, int]:
        """The topics as this cell knows them; how many partitions each has."""
        return topics_ready(self.brokers, self.topics, log, self.settings)

    def asking(self, *parts: Part, **asks: Callable[[], object]) -> "Several":
        """Parts in one loop that asks the brokers, and what else is named, whether it is there."""
        from adapters.parts.asking import PATIENCE_MS, Asking

        admin = self.opened.enter_context(self.brokers.admin(request_timeout_ms=PATIENCE_MS))
        return Several([*parts, Asking({"kafka": admin.answer, **asks}, self.health)])


Make = Callable[[Frame], Part]


def serve(settings: Settings, name: str, needs: Sequence[str], make: Make, idle: float = 0) -> int:
    """Run one part until it is asked to stop; the exit code."""
    set_up(settings.log_level)
    health = Health(name, needs, patience=LOOP_PATIENCE)
    tracing = tracing_of(name, settings.cell, version("tieline"), os.environ)
    with (
        stopping() as stop,
        closing(tracing),
        serving(settings.metrics, name, version("tieline"), settings.cell, health) as address,
    ):
        logger(__name__).info("started", part=name, metrics=address, prefix=settings.prefix)
        in_order = run(lambda: _opened(make, settings, health, tracing), health, stop, idle)
        logger(__name__).info("stopped", part=name)
    return 0 if in_order else 1


class Several:
    """Parts that share one loop."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    def turn(self) -> bool:
        """Each in its turn."""
        did = [part.turn() for part in self._parts]
        return any(did)

    def close(self) -> None:
        """Nothing: what they use is closed where it was opened."""


def _opened(make: Make, settings: Settings, health: Health, tracing: Tracing) -> Opened:
    with ExitStack() as opened:
        part = make(Frame(settings, health, tracing, opened))
        return Opened(part, opened.pop_all())


def make_engine(frame: Frame) -> Part:
    """An engine worker."""
    from adapters.kafka.intake import Intake
    from adapters.observe.batches import BatchWatch
    from adapters.parts.engine import EnginePart

    settings, speakers = frame.settings, speakers_of(frame.settings)
    watch = BatchWatch(frame.tracing)
    worker = frame.opened.enter_context(worker_of(settings, watch=watch))
    frame.ready(worker.log)
    group = frame.group("engine")
    intake = Intake(worker, frame.brokers, frame.topics, speakers, settings.cell, group)
    intake.gathering.seconds = COMMANDS_GATHER
    return frame.asking(EnginePart(frame.keeps(intake), frame.topics, frame.health))


def make_relay(frame: Frame) -> Part:
    """The relay."""
    from adapters.kafka.relay import Relay
    from adapters.observe.relaying import RelayWatch
    from adapters.parts.relay import RelayPart

    log = frame.log()
    frame.ready(log)
    relay = Relay(
        log, frame.brokers, frame.topics, frame.settings.cell, relay_group(frame.settings)
    )
    relay.committed = RelayWatch(frame.tracing).committed
    return frame.asking(RelayPart(frame.keeps(relay), frame.topics, frame.health))


def make_process(frame: Frame) -> Part:
    """The bandwidth-change process and, where it plays the providers, the simulated network."""
    from projections.database import answers

    names = ["bandwidth-change"]
    if frame.settings.network == "simulated":
        names.append("simulated-network")
    reactors = [_reactor_part(name, frame) for name in names]
    engine = frame.opened.enter_context(engine_of(frame.settings))
    return frame.asking(*reactors, log=frame.log().mark, views=lambda: answers(engine))


def _reactor_part(name: str, frame: Frame) -> Part:
    from adapters.kafka.feed import KafkaFeed
    from adapters.parts.reacting import ReactorPart
    from adapters.reactors.memory import Memory

    worker = frame.opened.enter_context(worker_of(frame.settings))
    engine = frame.opened.enter_context(engine_of(frame.settings))
    counts = frame.ready(worker.log)
    memory = Memory(engine, name)
    reactor = _reactor(name, memory, worker.state)
    feed = frame.keeps(
        KafkaFeed(frame.brokers, frame.topics, frame.settings.cell, counts, frame.group(name))
    )
    feed.poll_ms, feed.gathering.seconds = SHARED_POLL_MS, EVENTS_GATHER
    producer = frame.keeps(frame.brokers.producer(linger_ms=2))
    part = ReactorPart(
        reactor,
        memory,
        feed,
        producer,
        frame.topics.internal,
        lambda: wall_clock(None),
        frame.health,
    )
    part.tracing = frame.tracing
    return part


def _reactor(name: str, memory: Any, state_of: Callable[[str], Any]) -> "Reactor":
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    if name == "bandwidth-change":
        return BandwidthChangeProcess(memory)
    return SimulatedNetwork(state_of, memory)


def make_views(names: Sequence[str]) -> Make:
    """The maker of a part that keeps these views, or all."""

    def make(frame: Frame) -> Part:
        from adapters.kafka.feed import KafkaFeed
        from adapters.observe.viewing import ViewWatch
        from adapters.parts.projecting import ProjectingPart
        from projections.database import answers
        from projections.runner import Runner
        from projections.views import VIEWS

        engine = frame.opened.enter_context(engine_of(frame.settings))
        with log_of(frame.settings) as log:
            counts = frame.ready(log)
        views = [view for view in VIEWS if not names or view.name in names]
        group = views_group(frame.settings, names)
        feed = KafkaFeed(frame.brokers, frame.topics, frame.settings.cell, counts, group)
        watch = ViewWatch(frame.tracing)
        frame.keeps(feed)
        part = ProjectingPart(Runner(engine, feed, views), feed, frame.health, watch)
        return frame.asking(part, views=lambda: answers(engine))

    return make


@contextmanager
def kafka_desk(settings: Settings, *, awaits: bool, settles: bool) -> "Generator[KafkaDesk]":
    """Publishes commands. Raises Unreachable, TopicsError."""
    from adapters.kafka.client import Client
    from adapters.kafka.desk import KafkaDesk
    from adapters.kafka.settling import Settling

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with ExitStack() as opened:
        settling = None
        if settles:
            admin = opened.enter_context(brokers.admin())
            settling = Settling(brokers, admin, topics, lambda: _readers(settings, admin))
            opened.callback(settling.close)
        client = Client(
            settings.kafka,
            prefix=settings.prefix,
            security=settings.security,
            owner=settings.owner,
            listen=awaits,
        )
        opened.enter_context(client)
        yield KafkaDesk(client, settling, settings.cell, awaits=awaits)


def _readers(settings: Settings, admin: "Admin") -> Sequence[str]:
    """The groups that must have passed: the process, the views, and the network where it plays. Of
    the last two those with members: a group is remembered for days after it was used last.
    """
    process, views = group_of(settings, "bandwidth-change"), views_group(settings)
    there = admin.groups_with_members()
    network = [name for name in there if name == group_of(settings, "simulated-network")]
    viewing = [name for name in there if name == views or name.startswith(f"{views}-")]
    return [process, *network, *(viewing or [views])]


@contextmanager
def feed_of(settings: Settings, log: "Log") -> "Generator[KafkaFeed]":
    """The topics, read by nobody's group. Raises Unreachable."""
    from adapters.kafka.feed import KafkaFeed

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    counts = topics_ready(brokers, topics, log, settings)
    with closing(KafkaFeed(brokers, topics, settings.cell, counts)) as feed:
        yield feed


def topics_ready(
    brokers: Brokers, topics: Topics, log: "Log", settings: Settings
) -> Mapping[str, int]:
    """The topics as this cell knows them, made where they are missing; partitions of each."""
    with brokers.admin() as admin:
        return prepare(admin, topics, log, settings.partitions)


@contextmanager
def cell_of(settings: Settings) -> "Generator[Cell]":
    """The cell as a whole: its log and its topics. Raises LogError, Unreachable."""
    from adapters.kafka.healing import Cell

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with log_of(settings) as log:
        topics_ready(brokers, topics, log, settings)
        yield Cell(log, brokers, topics, settings.cell, relay_group(settings))


def group_of(settings: Settings, *names: str) -> str:
    """The group of this cell's parts of one kind."""
    return "-".join([settings.prefix, *names])


def relay_group(settings: Settings) -> str:
    """Under which name the relay's place is kept, and its transactions are fenced."""
    return group_of(settings, "relay")


def views_group(settings: Settings, names: Sequence[str] = ()) -> str:
    """The group of the part that keeps all views, or some."""
    return group_of(settings, "project", *sorted(names))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
