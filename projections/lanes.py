"""How far a generation of a view has come: its places, the versions reached, the streams stopped.

All of it is written in the transaction that writes the rows, after the move was counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from projections.database import GAPS, GENERATIONS, PLACES, STREAMS, Generation
from projections.feed import OUTCOMES
from projections.store import among, upsert
from projections.streams import Counted, Gap, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from domain.outcomes import Stored
    from domain.records import Recorded
    from projections.feed import Places


class Moved(Exception):
    """Somebody else brought this generation forward, or replaced it: look again."""


def count_move(connection: Connection, at: Generation, **changes: Any) -> Generation:
    """Count a move of a generation; who else would move it waits for the end of the transaction.

    Raises Moved if it is not where it was when it was looked at.
    """
    moved = at._replace(moves=at.moves + 1, **changes)
    row = at.rows_in(GENERATIONS) & (GENERATIONS.c.moves == at.moves)
    statement = update(GENERATIONS).where(row).values(moves=moved.moves, state=moved.state)
    if connection.execute(statement).rowcount != 1:
        raise Moved(f"somebody else brought {at.view} forward, or replaced it")
    return moved


def keep_places(connection: Connection, at: Generation, before: Places, now: Places) -> None:
    """Note how far a generation has read. Lanes that it reads no more go, and with them what was
    missing in them.
    """
    rows = [
        {"view": at.view, "generation": at.generation, "lane": lane, "place": place}
        for lane, place in now.items()
        if place != before.get(lane)
    ]
    upsert(connection, PLACES, rows)
    if gone := before.keys() - now.keys():
        connection.execute(delete(PLACES).where(at.rows_in(PLACES), PLACES.c.lane.in_(gone)))
        connection.execute(delete(GAPS).where(at.rows_in(GAPS)))


def gaps_of(connection: Connection, at: Generation) -> Sequence[Gap]:
    """The streams that a generation has stopped."""
    columns = [GAPS.c[name] for name in Gap._fields]
    query = select(*columns).where(at.rows_in(GAPS)).order_by(GAPS.c.stream)
    return [Gap(*row) for row in connection.execute(query)]


def count(
    connection: Connection,
    at: Generation,
    events: Sequence[Recorded],
    refusals: Sequence[tuple[int, Stored]],
) -> Counted:
    """What is next of these events in their streams, for this generation.

    The last refusal heard counts as the version of a stream named `outcomes`, so that generations
    fed in different ways can be compared.
    """
    gaps = {gap.stream: gap for gap in gaps_of(connection, at)}
    reached = _versions(connection, at, {each.stream for each in events} | {OUTCOMES})
    found = counted(events, reached, gaps)
    heard = max((place for place, _ in refusals), default=0)
    if heard > reached.get(OUTCOMES, 0):
        return found._replace(versions={**found.versions, OUTCOMES: heard})
    return found


def _versions(connection: Connection, at: Generation, streams: set[str]) -> Mapping[str, int]:
    """The versions that a generation has reached of these streams, where it has begun them."""
    query = select(STREAMS.c.stream, STREAMS.c.version).where(at.rows_in(STREAMS))
    found: dict[str, int] = {}
    for row in among(connection, query, [STREAMS.c.stream], streams):
        found[row.stream] = row.version
    return found


def keep_count(connection: Connection, at: Generation, count: Counted) -> None:
    """Note the versions reached and the streams stopped."""
    here = {"view": at.view, "generation": at.generation}
    versions = sorted(count.versions.items())
    rows = [{**here, "stream": stream, "version": version} for stream, version in versions]
    upsert(connection, STREAMS, rows)
    upsert(connection, GAPS, [{**here, **gap._asdict()} for gap in count.stopped])
    open_again = {gap.stream for gap in count.healed} - {gap.stream for gap in count.stopped}
    if open_again:
        connection.execute(delete(GAPS).where(at.rows_in(GAPS), GAPS.c.stream.in_(open_again)))
