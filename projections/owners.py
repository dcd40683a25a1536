"""Whose events are: the customer and the provider that a stream concerns, as its first event says.

Neither ever changes. What belongs to the CSP has no owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.catalogue import NOUNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.engine.records import Recorded
    from projections.projection import Fetch, Row


class Owner(NamedTuple):
    """The customer of a thing, and the provider where it is a circuit."""

    customer_id: str | None
    provider: str | None


NO_OWNER: Final = Owner(None, None)


class Owners:
    """The owners of the streams of a page: those known before it, and those it begins."""

    def __init__(self, fetch: Fetch, events: Iterable[Recorded]) -> None:
        began = {each.stream for each in events if each.version > 1 and _is_owned(each.stream)}
        rows = fetch("streams", began) if began else ()
        self._known = {row["stream"]: Owner(row["customer_id"], row["provider"]) for row in rows}
        self._new = dict[str, Owner]()

    def of(self, recorded: Recorded) -> Owner:
        """The owner of an event, whose stream's first one came before it or is it."""
        stream = recorded.stream
        if not _is_owned(stream):
            return NO_OWNER
        if recorded.version == 1:
            self._new[stream] = self._known[stream] = _begun(recorded)
        return self._known[stream]

    def written(self) -> Sequence[Row]:
        """The rows of the streams that the page begins."""
        return [{"stream": stream, **owner._asdict()} for stream, owner in self._new.items()]


def _is_owned(stream: str) -> bool:
    return NOUNS[stream.partition("/")[0]].belongs_to == "customer"


def _begun(recorded: Recorded) -> Owner:
    noun = NOUNS[recorded.stream.partition("/")[0]]
    state = noun.evolve(noun.initial, recorded.event, recorded.time, recorded.subject_id)
    concern = noun.concern(state)
    return Owner(concern.customer_id, concern.provider)
