"""The cell on the brokers: its topics, its consumer groups, and who may speak over them."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from adapters.kafka import groups
from adapters.kafka.admin import Described
from adapters.kafka.clients import Brokers
from adapters.kafka.security import parsed
from adapters.kafka.topic_settings import Tell, unheard
from adapters.kafka.topics import TopicsError, existing, prepare, topics_of
from adapters.kafka.whose import claim, move
from adapters.settings import Settings, SettingsError
from adapters.speakers import Speakers
from adapters.speakers import parsed as parsed_speakers
from adapters.wiring.stores import existing_log_of, log_of

if TYPE_CHECKING:
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.healing import Cell
    from domain.engine.log import Log

LOOPBACK: Final = ("localhost",)


def brokers_of(settings: Settings) -> Brokers:
    """The cluster. Raises SettingsError if none is set."""
    if not settings.kafka:
        raise SettingsError("TIELINE_KAFKA is empty: name the bootstrap servers, host:port,…")
    return Brokers(settings.kafka, parsed(settings.security), haste=settings.haste)


def speakers_of(settings: Settings) -> Speakers:
    """Who may speak for whom. Raises SettingsError for brokers beyond loopback without a list."""
    speakers = parsed_speakers(settings.sources, settings.owner)
    hosts = [each.rpartition(":")[0].strip("[]") for each in settings.kafka.split(",")]
    if speakers.anyone and not all(map(_is_loopback, hosts)):
        raise SettingsError(
            "TIELINE_SOURCES is *, which lets everybody speak for everybody, and the brokers at "
            f"{settings.kafka} are not on loopback: say which source speaks for which principals, "
            "e.g. TIELINE_SOURCES='/portal=user:*,service:portal /carrier/*=provider:*'"
        )
    return speakers


def topics_ready(settings: Settings, log: "Log", tell: Tell = unheard) -> Mapping[str, Described]:
    """Make the topics that this cell never had and check the others; `tell` hears of settings that
    are weak.

    Raises Unreachable, and TopicsError where the log is another cell's, or topics are not as it
    knows them.
    """
    claim(log, settings.prefix)
    with brokers_of(settings).admin() as admin:
        return prepare(admin, topics_of(settings.prefix), log, settings.partitions, tell)


@contextmanager
def feed_of(settings: Settings, log: "Log") -> "Generator[KafkaFeed]":
    """The topics as a feed, outside any consumer group. Raises Unreachable, TopicsError."""
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.lanes import Lanes

    lanes = Lanes(topics_of(settings.prefix), topics_ready(settings, log))
    with closing(KafkaFeed(brokers_of(settings), lanes, cell=settings.cell)) as feed:
        yield feed


@contextmanager
def feed_to_read(settings: Settings) -> "Generator[KafkaFeed]":
    """The topics that are there as a feed, outside any consumer group; none is made.

    Raises Unreachable, TopicsError.
    """
    from adapters.kafka.feed import KafkaFeed
    from adapters.kafka.lanes import Lanes

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with brokers.admin() as admin:
        lanes = Lanes(topics, existing(admin, topics, settings.kafka))
    with closing(KafkaFeed(brokers, lanes, cell=settings.cell)) as feed:
        yield feed


@contextmanager
def cell_of(settings: Settings) -> "Generator[Cell]":
    """The cell as a whole: its log and its topics. Raises LogError, Unreachable, TopicsError."""
    from adapters.kafka.healing import Cell

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with log_of(settings) as log:
        topics_ready(settings, log)
        yield Cell(log, brokers, topics, settings.cell, relay_group(settings))


def move_cell(settings: Settings, before: str) -> None:
    """Let the log go on as this cell, which was the cell `before`'s until now.

    Raises TopicsError if it was not, or while parts of `before` are in its groups; LogError,
    Unreachable.
    """
    from projections.views import VIEWS

    with brokers_of(settings).admin() as admin:
        there = admin.groups_with_members()
    if running := groups.readers(there, before, [view.name for view in VIEWS]):
        raise TopicsError(
            f"Parts of {before} run, in the groups {', '.join(running)}: stop all of them first, "
            "its relay too. Nothing was changed"
        )
    with existing_log_of(settings) as log:
        move(log, before, settings.prefix)


def group_of(settings: Settings, *names: str) -> str:
    """The consumer group of this cell's parts of one kind."""
    return groups.group_of(settings.prefix, *names)


def relay_group(settings: Settings) -> str:
    """The name under which the relay's checkpoint is kept and its transactions are fenced."""
    return group_of(settings, groups.RELAY)


def views_group(settings: Settings, names: Sequence[str] = ()) -> str:
    """The consumer group of the part that keeps all views up to date, or those named."""
    return groups.views_group(settings.prefix, names)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
