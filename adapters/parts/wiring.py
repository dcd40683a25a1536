"""The one place where the parts of production are put together.

What a part opens is opened again when it is made again, so each `make` is called within the loop.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from adapters.clocks import wall_clock
from adapters.kafka.clients import Brokers
from adapters.kafka.security import parsed
from adapters.kafka.topics import Topics, prepare, topics_of
from adapters.observe.health import Health
from adapters.observe.logs import logger, set_up
from adapters.observe.server import serving
from adapters.parts.loop import Part, run, stopping
from adapters.settings import Settings, SettingsError
from adapters.speakers import Speakers
from adapters.speakers import parsed as parsed_speakers
from adapters.wiring import engine_of, log_of, worker_of

if TYPE_CHECKING:
    from adapters.kafka.clients import Admin
    from adapters.kafka.desk import KafkaDesk
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.healing import Cell
    from adapters.reactors.reactor import Reactor
    from domain.log import Log

LOOPBACK: Final = ("localhost",)
SHARED_POLL_MS: Final = 20
"""How long one of several parts of a loop waits for records."""


class Opened:
    """A part together with all that was opened for it; closing it closes everything."""

    def __init__(self, part: Part, opened: ExitStack) -> None:
        self._part = part
        self._opened = opened

    def turn(self) -> bool:
        """As the part itself."""
        return self._part.turn()

    def close(self) -> None:
        """The part first, then what it stands on."""
        try:
            self._part.close()
        finally:
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


def serve(
    settings: Settings, name: str, needs: Sequence[str], make: "Make", idle: float = 0
) -> int:
    """Run one part until it is asked to stop; the exit code."""
    set_up(settings.log_level)
    health = Health(name, needs)
    with (
        stopping() as stop,
        serving(settings.metrics, name, version("tieline"), settings.cell, health) as address,
    ):
        logger(__name__).info("started", part=name, metrics=address, prefix=settings.prefix)
        in_order = run(lambda: _opened(make, settings, health), health, stop, idle)
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
        """All of them."""
        for part in self._parts:
            part.close()


Make = Callable[[Settings, Health, ExitStack], Part]


def _opened(make: Make, settings: Settings, health: Health) -> Opened:
    with ExitStack() as opened:
        part = make(settings, health, opened)
        return Opened(part, opened.pop_all())


def make_engine(settings: Settings, health: Health, opened: ExitStack) -> Part:
    """An engine worker."""
    from adapters.kafka.intake import Intake
    from adapters.observe.batches import BatchWatch
    from adapters.parts.engine import EnginePart

    brokers, topics, speakers = (
        brokers_of(settings),
        topics_of(settings.prefix),
        speakers_of(settings),
    )
    worker = opened.enter_context(worker_of(settings, watch=BatchWatch()))
    topics_ready(brokers, topics, worker.log, settings)
    intake = Intake(worker, brokers, topics, speakers, settings.cell, f"{settings.prefix}-engine")
    return EnginePart(intake, topics, health)


def make_relay(settings: Settings, health: Health, opened: ExitStack) -> Part:
    """The relay."""
    from adapters.kafka.relay import Relay
    from adapters.parts.relay import RelayPart

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    log = opened.enter_context(log_of(settings))
    topics_ready(brokers, topics, log, settings)
    return RelayPart(
        Relay(log, brokers, topics, settings.cell, relay_group(settings)), topics, health
    )


def make_process(settings: Settings, health: Health, opened: ExitStack) -> Part:
    """The bandwidth-change process and, where it plays the providers, the simulated network."""
    names = ["bandwidth-change"]
    if settings.network == "simulated":
        names.append("simulated-network")
    from adapters.parts.reacting import LogAsked

    reactors = [_reactor_part(name, settings, health, opened) for name in names]
    return Several([*reactors, LogAsked(opened.enter_context(log_of(settings)), health)])


def _reactor_part(name: str, settings: Settings, health: Health, opened: ExitStack) -> Part:
    from adapters.kafka.feed import KafkaFeed
    from adapters.parts.reacting import ReactorPart
    from adapters.reactors.memory import Memory

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    worker = opened.enter_context(worker_of(settings))
    engine = opened.enter_context(engine_of(settings))
    counts = topics_ready(brokers, topics, worker.log, settings)
    memory = Memory(engine, name)
    reactor = _reactor(name, memory, worker.state)
    feed = KafkaFeed(brokers, topics, settings.cell, counts, f"{settings.prefix}-{name}")
    feed.poll_ms = SHARED_POLL_MS
    producer = brokers.producer(linger_ms=2)
    return ReactorPart(
        reactor, memory, feed, producer, topics.internal, lambda: wall_clock(None), health
    )


def _reactor(name: str, memory: Any, state_of: Callable[[str], Any]) -> "Reactor":
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    if name == "bandwidth-change":
        return BandwidthChangeProcess(memory)
    return SimulatedNetwork(state_of, memory)


def make_views(names: Sequence[str]) -> Make:
    """The maker of a part that keeps these views, or all."""

    def make(settings: Settings, health: Health, opened: ExitStack) -> Part:
        from adapters.kafka.feed import KafkaFeed
        from adapters.parts.projecting import ProjectingPart
        from projections.runner import Runner
        from projections.views import VIEWS

        brokers, topics = brokers_of(settings), topics_of(settings.prefix)
        engine = opened.enter_context(engine_of(settings))
        with log_of(settings) as log:
            counts = topics_ready(brokers, topics, log, settings)
        views = [view for view in VIEWS if not names or view.name in names]
        feed = KafkaFeed(brokers, topics, settings.cell, counts, views_group(settings, names))
        return ProjectingPart(Runner(engine, feed, views), feed, health)

    return make


@contextmanager
def kafka_desk(settings: Settings, *, awaits: bool, settles: bool) -> "Generator[KafkaDesk]":
    """Publishes commands. Raises Unreachable, TopicsError."""
    from adapters.kafka.client import Client
    from adapters.kafka.desk import KafkaDesk
    from adapters.kafka.settling import Settling

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with ExitStack() as opened:
        client = Client(
            settings.kafka,
            prefix=settings.prefix,
            security=settings.security,
            owner=settings.owner,
            listen=awaits,
        )
        opened.enter_context(client)
        settling = None
        if settles:
            admin = opened.enter_context(brokers.admin())
            settling = Settling(
                brokers.consumer(), admin, topics, lambda: _readers(settings, admin)
            )
            opened.callback(settling.close)
        yield KafkaDesk(client, settling, settings.cell, awaits=awaits)


def _readers(settings: Settings, admin: "Admin") -> Sequence[str]:
    """The groups that must have passed: the process, the views, and the network where it plays."""
    process, views = f"{settings.prefix}-bandwidth-change", views_group(settings)
    there = admin.groups(f"{settings.prefix}-")
    network = [name for name in there if name == f"{settings.prefix}-simulated-network"]
    viewing = [name for name in there if name.startswith(views)]
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


def relay_group(settings: Settings) -> str:
    """Under which name the relay's place is kept, and its transactions are fenced."""
    return f"{settings.prefix}-relay"


def views_group(settings: Settings, names: Sequence[str] = ()) -> str:
    """The group of the part that keeps all views, or some."""
    return "-".join([f"{settings.prefix}-project", *sorted(names)])


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
