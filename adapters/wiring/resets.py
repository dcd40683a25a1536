"""Beginning anew after topics were lost, or on another cluster: each part forgets how far it was.

Nothing of this loses anything: the log holds all events, and every reader follows from them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from adapters.kafka.groups import ALARMS, CHANGES, NETWORK, keeps_views
from adapters.settings import Settings
from adapters.wiring.brokers import brokers_of, group_of, relay_group
from adapters.wiring.stores import engine_of, existing_log_of, refuse_missing

if TYPE_CHECKING:
    from adapters.kafka.admin import Described
    from adapters.kafka.topic_settings import Tell
    from projections.feed import Checkpoint
    from projections.projection import View

REACTORS: Final = (CHANGES, ALARMS, NETWORK)
"""Who remembers something beside the views, by name."""


class StillRuns(Exception):
    """A part runs that would go on with what is to be forgotten; the text names its group."""


def reset_relay(settings: Settings, tell: "Tell") -> "Mapping[str, Described]":
    """Make the topics that are missing, take all of them for the cell's own, and have the whole log
    published again. A relay that runs is fenced off and goes on by itself some seconds later.

    Returns the topics by name. Raises LogError, Unreachable, TopicsError, Fenced.
    """
    from adapters.kafka.republishing import publish_from_the_start
    from adapters.kafka.topics import accept, make_anew, topics_of
    from adapters.kafka.whose import claim

    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with existing_log_of(settings) as log:
        claim(log, settings.prefix)
        with brokers.admin() as admin:
            found = make_anew(admin, topics, log, settings.partitions, tell)
        publish_from_the_start(brokers, topics, relay_group(settings))
        accept(log, found)
    return dict(sorted(found.items()))


def reset_process(settings: Settings) -> "Mapping[str, Checkpoint]":
    """Have the processes, and the simulated network, read the topics again from the start; returns
    how far each was. Raises StillRuns, LogError, Unreachable.
    """
    from adapters.reactors.memory import forget

    refuse_missing(settings)
    groups = [group_of(settings, name) for name in REACTORS]
    _refuse_running(settings, lambda group: group in groups)
    with engine_of(settings) as engine:
        return {name: forget(engine, name) for name in REACTORS}


def reset_views(settings: Settings, views: "Sequence[View]") -> "Mapping[str, Checkpoint]":
    """Have views built anew when they are next brought forward; returns how far each was.

    Raises StillRuns, RebuildRuns, LogError, Unreachable.
    """
    from adapters.rebuilding import alone
    from projections.generations import begin_anew
    from projections.views import VIEWS

    refuse_missing(settings)
    if settings.kafka:
        names = [view.name for view in VIEWS]
        _refuse_running(settings, lambda group: keeps_views(group, settings.prefix, names))
    with engine_of(settings) as engine, alone(engine):
        return {view.name: begin_anew(engine, view.shape) for view in views}


def _refuse_running(settings: Settings, reads: Callable[[str], bool]) -> None:
    """Raise StillRuns if one of the groups that read so has members."""
    with brokers_of(settings).admin() as admin:
        there = admin.groups_with_members()
    for group in filter(reads, there):
        raise StillRuns(
            f"The group {group} has members: stop its parts first. One that was killed counts for "
            "some seconds longer"
        )
