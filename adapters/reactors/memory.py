"""What a reactor remembers between two starts: how far it has read each lane of its feed, the
version reached of each stream, and a few named values, in one transaction, beside the views.
Disposable: without it the reactor reacts to the whole log again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from projections.feed import EVENTS, Checkpoint
from projections.lanes import Reached

_METADATA = MetaData()
_REACTORS = Table(
    "reactors",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("saves", Integer, nullable=False),
)
_CHECKPOINTS = Table(
    "reactor_places",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("place", BigInteger, nullable=False),
)
_STREAMS = Table(
    "reactor_streams",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("version", Integer, nullable=False),
)
_VALUES = Table(
    "reactor_values",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
)

_BEFORE: Final = "reactor_positions"
"""The table that kept positions when the log was the only feed."""

_MAKING: Final = 0x7469656C696E6500
"""The lock under which tables are made in PostgreSQL, where two at once would collide."""

_AT_ONCE: Final = 500
"""Names in one query: well below SQLite's limit on variables."""


class Replaced(Exception):
    """Another reactor of this name has saved since this one looked: look again, and go on from
    there.
    """


class Memory:
    """The rows of one reactor in a database that it shares with others."""

    def __init__(self, engine: Engine, reactor: str) -> None:
        self._engine = engine
        self._reactor = reactor
        self._saves = 0
        self._make_room()

    def checkpoint(self) -> Checkpoint:
        """How far it has reacted, by lane; empty at first, and after the database was lost: then
        what it remembers in begins anew. Look here again before you save if another reactor of this
        name has saved.
        """
        self._make_room()
        saves = select(_REACTORS.c.saves).where(_REACTORS.c.reactor == self._reactor)
        asked = select(_CHECKPOINTS.c.lane, _CHECKPOINTS.c.place).where(
            _CHECKPOINTS.c.reactor == self._reactor
        )
        with self._engine.connect() as connection:
            self._saves = connection.execute(saves).scalar_one()
            return dict(connection.execute(asked).all())

    def values(self) -> Iterable[Mapping[str, Any]]:
        """The values it keeps."""
        asked = select(_VALUES.c.value).where(_VALUES.c.reactor == self._reactor)
        with self._engine.connect() as connection:
            return connection.execute(asked).scalars().all()

    def versions(self, streams: Collection[str]) -> Mapping[str, int]:
        """The versions reached of these streams, as they were saved; 0 where there is none."""
        known = _STREAMS.c
        found, names = dict.fromkeys(streams, 0), sorted(streams)
        with self._engine.connect() as connection:
            for start in range(0, len(names), _AT_ONCE):
                some = known.stream.in_(names[start : start + _AT_ONCE])
                asked = select(known.stream, known.version)
                asked = asked.where(known.reactor == self._reactor, some)
                found.update((stream, version) for stream, version in connection.execute(asked))
        return found

    def save(
        self,
        checkpoint: Checkpoint,
        values: Mapping[str, Any] | None = None,
        versions: Mapping[str, int] | None = None,
    ) -> None:
        """Keep the checkpoint, versions, and values by name; a value of None is deleted. All or
        nothing.

        Raises Replaced, with nothing kept, if another reactor of this name has saved meanwhile.
        """
        named = values or {}
        with self._engine.begin() as connection:
            self._claim(connection)
            self._forget(connection, [name for name in named if named[name] is None])
            kept = {name: value for name, value in named.items() if value is not None}
            self._keep(connection, _VALUES, kept)
            self._keep(connection, _CHECKPOINTS, checkpoint)
            self._keep(connection, _STREAMS, versions or {})
        self._saves += 1

    def forget(self) -> None:
        """Forget everything but that it was there. Raises Replaced."""
        with self._engine.begin() as connection:
            self._claim(connection)
            for table in (_VALUES, _CHECKPOINTS, _STREAMS):
                connection.execute(delete(table).where(table.c.reactor == self._reactor))
        self._saves += 1

    def _make_room(self) -> None:
        """Make the tables and the reactor's row, unless they are there."""
        if _is_known(self._engine, self._reactor):
            return
        with self._engine.begin() as connection:
            _make_tables(connection)
            row = {"reactor": self._reactor, "saves": 0}
            connection.execute(_insert(self._engine, _REACTORS).on_conflict_do_nothing(), row)

    def _claim(self, connection: Connection) -> None:
        """The first thing written: whoever else saves waits for the end of this transaction."""
        known = _REACTORS.c
        mine = (known.reactor == self._reactor) & (known.saves == self._saves)
        saved = connection.execute(update(_REACTORS).where(mine).values(saves=self._saves + 1))
        if saved.rowcount != 1:
            raise Replaced(f"another reactor {self._reactor} has saved since this one looked")

    def _forget(self, connection: Connection, names: Collection[str]) -> None:
        if names:
            mine = _VALUES.c.reactor == self._reactor
            connection.execute(delete(_VALUES).where(mine, _VALUES.c.name.in_(names)))

    def _keep(self, connection: Connection, table: Table, kept: Mapping[str, Any]) -> None:
        """Rows of one name and one value each."""
        if not kept:
            return
        _, name, value = table.c
        statement = _insert(self._engine, table)
        statement = statement.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={value: statement.excluded[value.name]}
        )
        rows = [
            {"reactor": self._reactor, name.name: one, value.name: other}
            for one, other in kept.items()
        ]
        connection.execute(statement, rows)


