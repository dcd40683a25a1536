"""States of things that lived: kept and read again, folded on, folded apart."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.log import snapshots
from domain.catalogue import EVENTS, NOUNS
from domain.engine.log import Snapshot
from domain.engine.records import Recorded, fold, folded
from tests.laws.lived import lived


def streams() -> Mapping[str, Sequence[Recorded]]:
    """The events of each stream."""
    found: defaultdict[str, list[Recorded]] = defaultdict(list)
    for each in lived():
        found[each.stream].append(each)
    return found


def test_a_life_has_most_events() -> None:
    """What it lacks, no law is tried on. People's turns, and time that passes, are rare in it."""
    reached = {each.event.kind for each in lived()}
    assert len(reached) > 0.7 * len(EVENTS), sorted(EVENTS.keys() - reached)
    assert {each.stream.partition("/")[0] for each in lived()} == NOUNS.keys()


def test_all_streams_at_once_fold_as_each_by_itself() -> None:
    states: dict[str, Any] = {}
    fold(states, lived())
    assert states == {stream: folded(stream, events) for stream, events in streams().items()}


def test_every_state_reads_back_the_same_and_is_folded_on_from_there() -> None:
    for stream, events in streams().items():
        whole = folded(stream, events)
        for cut in range(1, len(events) + 1):
            before = folded(stream, events[:cut])
            back = kept_and_read(stream, before)
            assert back == before
            assert folded(stream, events[cut:], back) == whole


def kept_and_read(stream: str, state: Any) -> Any:
    """A state that was kept as a snapshot and read again."""
    _, _, schema, text = snapshots.kept(Snapshot(stream, 1, state))
    return snapshots.state_of(stream, schema, text)
