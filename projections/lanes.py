"""How far a generation of a view has come: checkpoint, versions reached, streams stopped.

All of it is written in the transaction that writes the rows, after the move was counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, func, inspect, or_, select, update

from projections.feed import OUTCOMES
from projections.rows import among, upsert
from projections.streams import Counted, Gap, counted
from projections.tables import (
    CHECKPOINTS,
    GAPS,
    GENERATIONS,
    STREAMS,
    Generation,
    checkpoint_of,
    forward_generations,
    live_generations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Engine, FromClause

    from domain.engine.outcomes import Stored
    from domain.engine.records import Recorded
    from projections.feed import Checkpoint
    from projections.projection import Row


_MOVE: Final = update(GENERATIONS).where(
    GENERATIONS.c.view == bindparam("at_view"),
    GENERATIONS.c.generation == bindparam("at_generation"),
    GENERATIONS.c.moves == bindparam("at_moves"),
)
"""Sets `moves` and `state`. Built once, since it is executed for every page and view."""


class Known(NamedTuple):
    """What a generation has counted: its stopped streams, the versions it has reached, and the
    positions of these.
    """

    gaps: dict[str, Gap]
    versions: dict[str, int]
    positions: dict[str, int]


class Move(NamedTuple):
    """A generation that was brought forward, with its checkpoint before and now."""

    at: Generation
    before: Checkpoint
    now: Checkpoint


class Reached(NamedTuple):
    """How far a reader has come: its checkpoint, the versions of streams where it counts them."""

    name: str
    checkpoint: Checkpoint
    versions: Mapping[str, int]


class Applied(NamedTuple):
    """An event that a view has applied: its stream, its version there, its position in the log."""

    stream: str
    version: int
    position: int


class Moved(Exception):
    """Somebody else brought this generation forward, or replaced it: look again."""


def count_move(connection: Connection, at: Generation, **changes: Any) -> Generation:
    """Count a move of a generation, and change it; anybody else who moves it waits until the
    transaction ends. Raises Moved if somebody has moved it since it was read.
    """
    moved = at._replace(moves=at.moves + 1, **changes)
    _count(connection, {at: moved})
    return moved


def count_moves(connection: Connection, ats: Sequence[Generation]) -> Sequence[Generation]:
    """Count a move of each generation, in this order, in one round trip. Raises Moved."""
    moved = {at: at._replace(moves=at.moves + 1) for at in ats}
    _count(connection, moved)
    return list(moved.values())


def _count(connection: Connection, moves: Mapping[Generation, Generation]) -> None:
    rows = [
        {"at_view": at.view, "at_generation": at.generation, "at_moves": at.moves}
        | {"moves": moved.moves, "state": moved.state}
        for at, moved in moves.items()
    ]
    if connection.execute(_MOVE, rows).rowcount != len(rows):
        views = ", ".join(at.view for at in moves)
        raise Moved(f"somebody else brought {views} forward, or replaced it")


def keep_checkpoint(connection: Connection, moves: Sequence[Move]) -> None:
    """Keep the checkpoints of generations. Lanes that a generation no longer reads are deleted, and
    its gaps with them.
    """
    rows = [
        {"view": at.view, "generation": at.generation, "lane": lane, "place": place}
        for at, before, now in moves
        for lane, place in now.items()
        if place != before.get(lane)
    ]
    upsert(connection, CHECKPOINTS, rows)
    for at, before, now in moves:
        if gone := before.keys() - now.keys():
            connection.execute(
                delete(CHECKPOINTS).where(at.rows_in(CHECKPOINTS), CHECKPOINTS.c.lane.in_(gone))
            )
            connection.execute(delete(GAPS).where(at.rows_in(GAPS)))


def gaps_of(connection: Connection, at: Generation) -> Sequence[Gap]:
    """The streams that a generation has stopped."""
    columns = [GAPS.c[name] for name in Gap._fields]
    query = select(*columns).where(at.rows_in(GAPS)).order_by(GAPS.c.stream)
    return [Gap(*row) for row in connection.execute(query)]


def reached_by_views(engine: Engine) -> Sequence[Reached]:
    """How far each live view has come; none in a database without views."""
    with engine.connect() as connection:
        return [
            Reached(f"view {view}", checkpoint_of(connection, at), _versions_of(connection, at))
            for view, at in sorted(live_generations(connection).items())
        ]


def furthest(engine: Engine) -> Applied | None:
    """The last event of the log that any view has applied; None in a database without views, and
    in one of an earlier version, which noted no positions.
    """
    columns = [STREAMS.c[name] for name in Applied._fields]
    with engine.connect() as connection:
        kept = [at.rows_in(STREAMS) for at in forward_generations(connection).values()]
        if not kept or not notes_positions(connection):
            return None
        query = select(*columns).where(or_(*kept)).order_by(STREAMS.c.position.desc()).limit(1)
        row = connection.execute(query).one_or_none()
    return Applied(*row) if row else None


def notes_positions(connection: Connection) -> bool:
    """Whether the table of streams has the column that an earlier version's has not."""
    columns = inspect(connection).get_columns(STREAMS.name)
    return STREAMS.c.position.name in {each["name"] for each in columns}