def remembered(engine: Engine) -> Sequence[Reached]:
    """How far each reactor has come, as it was saved; none in a database without reactors."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_REACTORS.name):
            return []
        names = connection.execute(select(_REACTORS.c.reactor).order_by(_REACTORS.c.reactor))
        return [
            Reached(
                f"process {name}",
                _pairs_of(connection, _CHECKPOINTS, name),
                _pairs_of(connection, _STREAMS, name),
            )
            for name in names.scalars().all()
        ]


def forget_fed_by_log(engine: Engine) -> None:
    """Forget what every reactor remembers that the log itself feeds: it begins anew."""
    with engine.begin() as connection:
        if not inspect(connection).has_table(_REACTORS.name):
            return
        fed = select(_CHECKPOINTS.c.reactor).where(_CHECKPOINTS.c.lane == EVENTS)
        for name in connection.execute(fed).scalars().all():
            known = _REACTORS.c
            saved = update(_REACTORS).where(known.reactor == name).values(saves=known.saves + 1)
            connection.execute(saved)
            for table in (_VALUES, _STREAMS, _CHECKPOINTS):
                connection.execute(delete(table).where(table.c.reactor == name))


def _pairs_of(connection: Connection, table: Table, reactor: str) -> dict[str, int]:
    whose, name, value = table.c
    asked = select(name, value).where(whose == reactor)
    return dict(connection.execute(asked).all())


def forget(engine: Engine, reactor: str) -> Checkpoint:
    """Forget all that a reactor remembers; returns how far it had reacted. It reads its feed from
    the start when it runs next; whoever runs under its name now is Replaced.
    """
    memory = Memory(engine, reactor)
    before = memory.checkpoint()
    memory.forget()
    return before


def _insert(engine: Engine, table: Table) -> Any:
    return (postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert)(table)


def _is_known(engine: Engine, reactor: str) -> bool:
    """Whether the reactor's tables and row are there: then opening its memory writes nothing."""
    asked = select(_REACTORS.c.saves).where(_REACTORS.c.reactor == reactor)
    with engine.connect() as connection:
        made = inspect(connection).has_table(_REACTORS.name)
        return made and connection.execute(asked).first() is not None


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
    _METADATA.create_all(connection)
    if inspect(connection).has_table(_BEFORE):
        copied = f"INSERT INTO reactor_places SELECT reactor, '{EVENTS}', position FROM {_BEFORE}"  # noqa: S608 - our own names
        connection.execute(text(copied))
        connection.execute(text(f"DROP TABLE {_BEFORE}"))
