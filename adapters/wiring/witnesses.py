"""What others know of a log: the relay and its topic, views and processes in another database. From
them it shows what a log has lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from adapters.settings import Settings

if TYPE_CHECKING:
    from domain.csp.events import Missing
    from domain.engine.log import Log, Mark
    from projections.feed import Checkpoint


class Witness(NamedTuple):
    """Somebody who has read the log, or what was published of it: how far, in events and outcomes,
    and whether the log does not hold all of that any more. `versions` are the last ones of streams
    of which it knows more than the log.
    """

    name: str
    position: int | None
    outcome: int | None
    knows_more: bool
    versions: Mapping[str, int] = {}


def witnesses(settings: Settings, log: "Log") -> Sequence[Witness]:
    """All that can be asked. Raises Unreachable, DBAPIError."""
    mark = log.mark()
    found: list[Witness] = []
    if settings.kafka:
        found += [_relay(settings, log, mark), *_engines(settings, log)]
    if settings.views != settings.database:
        found.extend(_readers(settings, log, mark))
    return found


def missing_of(log: "Log", asked: Sequence[Witness]) -> "Sequence[Missing]":
    """The streams of which a witness knows more than the log, by their names."""
    from domain.csp.events import Missing

    known: dict[str, tuple[int, str]] = {}
    for each in asked:
        for stream, version in each.versions.items():
            known[stream] = max(known.get(stream, (0, "")), (version, each.name))
    return [
        Missing(stream, log.load(stream)[1], version, name)
        for stream, (version, name) in sorted(known.items())
    ]


def _relay(settings: Settings, log: "Log", mark: "Mark") -> Witness:
    """The relay's checkpoint and, where that knows more, the topic."""
    from adapters.kafka.relay import LogForked, check_forked, published_checkpoint
    from adapters.wiring.brokers import brokers_of, relay_group

    at = published_checkpoint(brokers_of(settings), relay_group(settings))
    try:
        check_forked(log, at)
    except LogForked:
        versions = _published_after(settings, mark.position)
        return Witness("relay", at.position, at.outcome, knows_more=True, versions=versions)
    return Witness("relay", at.position, at.outcome, knows_more=False)


def _engines(settings: Settings, log: "Log") -> Iterator[Witness]:
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
        yield Witness("engines", noted.position, noted.outcome, knows_more=more)


def _published_after(settings: Settings, position: int) -> Mapping[str, int]:
    """The last version of each stream among the published events after a position."""
    from adapters.kafka.clients import everything_in
    from adapters.kafka.healing import PAGE, is_ours
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    versions: dict[str, int] = {}
    for record in everything_in(brokers_of(settings), topics_of(settings.prefix).events, PAGE):
        told = dict(record.headers)
        if is_ours(told, settings.cell) and int(told["ce_position"]) > position:
            stream, version = told["ce_subject"].decode(), int(told["ce_sequence"])
            versions[stream] = max(version, versions.get(stream, 0))
    return versions


def _readers(settings: Settings, log: "Log", mark: "Mark") -> Iterator[Witness]:
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
        yield _reader(name, checkpoint, more, mark)


def _reader(name: str, at: "Checkpoint", versions: Mapping[str, int], mark: "Mark") -> Witness:
    from projections.feed import EVENTS, OUTCOMES

    if EVENTS not in at:
        return Witness(name, None, None, knows_more=bool(versions), versions=versions)
    position, outcome = at[EVENTS], at.get(OUTCOMES, 0)
    more = position > mark.position or outcome > mark.outcome
    return Witness(name, position, outcome, knows_more=more, versions=versions)


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
        memory.forget(engine)
