"""What a reactor remembers between two starts: its position and a few named values, in one
transaction, beside the views. Disposable: without it the reactor reacts to the whole log again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, Column, Engine, Integer, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

_METADATA = MetaData()
_POSITIONS = Table(
    "reactor_positions",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("position", Integer, nullable=False),
)
_VALUES = Table(
    "reactor_values",
    _METADATA,
    Column("reactor", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
)


class Memory:
    """The rows of one reactor in a database that it shares with others."""

    def __init__(self, engine: Engine, reactor: str) -> None:
        self._engine = engine
        self._reactor = reactor
        _METADATA.create_all(engine)

    @property
    def position(self) -> int:
        """The place in the log up to which it has reacted; 0 at first."""
        asked = select(_POSITIONS.c.position).where(_POSITIONS.c.reactor == self._reactor)
        with self._engine.connect() as connection:
            return connection.execute(asked).scalar() or 0

    def values(self) -> Iterable[Mapping[str, Any]]:
        """The values it keeps."""
        asked = select(_VALUES.c.value).where(_VALUES.c.reactor == self._reactor)
        with self._engine.connect() as connection:
            return connection.execute(asked).scalars().all()

    def save(self, position: int, values: Mapping[str, Any] | None = None) -> None:
        """Keep a position, and values by name; one that is None goes. All or nothing."""
        kept = {name: value for name, value in (values or {}).items() if value is not None}
        gone = [name for name, value in (values or {}).items() if value is None]
        with self._engine.begin() as connection:
            if gone:
                mine = _VALUES.c.reactor == self._reactor
                connection.execute(delete(_VALUES).where(mine, _VALUES.c.name.in_(gone)))
            if kept:
                rows = [
                    {"reactor": self._reactor, "name": name, "value": value}
                    for name, value in kept.items()
                ]
                connection.execute(_upsert(self._engine, _VALUES, "value"), rows)
            row = {"reactor": self._reactor, "position": position}
            connection.execute(_upsert(self._engine, _POSITIONS, "position"), row)


def _upsert(engine: Engine, table: Table, column: str) -> Any:
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={column: statement.excluded[column]}
    )
