"""Makes each part of production.

A part that is made again opens everything again, so the loop calls its `make`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from adapters.clocks import wall_clock
from adapters.parts.loop import Part
from adapters.wiring.brokers import relay_group, speakers_of, views_group
from adapters.wiring.serving import Frame, Recipe
from adapters.wiring.stores import engine_of, log_of
from adapters.wiring.workers import door_of, worker_of

if TYPE_CHECKING:
    from adapters.parts.reacting import ReactorPart
    from adapters.reactors.network import Look
    from adapters.reactors.reactor import Reactor

SHARED_POLL_MS: Final = 50
"""How long a part that shares its loop waits for records."""

COMMANDS_GATHER: Final = 0.02
"""Seconds for which commands gather for an engine after a small batch: a batch costs as much as
sixty commands (docs/decisions/0009).
"""

EVENTS_GATHER: Final = 0.1
"""Seconds for which events gather for a process: most do not concern it."""


def make_engine(frame: Frame) -> Part:
    """An engine worker."""
    from adapters.kafka.forked import refuse_forked
    from adapters.kafka.intake import Intake
    from adapters.kafka.noted import refuse_lost
    from adapters.observe.batches import BatchWatch
    from adapters.parts.engine import EnginePart

    settings = frame.settings
    door = door_of(settings, speakers_of(settings))
    watch = BatchWatch(frame.tracing)
    worker = frame.opened.enter_context(worker_of(settings, watch=watch))
    frame.ready(worker.log)
    group = frame.group("engine")
    refuse_lost(worker.log, frame.brokers, group)
    refuse_forked(worker.log, frame.brokers, relay_group(settings))
    intake = Intake(worker, door, frame.brokers, frame.topics, cell=settings.cell, group=group)
    intake.gathering.seconds = COMMANDS_GATHER
    part = EnginePart(frame.keeps(intake), frame.topics, frame.health)
    return frame.probing(part, members=[intake.member])


def make_relay(frame: Frame) -> Part:
    """The relay."""
    from adapters.kafka.relay import Relay
    from adapters.observe.relaying import RelayWatch
    from adapters.parts.relay import RelayPart

    log = frame.log()
    frame.ready(log)
    relay = Relay(
        log,
        frame.brokers,
        frame.topics,
        cell=frame.settings.cell,
        group=relay_group(frame.settings),
    )
    relay.committed = RelayWatch(frame.tracing).committed
    return frame.probing(RelayPart(frame.keeps(relay), frame.topics, frame.health))


def make_process(frame: Frame) -> Part:
    """The bandwidth-change process and, where it plays the providers, the simulated network."""
    from projections.database import answers

    names = ["bandwidth-change"]
    if frame.settings.network == "simulated":
        names.append("simulated-network")
    reactors = [_reactor_part(name, frame) for name in names]
    engine = frame.opened.enter_context(engine_of(frame.settings))
    return frame.probing(
        *reactors,
        members=[each.member for each in reactors],
        log=frame.log().mark,
        views=lambda: answers(engine),
    )


def _reactor_part(name: str, frame: Frame) -> "ReactorPart":
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.writer import Writer
    from adapters.parts.reacting import ReactorPart
    from adapters.reactors.memory import Memory

    worker = frame.opened.enter_context(worker_of(frame.settings))
    engine = frame.opened.enter_context(engine_of(frame.settings))
    counts = frame.ready(worker.log)
    memory = Memory(engine, name)
    reactor = _reactor(name, memory, worker.look)
    feed = frame.keeps(
        KafkaFeed(
            frame.brokers,
            frame.topics,
            cell=frame.settings.cell,
            counts=counts,
            group=frame.group(name),
        )
    )
    feed.poll_ms, feed.gathering.seconds = SHARED_POLL_MS, EVENTS_GATHER
    writer = frame.keeps(Writer(frame.brokers, linger_ms=2))
    part = ReactorPart(
        reactor,
        memory,
        feed=feed,
        writer=writer,
        topic=frame.topics.internal,
        now=lambda: wall_clock(None),
        health=frame.health,
    )
    part.tracing = frame.tracing
    return part


def _reactor(name: str, memory: Any, look: "Look") -> "Reactor":
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    if name == "bandwidth-change":
        return BandwidthChangeProcess(memory)
    return SimulatedNetwork(look, memory)


def make_views(names: Sequence[str]) -> Recipe:
    """A recipe for a part that keeps these views up to date, or all if none is named."""

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
        feed = KafkaFeed(
            frame.brokers, frame.topics, cell=frame.settings.cell, counts=counts, group=group
        )
        watch = ViewWatch(frame.tracing)
        frame.keeps(feed)
        part = ProjectingPart(Runner(engine, feed, views), feed, frame.health, watch)
        return frame.probing(part, members=[feed.member], views=lambda: answers(engine))

    return make
