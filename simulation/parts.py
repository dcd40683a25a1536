"""The parts of a simulated cell: the real ones, put together as adapters/wiring/parts.py does."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from adapters.kafka.feed import KafkaFeed
from adapters.kafka.groups import ALARMS, CHANGES, ENGINE, NETWORK
from adapters.kafka.healing import Cell, Comparison, compare, publish_again
from adapters.kafka.intake import Intake
from adapters.kafka.lanes import Lanes
from adapters.kafka.relay import Relay
from adapters.kafka.transactions import Fenced
from adapters.kafka.writer import Writer
from adapters.observe.health import Health
from adapters.parts.reacting import NEEDS, ReactorPart
from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from adapters.reactors.reactor import Reactor
from projections.feed import EVENTS, EVERYTHING, Checkpoint, LogFeed, Page, Selection
from projections.rebuild import rebuild as rebuild_views
from projections.runner import Runner
from projections.views import VIEWS
from simulation.cell import PREFIX, SOURCE, SimulatedCell
from simulation.processes import Fate, Process

ENGINES: Final = f"{PREFIX}-{ENGINE}"
RELAY: Final = f"{PREFIX}-relay"
PROJECT: Final = f"{PREFIX}-project"
REACTORS: Final = (CHANGES, ALARMS, NETWORK)
REPAIR: Final = "repair"
REBUILD: Final = "rebuild"


class TurnTaker(Protocol):
    """One part that takes turns."""

    def turn(self) -> Any:
        """Do what there is to do, for a moment."""
        ...


Launch = Callable[[SimulatedCell, Process], TurnTaker]


def intake(cell: SimulatedCell, process: Process) -> TurnTaker:
    """An engine worker."""
    cell.prepared(process)
    worker, brokers = cell.worker(process), cell.brokers(process)
    return Intake(worker, cell.door(worker), brokers, cell.topics, cell=SOURCE, group=ENGINES)


def relay(cell: SimulatedCell, process: Process) -> TurnTaker:
    """A relay."""
    made = Relay(
        cell.log_of(process),
        cell.brokers(process),
        cell.topics,
        cell=SOURCE,
        group=RELAY,
        seconds=cell.fate.clock.seconds,
    )
    return Relaying(made, process, cell.fate)


def changes(cell: SimulatedCell, process: Process) -> TurnTaker:
    """The process of bandwidth changes."""
    memory = Memory(cell.engine, CHANGES)
    return _reacting(cell, process, CHANGES, memory, BandwidthChangeProcess(memory))


def alarms(cell: SimulatedCell, process: Process) -> TurnTaker:
    """The alarm process."""
    memory, log = Memory(cell.engine, ALARMS), cell.log_of(process)
    return _reacting(cell, process, ALARMS, memory, AlarmProcess(memory, log.events))


def network(cell: SimulatedCell, process: Process) -> TurnTaker:
    """The simulated network."""
    memory, worker = Memory(cell.engine, NETWORK), cell.worker(process)
    return _reacting(cell, process, NETWORK, memory, SimulatedNetwork(worker.look, memory))


def views(cell: SimulatedCell, process: Process) -> TurnTaker:
    """All views."""
    feed = _feed(cell, process, PROJECT)
    return Projecting(Runner(cell.engine, feed, VIEWS), feed, cell.fate)


def repair(cell: SimulatedCell, process: Process) -> TurnTaker:
    """A repair, which compares the topics with the log and publishes what is missing."""
    brokers, log = cell.brokers(process), cell.log_of(process)
    return Repairing(Cell(log, brokers, cell.topics, SOURCE, RELAY), cell.fate)


def rebuild(cell: SimulatedCell, process: Process) -> TurnTaker:
    """A rebuild of the views, beside the live ones."""
    return Rebuilding(cell, process)


class Relaying:
    """A relay, watched: it has taken over when it publishes after standing by."""

    def __init__(self, made: Relay, process: Process, fate: Fate) -> None:
        self._relay = made
        self._process = process
        self._fate = fate

    def turn(self) -> None:
        """One transaction at most."""
        stood_by = self._relay.stands_by
        published = self._relay.turn()
        if self._relay.stands_by and not stood_by:
            self._fate.faults.reaches("fencing")
        if stood_by and any(published):
            self._fate.faults.reaches("takeover by a stand-by")


class Projecting:
    """A runner of views over its feed, as the part that projects turns it."""

    def __init__(self, runner: Runner, feed: KafkaFeed, fate: Fate) -> None:
        self._runner = runner
        self._feed = feed
        self._fate = fate

    def turn(self) -> None:
        """One page."""
        result = self._runner.step()
        if self._feed.active:
            self._fate.faults.reaches("stopped stream", len(result.stopped))
            self._fate.faults.reaches("stream gone on", len(result.healed))
            self._feed.commit()


class NotedFeed(LogFeed):
    """The log as a feed; the cell notes how far views are built from it."""

    def __init__(self, cell: SimulatedCell, process: Process) -> None:
        super().__init__(cell.log_of(process))
        self._cell = cell

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """A page of the log, whose checkpoint is noted."""
        page = super().read(after, limit, wanted, upto)
        self._cell.rebuilt = max(self._cell.rebuilt, page.checkpoint[EVENTS])
        return page


class Rebuilding:
    """`tieline projections rebuild`, once a turn: from the topics, or from the log."""

    def __init__(self, cell: SimulatedCell, process: Process) -> None:
        self._cell = cell
        self._process = process

    def turn(self) -> None:
        """Rebuild all views and switch to them."""
        cell, name = self._cell, self._process.name
        if cell.fate.chance.happens(0.5):
            rebuild_views(cell.engine, NotedFeed(cell, self._process), VIEWS)
        else:
            rebuild_views(cell.engine, _feed(cell, self._process, None), VIEWS)
        cell.fate.trace.notes(f"{name} has built the views anew")
        cell.fate.faults.reaches("rebuilt views")


class Repairing:
    """`tieline relay repair`, once a turn."""

    def __init__(self, cell: Cell, fate: Fate) -> None:
        self._cell = cell
        self._fate = fate

    def turn(self) -> None:
        """Compare, and publish again what is missing."""
        found = compare(self._cell)
        if found.foreign:
            raise AssertionError(f"what is published is not in the log: {found.faults}")
        if found.missing:
            self._heal(found)

    def _heal(self, found: Comparison) -> None:
        """Publish again, unless a relay takes over meanwhile and fences the repair off."""
        try:
            count = publish_again(self._cell, found)
        except Fenced:
            self._fate.trace.notes("repair was fenced off")
            return
        self._fate.trace.notes(f"repair published {count} records again")
        self._fate.faults.reaches("healing")


def _reacting(
    cell: SimulatedCell, process: Process, name: str, memory: Memory, reactor: Reactor
) -> TurnTaker:
    return ReactorPart(
        reactor,
        memory,
        feed=_feed(cell, process, f"{PREFIX}-{name}"),
        writer=Writer(cell.brokers(process)),
        topic=cell.topics.internal,
        now=lambda: cell.fate.clock.wall(process.name),
        health=Health(name, NEEDS),
        seconds=cell.fate.clock.seconds,
    )


def _feed(cell: SimulatedCell, process: Process, group: str | None) -> KafkaFeed:
    return KafkaFeed(
        cell.brokers(process),
        Lanes(cell.topics, cell.prepared(process)),
        cell=SOURCE,
        group=group,
        seconds=cell.fate.clock.seconds,
    )


PARTS: Final[Mapping[str, Launch]] = {
    "engine-1": intake,
    "engine-2": intake,
    "engine-3": intake,
    "relay-1": relay,
    "relay-2": relay,
    "process-1": changes,
    "process-2": changes,
    "alarms-1": alarms,
    "alarms-2": alarms,
    "network-1": network,
    "network-2": network,
    "views-1": views,
    "views-2": views,
    REPAIR: repair,
    REBUILD: rebuild,
}
"""Every part of the cell, by the name of its process."""
