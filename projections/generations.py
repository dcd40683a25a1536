"""Generations of a view's tables: built beside the live one, switched to, and dropped once nobody
reads them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from projections.database import writing
from projections.feed import EVENTS, Checkpoint, are_of_one_feed
from projections.lanes import Move, count_move, keep_checkpoint, notes_positions
from projections.rows import upsert
from projections.tables import (
    BESIDE_GENERATIONS,
    GENERATIONS,
    NUMBERS,
    STREAMS,
    Generation,
    State,
    checkpoint_of,
    generations,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from projections.projection import Shape

_STRUCTURE: Final = 0x7469656C696E6501
"""The advisory lock in PostgreSQL under which tables are made and dropped, one change at a time."""

_POSITIONS: Final = text("SELECT position FROM view_streams LIMIT 0")
_ADD_POSITIONS: Final = text(
    "ALTER TABLE view_streams ADD COLUMN position BIGINT NOT NULL DEFAULT 0"
)

_READ_BY_OTHERS: Final = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'views'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND pid <> pg_backend_pid())"
)


@contextmanager
def _restructuring(engine: Engine) -> Generator[Connection]:
    """A transaction that makes or drops tables."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_STRUCTURE)))
        yield connection


def prepare(engine: Engine, shapes: Sequence[Shape]) -> None:
    """Make sure that each view has live tables of its edition; new ones are empty, not begun.

    Tables of another edition are retired: this version can't read them.
    """
    with engine.connect() as connection:
        found = generations(connection)
    if _without_tables(found, shapes):
        with _restructuring(engine) as connection:
            _make_tables(connection)
            found = generations(connection)
            for shape in _without_tables(found, shapes):
                _retire(connection, [each for each in found if each.view == shape.name])
                _create(connection, shape, "live")
    _complete(engine)
    sweep(engine, shapes)


def _complete(engine: Engine) -> None:
    """Add the column that an earlier version's table of streams has not."""
    try:
        with engine.connect() as connection:
            connection.execute(_POSITIONS)
    except DBAPIError:
        with _restructuring(engine) as connection:
            if not notes_positions(connection):
                connection.execute(_ADD_POSITIONS)


def _without_tables(found: Iterable[Generation], shapes: Iterable[Shape]) -> Sequence[Shape]:
    live = {(each.view, each.edition) for each in found if each.is_live}
    return [each for each in shapes if (each.name, each.edition) not in live]


def _make_tables(connection: Connection) -> None:
    """Make this version's tables; drop all that an earlier version kept in another form."""
    inspector = inspect(connection)
    if inspector.has_table(GENERATIONS.name):
        return
    for name in inspector.get_table_names():
        if name.startswith("view_"):
            connection.execute(text(f'DROP TABLE "{name}"'))
    for table in (GENERATIONS, NUMBERS, *BESIDE_GENERATIONS):
        table.create(connection)


def _create(connection: Connection, shape: Shape, state: State) -> Generation:
    """Empty tables of the next generation."""
    last = connection.execute(select(NUMBERS.c.last).where(NUMBERS.c.view == shape.name)).scalar()
    number = (last or 0) + 1
    upsert(connection, NUMBERS, [{"view": shape.name, "last": number}])
    for table in shape.tables(number).values():
        table.drop(connection, checkfirst=True)
        table.create(connection)
    made = Generation(shape.name, number, shape.edition, state, 0)
    connection.execute(insert(GENERATIONS).values(**made._asdict()))
    return made


def beside(engine: Engine, shape: Shape) -> Generation:
    """Empty tables beside the live ones."""
    with _restructuring(engine) as connection:
        return _create(connection, shape, "building")


def begin_anew(engine: Engine, shape: Shape) -> Checkpoint:
    """Forget how far the live tables have read, and have empty ones beside them brought forward in
    their place, which readers are given once they have caught up. Returns what is forgotten; where
    there are no live tables of this edition there is nothing to forget.
    """
    with _restructuring(engine) as connection:
        _make_tables(connection)
        live = _live_one(connection, shape)
        if live is None or live.edition != shape.edition:
            return {}
        found = [each for each in generations(connection) if each.view == shape.name]
        _retire(connection, [each for each in found if not each.is_live])
        before = checkpoint_of(connection, live)
        keep_checkpoint(connection, [Move(count_move(connection, live), before, {})])
        _create(connection, shape, "anew")
    sweep(engine, [shape])
    return before


