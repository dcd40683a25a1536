"""Entries of the tree: one for each event and each outcome of the log, made from what is stored
(entry format 1, which never changes).

An outcome stands after the last of its events, a refusal after the last event that was decided
before it. Both events and outcomes are numbered without gaps, so an entry's index follows from its
number, and the other way round.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from hmac import digest as keyed
from typing import Any, Final, NamedTuple, Protocol, cast

import orjson
import rfc8785

from domain.engine.log import EventRow, OutcomeRow
from domain.engine.outcomes import ACCEPTED, REFUSED, uuid_of

LONGEST_DATA: Final = 32 * 1024
"""Bytes of canonical JSON that an entry holds itself; of longer data it holds the hash."""

PAGE: Final = 2000
"""Rows that are read at once."""

_KEPT: Final = ("time", "subject", "actor", "correlationid")
_SAID: Final = ("warnings", "code", "facts", "blockers")


_Told = tuple[EventRow, dict[str, Any]]
"""An event as it is stored, and what its JSON says."""


class Altered(Exception):
    """The log is not as it was written; the text says where that shows."""


class Entry(NamedTuple):
    """An entry: its bytes, and the data that it holds by its hash alone."""

    written: bytes
    data: Any = None


class Reach(NamedTuple):
    """How far a tree reaches: the last position of an event, the last number of an outcome."""

    position: int
    outcome: int

    @property
    def size(self) -> int:
        """How many entries that is."""
        return self.position + self.outcome


class Stored(Protocol):
    """The log, as it is stored."""

    def rows(self, after: int, limit: int) -> Sequence[tuple[int, EventRow]]:
        """Events with their positions, in order."""
        ...

    def outcome_rows(self, after: int, limit: int) -> Sequence[OutcomeRow]:
        """Outcomes in order."""
        ...


class Entries:
    """The entries of a log: `source` is the source of its events, `salt` its key for salts."""

    def __init__(self, log: Stored, source: str, salt: bytes) -> None:
        self._log = log
        self._source = source
        self._salt = salt

    def between(self, after: Reach, upto: Reach) -> Iterator[Entry]:
        """The entries after a reach, in order. Raises Altered where one is missing."""
        outcomes = _outcomes(self._log, after.outcome, upto.outcome)
        outcome = next(outcomes, None)
        heads: dict[int, _Told] = {}
        for position, row in _events(self._log, after.position, upto.position):
            while outcome and outcome.place < position:
                yield self._of_outcome(outcome, heads)
                outcome = next(outcomes, None)
                heads.clear()
            heads[position] = told = _read(row)
            yield self._of_event(position, *told)
        while outcome:
            yield self._of_outcome(outcome, heads)
            outcome = next(outcomes, None)

    def at(self, index: int, upto: Reach) -> Entry:
        """One entry of a tree. Raises Altered where it is missing."""
        number = self._first_outcome(lambda row: index_of(row) > index, upto.outcome)
        if number:
            outcome = self._outcome(number)
            if index_of(outcome) == index:
                return self._of_outcome(outcome, {})
        position = index - number + 1
        for _, row in _events(self._log, position - 1, position):
            return self._of_event(position, *_read(row))
        raise Altered(f"there is no entry {index}")

    def reach_of(self, size: int, upto: Reach) -> Reach:
        """How far the first so many entries of a tree reach."""
        outcomes = self._first_outcome(lambda row: index_of(row) >= size, upto.outcome)
        return Reach(size - outcomes, outcomes)

    def index_of_event(self, position: int, upto: Reach) -> int:
        """The index of an event."""
        return position - 1 + self._first_outcome(lambda row: row.place >= position, upto.outcome)

    def index_of_outcome(self, key: bytes, place: int, upto: Reach) -> int | None:
        """The index of the outcome with a key, which stands at a place; None beyond the tree."""
        number = self._first_outcome(lambda row: row.place >= place, upto.outcome)
        for row in _outcomes(self._log, number, upto.outcome):
            if row.key == key:
                return index_of(row)
            if row.place > place:
                break
        return None

    def _first_outcome(self, is_there: Callable[[OutcomeRow], bool], last: int) -> int:
        """How many outcomes stand before the first that is at some place or after it."""
        return bisect_left(range(1, last + 1), 1, key=lambda at: is_there(self._outcome(at)))

    def _outcome(self, number: int) -> OutcomeRow:
        return next(_outcomes(self._log, number - 1, number))

    def _of_event(self, position: int, row: EventRow, told: dict[str, Any]) -> Entry:
        told = {
            **told,
            "specversion": "1.0",
            "id": f"{row.stream}/{row.version}",
            "source": self._source,
            "type": row.kind,
            "subject": row.stream,
            "datacontenttype": "application/json",
            "sequence": row.version,
            "position": position,
            "salt": self._salt_of("event", position),
        }
        if len(row.state) <= LONGEST_DATA:
            return Entry(canonical(told))
        return _bounded(told, {"data": told["data"]}, told["data"], plain=True)

    def _of_outcome(self, outcome: OutcomeRow, heads: dict[int, _Told]) -> Entry:
        events = self._events_of(outcome, heads)
        if outcome.body is None:
            if not events:
                raise Altered(f"outcome {outcome.seq} says nothing, and has no events that do")
            row, head = events[0]
            kept = {**head, "subject": row.stream}
            command: dict[str, Any] = {"causationid": head["causationid"]}
        else:
            kept = _parsed(outcome.body, f"outcome {outcome.seq}")
            command = {
                "causationid": kept.get("id"),
                "command": kept.get("type"),
                "commandsource": kept.get("source"),
            }
        said = {
            "events": [
                {"id": f"{row.stream}/{row.version}", "type": row.kind} for row, _ in events
            ],
            **{name: kept[name] for name in _SAID if outcome.body and name in kept},
        }
        told = {
            **said,
            **{name: kept[name] for name in _KEPT if kept.get(name) is not None},
            **{name: value for name, value in command.items() if value is not None},
            "id": uuid_of(outcome.key),
            "type": REFUSED if "code" in said else ACCEPTED,
            "commanddigest": outcome.digest.hex(),
            "position": outcome.position,
            "place": outcome.place,
            "accepted": "code" not in said,
            "salt": self._salt_of("outcome", outcome.seq),
        }
        return _bounded(told, said, said, plain=not _has_fractions(said.get("facts")))

    def _events_of(self, outcome: OutcomeRow, heads: dict[int, _Told]) -> list[_Told]:
        wanted = range(outcome.position + 1, outcome.place + 1)
        if all(position in heads for position in wanted):
            return [heads[position] for position in wanted]
        found = _events(self._log, outcome.position, outcome.place)
        return [_read(row) for _, row in found]

    def _salt_of(self, kind: str, number: int) -> str:
        return keyed(self._salt, f"{kind} {number}".encode(), "sha256").hex()


def index_of(outcome: OutcomeRow) -> int:
    """The index of an outcome."""
    return outcome.seq - 1 + outcome.place


def canonical(value: Any, *, plain: bool = True) -> bytes:
    """A value as canonical JSON (RFC 8785). One that is `plain` has no fractions; in ASCII it is
    then written in a tenth of the time.
    """
    if plain and (written := orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).isascii():
        return written
    return rfc8785.dumps(value)


def _bounded(told: dict[str, Any], long: Mapping[str, Any], data: Any, *, plain: bool) -> Entry:
    """An entry that holds its long members by the hash of their data."""
    written = canonical(data, plain=plain)
    if len(written) <= LONGEST_DATA:
        return Entry(canonical(told, plain=plain))
    rest = {name: value for name, value in told.items() if name not in long}
    return Entry(canonical({**rest, "datasha256": sha256(written).hexdigest()}), data)


def _read(row: EventRow) -> _Told:
    """An event with what its JSON says. Raises Altered where it says nothing."""
    told = _parsed(row.state, f"event {row.stream}/{row.version}")
    if not told.keys() >= {"time", "causationid", "data"}:
        raise Altered(f"event {row.stream}/{row.version} lacks what every event has")
    return row, told


def _parsed(written: bytes | str, what: str) -> dict[str, Any]:
    try:
        told = orjson.loads(written)
    except orjson.JSONDecodeError as fault:
        raise Altered(f"{what} can't be read: {fault}") from fault
    if not isinstance(told, dict):
        raise Altered(f"{what} is no object")
    return cast("dict[str, Any]", told)


def _has_fractions(value: Any) -> bool:
    match value:
        case dict():
            return any(map(_has_fractions, cast("dict[str, Any]", value).values()))
        case list():
            return any(map(_has_fractions, cast("list[Any]", value)))
        case _:
            return isinstance(value, float)


def _events(log: Stored, after: int, upto: int) -> Iterator[tuple[int, EventRow]]:
    """Events in order. Raises Altered where one is missing."""
    while after < upto:
        page = log.rows(after, min(PAGE, upto - after))
        for position, row in page:
            if position != after + 1:
                break
            after = position
            yield position, row
        if not page or page[-1][0] != after:
            raise Altered(f"the event at position {after + 1} is missing")


def _outcomes(log: Stored, after: int, upto: int) -> Iterator[OutcomeRow]:
    """Outcomes in order. Raises Altered where one is missing."""
    while after < upto:
        page = log.outcome_rows(after, min(PAGE, upto - after))
        for row in page:
            if row.seq != after + 1:
                break
            after = row.seq
            yield row
        if not page or page[-1].seq != after:
            raise Altered(f"outcome {after + 1} is missing")
