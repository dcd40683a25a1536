"""Which events somebody asks for, where these are found, and as what somebody sees them: for pages
and for streams alike.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.http.provided import OF_EVENT, provided_event
from adapters.http.rights import Onlooker
from adapters.http.world import World
from domain.decider.looks import Looks
from domain.engine.records import Recorded
from projections.events_of import Span, Whose, events_of

PAGE: Final = 500
"""The most events that are read at once."""

STRETCH: Final = 10_000
"""Positions of the log that are searched at once for events of one type."""

MOST_CUSTOMERS: Final = 50
"""Customers whose events are read side by side; who looks at more is read the log itself."""


class Wanted(NamedTuple):
    """Which events somebody asks for."""

    subject: str | None = None
    type: str | None = None
    customer: str | None = None

    def takes(self, recorded: Recorded) -> bool:
        """Whether an event is asked for, whosesoever it is."""
        return self.subject in (None, recorded.stream) and self.type in (None, recorded.event.kind)

    def streams(self, events: Iterable[Recorded]) -> Collection[str]:
        """The streams of those that are asked for."""
        return {each.stream for each in events if self.takes(each)}

    def found_by(self, onlooker: Onlooker) -> Collection[Whose] | None:
        """By whose they are, all that is wanted and may be seen; None where that is most of the
        log. It may be more than that.
        """
        if self.subject is not None:
            return [Whose("subject", self.subject)]
        if self.customer is not None:
            return [Whose("customer_id", self.customer)]
        if onlooker.looks_at_all_events or len(onlooker.granted_by) > MOST_CUSTOMERS:
            return None
        kind, _, name = onlooker.principal.partition(":")
        provided = [Whose("provider", name)] if kind == "provider" else []
        return [*(Whose("customer_id", each) for each in onlooker.granted_by), *provided]


class Found(NamedTuple):
    """Events in the order of the log, and the position up to which there are no others."""

    events: Sequence[Recorded]
    reached: int


def found(
    world: World, wanted: Wanted, some: Collection[Whose] | None, span: Span, limit: int = PAGE
) -> Found:
    """What stands next in the log, of `some` if they are named: by the index as far as the view has
    come, and from there on by the log itself.
    """
    if some is not None:
        with world.index.opened(world.views) as (live, whole):
            upto = min(whole, span.upto)
            if span.after < upto:
                events = events_of(live, some, Span(span.after, upto), limit)
                return Found(events, events[-1].position if len(events) == limit else upto)
    if wanted.type is None:
        events = world.log.feed(span.after, limit, (), span.upto)
        return Found(events, events[-1].position if events else span.upto)
    upto = min(span.upto, span.after + STRETCH)
    events = world.log.feed(span.after, limit, (wanted.type,), upto)
    return Found(events, events[-1].position if len(events) == limit else upto)


class Shown(NamedTuple):
    """An event that somebody sees; as its circuit's provider, if no more of it."""

    recorded: Recorded
    as_provider: bool

    def message(self, cell: str, principal: str) -> Mapping[str, Any]:
        """What they see of it."""
        whole = self.recorded.as_cloudevent(cell)
        if not self.as_provider:
            return whole
        reduced = provided_event(whole, principal)
        assert reduced is not None, "it is among those that a provider sees"
        return reduced


def shown(
    events: Iterable[Recorded],
    wanted: Wanted,
    looks: Mapping[str, Looks],
    whose: Mapping[str, str | None],
) -> Iterator[Shown]:
    """Those of some events that somebody asks for and may see, given what they may look at of each
    stream, and each stream's customer where one is asked for. Whose a circuit is its provider is
    not told: for a provider there are no events of a customer.
    """
    for each in events:
        if not wanted.takes(each):
            continue
        seen = looks[each.stream]
        if "then" in seen:
            if wanted.customer is None or whose[each.stream] == wanted.customer:
                yield Shown(each, as_provider=False)
        elif "service" in seen and wanted.customer is None and each.event.kind in OF_EVENT:
            yield Shown(each, as_provider=True)
