"""What others know of a log: the relay and its topic, views and processes in another database. From
them it shows what a log has lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from adapters.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.csp.events import Missing
    from domain.engine.log import Log, Mark
    from projections.feed import Checkpoint


class Reader(NamedTuple):
    """Somebody who has read the log, or what was published of it: how far, in events and outcomes,
    and whether the log does not hold all of that any more. `versions` are the last ones of streams
    of which it knows more than the log.
    """

    name: str
    position: int | None
    outcome: int | None
    knows_more: bool
    versions: Mapping[str, int] = {}


def readers(settings: Settings, log: "Log") -> Sequence[Reader]:
    """All that can be asked. Raises Unreachable, DBAPIError."""
    mark = log.mark()
    found: list[Reader] = []
    if settings.kafka:
        found += [_relay(settings, log, mark), *_engines(settings, log)]
    if settings.views != settings.database:
        found.extend(_views_and_processes(settings, log, mark))
    return found


def refuse_lost(log: "Log", views: "Engine") -> None:
    """Raise LogWentBack where the log does not hold the last event that views have applied: they
    are kept by the topics, and may be the only ones who know of it. Raises DBAPIError.
    """
    from domain.engine.log import LogWentBack
    from projections.lanes import furthest

    last = furthest(views)
    if last is None or not last.position:  # an earlier version noted no positions
        return
    there = log.rows(last.position - 1, 1)
    held = [f"{row.stream}/{row.version}" for _, row in there] or ["nothing"]
    applied = f"{last.stream}/{last.version}"
    if held != [applied]:
        raise LogWentBack(
            f"The log went back: views have applied {applied} at position {last.position}, where "
            f"it holds {held[0]}"
        )


def missing_of(log: "Log", asked: Sequence[Reader]) -> "Sequence[Missing]":
    """The streams of which a reader knows more than the log, by their names."""
    from domain.csp.events import Missing

    known: dict[str, tuple[int, str]] = {}
    for each in asked:
        for stream, version in each.versions.items():
            known[stream] = max(known.get(stream, (0, "")), (version, each.name))
    return [
        Missing(stream, log.load(stream)[1], version, name)
        for stream, (version, name) in sorted(known.items())
    ]


def _relay(settings: Settings, log: "Log", mark: "Mark") -> Reader:
    """The relay's checkpoint and, where that knows more, the topic."""
    from adapters.kafka.checkpoint import LogForked, check_forked
    from adapters.kafka.relay import CheckpointLost, published_checkpoint
    from adapters.wiring.brokers import brokers_of, relay_group

    try:
        at = published_checkpoint(brokers_of(settings), relay_group(settings))
    except CheckpointLost:
        return Reader("relay", None, None, knows_more=False)
    try:
        check_forked(log, at)
    except LogForked:
        versions = _published_after(settings, mark.position)
        return Reader("relay", at.position, at.outcome, knows_more=True, versions=versions)
    return Reader("relay", at.position, at.outcome, knows_more=False)


def _engines(settings: Settings, log: "Log") -> Iterator[Reader]:
    """What engines have noted beside their offsets."""
    from adapters.kafka.noted import noted_marks
    from adapters.wiring.brokers import brokers_of, group_of
    from domain.engine.log import LogWentBack

    for noted in noted_marks(brokers_of(settings), group_of(settings, "engine")):
        more = False
        try:
            log.mark(noted)
        except LogWentBack:
            more = True
        yield Reader("engines", noted.position, noted.outcome, knows_more=more)


def _published_after(settings: Settings, position: int) -> Mapping[str, int]:
    """The last version of each stream among the published events after a position."""
    from adapters.kafka.binding import NotOurs
    from adapters.kafka.clients import everything_in
    from adapters.kafka.healing import PAGE, event_at
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    versions: dict[str, int] = {}
    for record in everything_in(brokers_of(settings), topics_of(settings.prefix).events, PAGE):
        with suppress(NotOurs):
            place = event_at(record, settings.cell)
            if place is not None and place.position > position:
                versions[place.stream] = max(place.version, versions.get(place.stream, 0))
    return versions


def _views_and_processes(settings: Settings, log: "Log", mark: "Mark") -> Iterator[Reader]:
    """Views and reactors: by their places where the log is their feed, else by their versions."""
    from adapters.reactors.memory import remembered
    from adapters.wiring.views import views_or_none
    from projections.lanes import reached_by_views

    with views_or_none(settings) as engine:
        reached = [*reached_by_views(engine), *remembered(engine)]

    @cache
    def is_there(stream: str, version: int) -> bool:
        return bool(log.events(stream, version - 1, version))

    for name, checkpoint, versions in reached:
        more = {each: at for each, at in versions.items() if not is_there(each, at)}
        yield _one(name, checkpoint, more, mark)


def _one(name: str, at: "Checkpoint", versions: Mapping[str, int], mark: "Mark") -> Reader:
    from projections.feed import EVENTS, OUTCOMES

    if EVENTS not in at:
        return Reader(name, None, None, knows_more=bool(versions), versions=versions)
    position, outcome = at[EVENTS], at.get(OUTCOMES, 0)
    more = position > mark.position or outcome > mark.outcome
    return Reader(name, position, outcome, knows_more=more, versions=versions)


def forget(settings: Settings) -> None:
    """Have views and processes that read the log itself from another database begin anew."""
    if settings.views == settings.database:
        return
    from adapters.reactors import memory
    from adapters.wiring.stores import engine_of
    from projections import generations
    from projections.views import VIEWS

    with engine_of(settings) as engine:
        generations.forget(engine, [view.shape for view in VIEWS])
        memory.forget_fed_by_log(engine)
