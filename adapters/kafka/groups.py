"""The consumer groups of a cell: their names, and which groups of a cluster are a cell's.

A name is the cell's prefix and a name from here. No name from here ends in another of them, so that
two cells share no group, whatever their prefixes are; but the groups of the cell `a-project` begin
as those of `a` do, so what a group's name begins with says nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from adapters.kafka.topics import Topics

ENGINE: Final = "engine"
RELAY: Final = "relay"
"""Also the relay's transactional id."""

VIEWS: Final = "project"
"""Of the part that keeps all views; one that keeps some names them after it."""

CHANGES: Final = "bandwidth-change"
ALARMS: Final = "alarm-process"
NETWORK: Final = "simulated-network"


def group_of(prefix: str, *names: str) -> str:
    """The consumer group of a cell's parts of one kind."""
    return "-".join([prefix, *names])


def views_group(prefix: str, views: Iterable[str] = ()) -> str:
    """The group of the part that keeps all views up to date, or those named."""
    return group_of(prefix, VIEWS, *sorted(views))


def keeps_views(group: str, prefix: str, views: Collection[str]) -> bool:
    """Whether a group keeps views of this cell; `views` are all that there are."""
    ours = views_group(prefix)
    if group == ours:
        return True
    named = group.removeprefix(f"{ours}-").split("-")
    return group == views_group(prefix, named) and set(named) <= set(views)


def readers(there: Iterable[str], prefix: str, views: Collection[str]) -> Sequence[str]:
    """Those among the groups of a cluster that read this cell's topics: engines, processes, views.

    The relay's group reads nothing: its checkpoint is kept under that name.
    """
    others = {group_of(prefix, name) for name in (ENGINE, CHANGES, ALARMS, NETWORK)}
    return [each for each in there if each in others or keeps_views(each, prefix, views)]


def read_by(group: str, prefix: str, topics: Topics) -> Sequence[str]:
    """The topics that a group of this cell reads."""
    if group == group_of(prefix, ENGINE):
        return topics.taken_in
    return (topics.events, topics.outcomes)