def _versions_of(connection: Connection, at: Generation) -> Mapping[str, int]:
    query = select(STREAMS.c.stream, STREAMS.c.version).where(at.rows_in(STREAMS))
    return {stream: each for stream, each in connection.execute(query) if stream != OUTCOMES}


def have_reached(connection: Connection, views: Sequence[str], wanted: Mapping[str, int]) -> bool:
    """Whether each of these views, as it is read now, has applied these versions of streams. For
    views that count the versions of streams: those that are fed by topics.
    """
    live = live_generations(connection)
    if not all(view in live for view in views):
        return not wanted
    query = select(STREAMS.c.view, STREAMS.c.generation, STREAMS.c.stream, STREAMS.c.version)
    found = {
        (view, generation, stream): version
        for view, generation, stream, version in connection.execute(
            query.where(STREAMS.c.stream.in_(list(wanted)))
        )
    }
    return all(
        found.get((view, live[view].generation, stream), 0) >= version
        for view in views
        for stream, version in wanted.items()
    )


def events_counted(connection: Connection, at: Generation) -> int:
    """How many events a generation has counted, all streams added up: if none is missing, as many
    as the log has positions up to there.
    """
    total = select(func.sum(STREAMS.c.version)).where(
        at.rows_in(STREAMS), STREAMS.c.stream != OUTCOMES
    )
    return int(connection.execute(total).scalar() or 0)


def known(
    connection: Connection, ats: Sequence[Generation], events: Iterable[Recorded]
) -> Mapping[Generation, Known]:
    """What was counted so far in the streams of these events, read at once for all generations."""
    found = {(at.view, at.generation): Known({}, {}, {}) for at in ats}
    streams = {each.stream for each in events} | {OUTCOMES}
    query = select(STREAMS).where(_of_any(STREAMS, ats))
    for view, generation, stream, *reached in among(connection, query, [STREAMS.c.stream], streams):
        if (view, generation) in found:
            its = found[view, generation]
            its.versions[stream], its.positions[stream] = reached
    for view, generation, *gap in connection.execute(select(GAPS).where(_of_any(GAPS, ats))):
        if (view, generation) in found:
            found[view, generation].gaps[gap[0]] = Gap(*gap)
    return {at: found[at.view, at.generation] for at in ats}


def count(
    before: Known, events: Sequence[Recorded], refusals: Sequence[tuple[int, Stored]]
) -> Counted:
    """Which of these events are next in their streams, for one generation.

    The last refusal heard counts as the version of a stream named `outcomes`, so that generations
    fed in different ways can be compared.
    """
    found = counted(events, before.versions, before.gaps, before.positions)
    heard = max((place for place, _ in refusals), default=0)
    if heard > before.versions.get(OUTCOMES, 0):
        return found._replace(versions={**found.versions, OUTCOMES: heard})
    return found


def keep_counts(connection: Connection, counts: Sequence[tuple[Generation, Counted]]) -> None:
    """Note the versions reached and the streams stopped."""
    versions: list[Row] = []
    stopped: list[Row] = []
    for at, count in counts:
        here = {"view": at.view, "generation": at.generation}
        for stream, version in sorted(count.versions.items()):
            at_position = count.positions.get(stream, 0)
            row = {"stream": stream, "version": version, "position": at_position}
            versions.append({**here, **row})
        stopped += [{**here, **gap._asdict()} for gap in count.stopped]
    upsert(connection, STREAMS, versions)
    upsert(connection, GAPS, stopped)
    for at, count in counts:
        open_again = {gap.stream for gap in count.healed} - {gap.stream for gap in count.stopped}
        if open_again:
            connection.execute(delete(GAPS).where(at.rows_in(GAPS), GAPS.c.stream.in_(open_again)))


def _of_any(table: FromClause, ats: Sequence[Generation]) -> Any:
    """The condition that a row belongs to one of these generations. A row of one generation's view
    with another's number passes, too: no index serves the exact condition.
    """
    views = sorted({at.view for at in ats})
    return table.c.view.in_(views) & table.c.generation.in_({at.generation for at in ats})