def clear(engine: Engine, shape: Shape) -> None:
    """Retire all that was built beside the live tables, e.g. by a rebuild that was killed."""
    with _restructuring(engine) as connection:
        found = [each for each in generations(connection) if each.view == shape.name]
        _retire(connection, [each for each in found if not each.is_live])
    sweep(engine, [shape])


def retire(engine: Engine, shape: Shape, generation: Generation) -> None:
    """Retire one generation."""
    with _restructuring(engine) as connection:
        _retire(connection, [generation])
    sweep(engine, [shape])


def forget(engine: Engine, shapes: Sequence[Shape]) -> None:
    """Retire the live tables of views that the log itself feeds: they are built anew from it."""
    with _restructuring(engine) as connection:
        live = [each for each in generations(connection) if each.is_live]
        _retire(connection, [each for each in live if EVENTS in checkpoint_of(connection, each)])
    sweep(engine, shapes)


def switch(engine: Engine, shape: Shape, new: Generation, lanes: Checkpoint) -> bool:
    """Make a new generation the live one, unless it is behind; returns whether it did.

    `lanes` is the live generation's checkpoint, read before the end of the new one's feed was. If
    it is of another feed, the new generation goes on from there.
    """
    with _restructuring(engine) as connection:
        old, own = _live_one(connection, shape), checkpoint_of(connection, new)
        if old and _is_behind(connection, new, own, old):
            return False
        if old:
            _retire(connection, [old])
        count_move(connection, new, state="live")
        if not are_of_one_feed(own, lanes):
            keep_checkpoint(connection, [Move(new, own, lanes)])
    sweep(engine, [shape])
    return True


def _live_one(connection: Connection, shape: Shape) -> Generation | None:
    """The live generation, which nobody else can move until the transaction ends."""
    known = GENERATIONS.c
    query = select(GENERATIONS).where(known.view == shape.name, known.state == "live")
    row = connection.execute(query.with_for_update()).one_or_none()
    return Generation(*row) if row else None


def _is_behind(connection: Connection, new: Generation, own: Checkpoint, old: Generation) -> bool:
    """By checkpoint if both are of one feed, otherwise by the versions they have reached."""
    checkpoint = checkpoint_of(connection, old)
    if are_of_one_feed(own, checkpoint):
        return any(own.get(lane, 0) < place for lane, place in checkpoint.items())
    theirs, mine = STREAMS.alias("theirs"), STREAMS.alias("mine")
    same = new.rows_in(mine) & (mine.c.stream == theirs.c.stream)
    further = theirs.c.version > func.coalesce(mine.c.version, 0)
    query = select(theirs.c.stream).outerjoin_from(theirs, mine, same)
    query = query.where(old.rows_in(theirs), further).limit(1)
    return connection.execute(query).first() is not None


def _retire(connection: Connection, found: Iterable[Generation]) -> None:
    for each in sorted(found):
        row = each.rows_in(GENERATIONS)
        moved = GENERATIONS.c.moves + 1
        connection.execute(update(GENERATIONS).where(row).values(state="retired", moves=moved))


def sweep(engine: Engine, shapes: Sequence[Shape]) -> None:
    """Drop retired tables, unless somebody may still be reading them: then a later sweep does.

    A reader in PostgreSQL holds a lock on the table of generations until its transaction ends. In
    SQLite a reader keeps its snapshot, so there is nobody to wait for.
    """
    named = {each.name: each for each in shapes}
    with engine.connect() as connection:
        if not _retired(connection, named):
            return
    with _restructuring(engine) as connection:
        if _is_read(connection):
            return
        for each in _retired(connection, named):
            _drop(connection, named[each.view], each)


def _is_read(connection: Connection) -> bool:
    is_postgres = connection.dialect.name == "postgresql"
    return is_postgres and connection.execute(_READ_BY_OTHERS).scalar_one()


def _retired(connection: Connection, names: Iterable[str]) -> Sequence[Generation]:
    wanted = set(names)
    return [e for e in generations(connection) if e.state == "retired" and e.view in wanted]


def _drop(connection: Connection, shape: Shape, generation: Generation) -> None:
    """Drop a generation's tables, and all rows about it."""
    for table in shape.tables(generation.generation).values():
        table.drop(connection, checkfirst=True)
    for table in (*BESIDE_GENERATIONS, GENERATIONS):
        connection.execute(delete(table).where(generation.rows_in(table)))
