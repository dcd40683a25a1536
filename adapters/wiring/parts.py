"""Makes each part of production.

A part that is made again opens everything again, so the loop calls its `make`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from adapters.clocks import wall_clock
from adapters.kafka.admin import Described
from adapters.kafka.groups import ALARMS, CHANGES, ENGINE, NETWORK
from adapters.parts.loop import Part
from adapters.wiring.brokers import relay_group, speakers_of, views_group
from adapters.wiring.serving import Frame, Recipe
from adapters.wiring.stores import engine_of, log_of
from adapters.wiring.workers import door_of, worker_of

if TYPE_CHECKING:
    from adapters.engine.worker import Worker
    from adapters.parts.reacting import ReactorPart
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
    watch = BatchWatch(frame.tracing)
    worker = frame.opened.enter_context(worker_of(settings, watch=watch))
    door = door_of(settings, worker, speakers_of(settings))
    topics = frame.ready(worker.log)
    group = frame.group(ENGINE)
    refuse_lost(worker.log, frame.brokers, group)
    refuse_forked(worker.log, frame.brokers, relay_group(settings))
    intake = Intake(worker, door, frame.brokers, frame.topics, cell=settings.cell, group=group)
    intake.gathering.seconds = COMMANDS_GATHER
    part = EnginePart(frame.keeps(intake), frame.topics, frame.health)
    return frame.probing(part, topics=topics, members=[intake.member])


def make_relay(frame: Frame) -> Part:
    """The relay."""
    from adapters.kafka.relay import Relay
    from adapters.kafka.whose import claim
    from adapters.observe.relaying import RelayWatch
    from adapters.parts.relay import RelayPart

    log = frame.log()
    topics = frame.ready(log)
    relay = Relay(
        log,
        frame.brokers,
        frame.topics,
        cell=frame.settings.cell,
        group=relay_group(frame.settings),
    )
    relay.committed = RelayWatch(frame.tracing).committed
    ours = partial(claim, log, frame.settings.prefix)
    part = RelayPart(frame.keeps(relay), frame.topics, frame.health, ours)
    return frame.probing(part, oversight_of(frame), topics=topics)


def oversight_of(frame: Frame) -> Part:
    """Looks after all groups and topics of the cell, from the brokers' side: a group without
    members has no part that could tell how far it is behind, and settings change under parts.
    """
    from adapters.kafka.backlog import Backlog
    from adapters.kafka.topics import settings_now
    from adapters.parts.overseeing import Oversight
    from adapters.parts.probing import PATIENCE_MS
    from projections.views import VIEWS

    admin = frame.opened.enter_context(frame.brokers.admin(request_timeout_ms=PATIENCE_MS))
    views = [view.name for view in VIEWS]
    backlog = Backlog(admin, frame.brokers, frame.settings.prefix, views)
    return Oversight(backlog, partial(settings_now, admin, frame.topics))


def make_process(frame: Frame) -> Part:
    """The processes of bandwidth changes and of alarms and, where it plays the providers, the
    simulated network.
    """
    from adapters.wiring.readers import refuse_lost
    from projections.database import answers

    names = [CHANGES, ALARMS]
    if frame.settings.network == "simulated":
        names.append(NETWORK)
    log = frame.log()
    topics = frame.ready(log)
    engine = frame.opened.enter_context(engine_of(frame.settings))
    refuse_lost(log, engine)
    reactors = [_reactor_part(name, frame, topics) for name in names]
    return frame.probing(
        *reactors,
        topics=topics,
        members=[each.member for each in reactors],
        log=log.mark,
        views=lambda: answers(engine),
    )


def _reactor_part(name: str, frame: Frame, topics: Mapping[str, Described]) -> "ReactorPart":
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.lanes import PROCESS, Lanes
    from adapters.kafka.writer import Writer
    from adapters.observe.batches import BatchWatch
    from adapters.parts.reacting import ReactorPart
    from adapters.reactors.memory import Memory

    watch = BatchWatch(frame.tracing)
    worker = frame.opened.enter_context(worker_of(frame.settings, watch=watch))
    engine = frame.opened.enter_context(engine_of(frame.settings))
    memory = Memory(engine, name)
    reactor = _reactor(name, memory, worker)
    feed = frame.keeps(
        KafkaFeed(
            frame.brokers,
            Lanes(frame.topics, topics, PROCESS),
            cell=frame.settings.cell,
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
    part.tracing, part.check = frame.tracing, worker.check
    return part


def _reactor(name: str, memory: Any, worker: "Worker") -> "Reactor":
    from adapters.reactors.alarms import AlarmProcess
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    if name == CHANGES:
        return BandwidthChangeProcess(memory)
    if name == ALARMS:
        return AlarmProcess(memory, worker.log.events)
    return SimulatedNetwork(worker.look, memory)


def make_views(names: Sequence[str]) -> Recipe:
    """A recipe for a part that keeps these views up to date, or all if none is named."""

    def make(frame: Frame) -> Part:
        from adapters.kafka.feed import KafkaFeed
        from adapters.kafka.lanes import Lanes
        from adapters.observe.viewing import ViewWatch
        from adapters.parts.projecting import ProjectingPart
        from adapters.wiring.readers import refuse_lost
        from projections.database import answers
        from projections.runner import Runner
        from projections.views import VIEWS

        engine = frame.opened.enter_context(engine_of(frame.settings))
        with log_of(frame.settings) as log:
            topics, position = frame.ready(log), log.mark().position
            refuse_lost(log, engine)
        views = [view for view in VIEWS if not names or view.name in names]
        group = views_group(frame.settings, names)
        lanes = Lanes(frame.topics, topics)
        feed = KafkaFeed(frame.brokers, lanes, cell=frame.settings.cell, group=group)
        watch = ViewWatch(frame.tracing)
        frame.keeps(feed)
        runner = Runner(engine, feed, views, position=position)
        part = ProjectingPart(runner, feed, frame.health, watch)
        return frame.probing(
            part, topics=topics, members=[feed.member], views=lambda: answers(engine)
        )

    return make
