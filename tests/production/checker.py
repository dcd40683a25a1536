"""The checker: compares what a cell promises with everything that it has left behind.

Each check takes the evidence and yields a sentence for each fault.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

import orjson
from msgspec.structs import replace

from adapters.handed_on import faulty
from adapters.kafka.binding import message_of, outcome_of
from adapters.kafka.handed_on import handed_on
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.engine.log import DIGEST
from domain.engine.outcomes import PARKED
from domain.words.content import derived_key
from domain.words.messages import Message, Read, Unreadable
from domain.words.reading import read_command as as_command
from simulation.drawing.known import HUSH
from tests.production.evidence import Evidence, at_rest, gathered
from tests.production.records import Kept
from tests.production.replays import (
    capacity_adds_up,
    raised_once,
    references_agree,
    states_are_replays,
)
from tests.production.running import Cell

_OF_ITS_TIME: Final = ("ce_position", "ce_place", "ce_actor", "ce_command", "ce_commandsource")
"""Headers that only a first outcome has: its place in the log, and what its reader needs."""


def check(cell: Cell, published: Sequence[Message] = ()) -> Evidence:
    """Wait until a cell is at rest, and hold it to all that it promises.

    `published` are commands whose writing the brokers acknowledged. Fails with all that is wrong.
    """
    at_rest(cell)
    evidence = gathered(cell)
    wrong = list(faults(evidence, published))
    assert not wrong, "\n".join([f"{len(wrong)} promises broken", *wrong[:40]])
    return evidence


def check_from_log(cell: Cell) -> None:
    """The same for topics that were made anew from the log: which commands were there, nobody
    knows any more.
    """
    at_rest(cell)
    evidence = gathered(cell)
    wrong = [fault for each in FROM_LOG for fault in each(evidence)]
    assert not wrong, "\n".join([f"{len(wrong)} promises broken", *wrong[:40]])


def faults(evidence: Evidence, published: Sequence[Message] = ()) -> Iterator[str]:
    """Every fault, as a sentence."""
    yield from acknowledged_is_there(evidence, published)
    for each in CHECKS:
        yield from each(evidence)


def acknowledged_is_there(evidence: Evidence, published: Iterable[Message]) -> Iterator[str]:
    """What the brokers acknowledged is on the topic."""
    there: set[tuple[Any, Any]] = set()
    for record in evidence.commands:
        message, _ = message_of(record)
        if isinstance(message, dict):
            attributes = cast("dict[str, Any]", message)
            there.add((attributes.get("source"), attributes.get("id")))
    for each in published:
        if (each["source"], each["id"]) not in there:
            yield f"the command {each['id']} of {each['source']} was acknowledged and is gone"


def one_outcome_each(evidence: Evidence) -> Iterator[str]:
    """Every command has one outcome, the same each time, or it is parked or dead and listed."""
    asked = _asked(evidence)
    answers: dict[str, set[bytes]] = defaultdict(set)
    parked = {str(UUID(bytes=each.key)) for each in evidence.parked}
    for record in evidence.outcomes:
        told = record.told
        if told.get("ce_source") != evidence.source:
            continue
        id = told["ce_id"]
        if id not in asked:
            yield f"the outcome {id} answers no command"
        if told["ce_type"] != PARKED:
            answers[id].add(_content(record))
    for id, command in asked.items():
        if id in parked:
            if answers[id]:
                yield f"{command} is parked, and has an outcome"
        elif len(answers[id]) != 1:
            yield f"{command} has {len(answers[id])} different outcomes"
    yield from _unaccounted(evidence)


def _asked(evidence: Evidence) -> Mapping[str, str]:
    """The ids of all outcomes that must exist, each with the command that it answers.

    Where a pair arrived with several contents, one content has the pair's own outcome, and every
    other content has an outcome of its own.
    """
    contents: dict[bytes, dict[bytes, str]] = defaultdict(dict)
    dead = {each.told.get("tieline-origin") for each in evidence.dead}
    for record, command in _read(evidence):
        if record.origin in dead or isinstance(command, Unreadable):
            continue  # `_unaccounted` reports it, unless it is a dead letter
        apart = derived_key(command.pair, command.digest)
        contents[command.pair.key][apart] = f"{command.pair.source} {command.pair.id}"
    answered = {each.told.get("ce_id") for each in evidence.outcomes}
    asked: dict[str, str] = {}
    for key, ways in contents.items():
        own = str(UUID(bytes=key))
        aside = {str(UUID(bytes=way)): name for way, name in ways.items()}
        used = {id: name for id, name in aside.items() if id in answered}
        asked |= used
        if len(used) < len(ways):
            asked[own] = next(iter(ways.values()))
        if len(used) < len(ways) - 1:
            asked |= aside
    return asked


def _read(evidence: Evidence) -> Iterator[tuple[Kept, Read]]:
    """Every record that came in, with how engines must read it."""
    for records, kinds in ((evidence.commands, COMMANDS), (evidence.inside, INSIDE_COMMANDS)):
        for record in records:
            message, written = message_of(record)
            yield record, as_command(message, kinds, evidence.owner, written, keys=evidence.keys)
    for record in evidence.handed_on:
        yield record, _of_caller(record, evidence)


def _of_caller(record: Kept, evidence: Evidence) -> Read:
    try:
        handed = handed_on(cast("Any", record))
        if handed.refusal:
            return faulty(handed, handed.refusal)
    except (KeyError, TypeError, ValueError) as fault:
        return Unreadable(str(fault))
    message = dict(handed.message)
    digest = message.pop(DIGEST, None)
    read = as_command(message, COMMANDS, handed.caller, keys=evidence.keys)
    if digest is None or isinstance(read, Unreadable):
        return read
    return replace(read, digest=bytes.fromhex(digest))


def _unaccounted(evidence: Evidence) -> Iterator[str]:
    """Every dead letter equals the record that arrived, and only what is unreadable is dead."""
    came = dict[str, Kept]()
    read = dict[str, Read]()
    for record, as_read in _read(evidence):
        came[record.origin], read[record.origin] = record, as_read
    dead = Counter(each.told.get("tieline-origin", "nowhere") for each in evidence.dead)
    for each in evidence.dead:
        origin = each.told.get("tieline-origin", "nowhere")
        first = came.get(origin)
        rest = tuple(header for header in each.headers if not header[0].startswith("tieline-"))
        if first is None:
            yield f"the dead record from {origin} never came in"
        elif first.content != (each.key, each.value, rest):
            yield f"the dead record from {origin} is not what came in"
    for origin, as_read in read.items():
        is_command = not isinstance(as_read, Unreadable)
        if not is_command and not dead[origin]:
            yield f"the record {origin} can't be read, and is not among the dead"
        if is_command and dead[origin]:
            yield f"the command {origin} is among the dead"


def _content(record: Kept) -> bytes:
    told = sorted((name, value) for name, value in record.headers if name not in _OF_ITS_TIME)
    return repr((record.key, told, record.value)).encode()


def log_is_whole(evidence: Evidence) -> Iterator[str]:
    """Positions 1…n, each stream 1…n, recorded times never backwards."""
    versions: Counter[str] = Counter()
    before = ""
    for number, (position, stream, version, _, state) in enumerate(evidence.rows, start=1):
        versions[stream] += 1
        time = orjson.loads(state)["time"]
        if position != number:
            yield f"position {number} of the log is {position}"
        if version != versions[stream]:
            yield f"{stream}/{versions[stream]} is {version} in the log"
        if time < before:
            yield f"time runs backwards at position {position}: {time} after {before}"
        before = time
    keys = Counter(stored.key for _, stored in evidence.decided)
    for key, count in keys.items():
        if count > 1:
            yield f"the log holds {count} outcomes of {UUID(bytes=key)}"


def events_equal_log(evidence: Evidence) -> Iterator[str]:
    """The topic holds every event as the log does, in the order of its stream."""
    logged = {f"{row[1]}/{row[2]}": row for row in evidence.rows}
    seen: dict[str, Kept] = {}
    reached: Counter[str] = Counter()
    lanes: dict[str, int] = {}
    for record in evidence.events:
        told = record.told
        if told.get("ce_source") != evidence.source:
            continue
        id, stream = told["ce_id"], told["ce_subject"]
        if lanes.setdefault(stream, record.partition) != record.partition:
            yield f"{id} lies in another partition than the rest of its stream"
        if id in seen:
            if seen[id].content != record.content:
                yield f"{id} is published twice with different content"
            continue
        seen[id] = record
        if id not in logged:
            yield f"{id} is published, and not in the log"
        elif fault := _differs(record, logged[id]):
            yield f"{id} is published with another {fault} than the log holds"
        reached[stream] += 1
        if int(told["ce_sequence"]) != reached[stream]:
            yield f"{id} is published where {stream}/{reached[stream]} should be"
    for id in logged.keys() - seen.keys():
        yield f"{id} is not published"


def _differs(record: Kept, row: Sequence[Any]) -> str | None:
    """The name of the first field in which a published event differs from its row."""
    position, stream, version, kind, state = row
    told, stored = record.told, orjson.loads(state)
    wanted = {
        "id": f"{stream}/{version}",
        "type": kind,
        "subject": stream,
        "sequence": str(version),
        "position": str(position),
        **{name: value for name, value in stored.items() if name != "data"},
    }
    for name, value in wanted.items():
        if told.get(f"ce_{name}") != value:
            return name
    if record.key != stream.encode():
        return "key"
    return None if orjson.loads(record.value or b"null") == stored["data"] else "data"


def outcomes_equal_log(evidence: Evidence) -> Iterator[str]:
    """The topic holds every first outcome, under its number, as the log gives it."""
    published: dict[str, set[bytes]] = defaultdict(set)
    for record in evidence.outcomes:
        told = record.told
        if told.get("ce_source") == evidence.source and "ce_place" in told:
            published[told["ce_place"]].add(repr((record.headers, record.value)).encode())
    for number, stored in evidence.decided:
        wanted = outcome_of(stored.outcome(), evidence.source, (stored.position, number))
        found = published.pop(str(number), set())
        if not found:
            yield f"outcome {number} is not published"
        elif found != {repr((tuple(wanted.headers), wanted.value)).encode()}:
            yield f"outcome {number} is published with other content than the log holds"
    for number in published:
        yield f"outcome {number} is published, and not in the log"


def views_are_right(evidence: Evidence) -> Iterator[str]:
    """Every view equals its rebuild, and has no stopped stream."""
    for each in evidence.comparisons:
        if not each.equal:
            yield f"the view {each.view} differs from its rebuild in {each.keys}"
    yield from (f"the view {each}" for each in evidence.stopped)


def nothing_in_the_clear(evidence: Evidence) -> Iterator[str]:
    """No secret lies in the clear: in no row, and on no topic but that of commands."""
    for each in (*evidence.inside, *evidence.outcomes, *evidence.events):
        if HUSH in repr(each.content):
            yield f"a secret lies in the clear in {each.origin}"
    for position, *_, state in evidence.rows:
        if HUSH.encode() in state:
            yield f"a secret lies in the clear at position {position}"


def nothing_is_due(evidence: Evidence) -> Iterator[str]:
    """No process owes a command, no part hangs."""
    yield from (f"the command {id} is due, and nobody sent it" for id in evidence.due)
    yield from evidence.hanging


FROM_LOG: Final[Sequence[Callable[[Evidence], Iterator[str]]]] = (
    log_is_whole,
    events_equal_log,
    outcomes_equal_log,
    views_are_right,
    states_are_replays,
    capacity_adds_up,
    references_agree,
    raised_once,
    nothing_in_the_clear,
    nothing_is_due,
)
"""What holds of everything that is made from the log."""

CHECKS: Final = (one_outcome_each, *FROM_LOG)

__all__ = ["CHECKS", "check", "check_from_log", "faults"]
