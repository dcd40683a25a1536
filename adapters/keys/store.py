"""The store of a cell's keys: a file, or a PostgreSQL database that several hosts share.

It is never the log's database: whoever has the log, its backups or its exports has no key. Every
key is wrapped by the master key, which lies in a file beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.exc import DBAPIError

from adapters.keys import master as masters
from adapters.keys.errors import Erased, KeysUnusable
from adapters.keys.exchange import written
from adapters.keys.master import Master

KEYS: Final = Table(
    "keys",
    MetaData(),
    Column("name", String(200), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
STORE, DIGEST, DOOR, DATA, CELL = "store", "digest", "door", "data/", "cell/"
"""The names of keys: the store's own id, the digest key, the door key; the beginnings of those of
customers and of the private keys to which publishers seal."""


class KeyStore:
    """The keys of one cell. Everything that it makes is durable before it is returned."""

    def __init__(
        self,
        engine: Engine,
        master: Master,
        master_file: Path,
        draw: Callable[[], bytes] = masters.drawn,
    ) -> None:
        """`draw` draws a new key: another than the system's chance only if a run must repeat."""
        self._draw = draw
        self._engine = engine
        self._master = master
        self._master_file = master_file

    @property
    def id(self) -> str:
        """The store's name for good, by which a log knows it again."""
        return self._key(STORE, lambda: self._draw().hex().encode()).decode()

    def digest_key(self) -> bytes:
        """The key of the digests of commands that may hold a secret. It never changes."""
        return self._key(DIGEST, self._draw)

    def door_key(self) -> bytes:
        """The key under which parked commands are kept."""
        return self._key(DOOR, self._draw)

    def data_key(self, customer_id: str) -> bytes:
        """The key of a customer's secrets, made on first use."""
        return self._key(DATA + customer_id, self._draw)

    def existing_data_key(self, customer_id: str) -> bytes:
        """The key of a customer's secrets. Raises Erased."""
        found = self._found(DATA + customer_id)
        if found is None:
            raise Erased(customer_id)
        return found

    def customers(self) -> list[str]:
        """The customers that have a key."""
        named = select(KEYS.c.name).where(KEYS.c.name.startswith(DATA))
        return [each.name.removeprefix(DATA) for each in self._rows(named)]

    def destroy(self, customer_id: str) -> None:
        """Destroy the key of a customer's secrets, which nobody can read from then on."""
        self._write(lambda it: it.execute(delete(KEYS).where(KEYS.c.name == DATA + customer_id)))

    def cell_keys(self, make: Callable[[], tuple[str, bytes]]) -> Mapping[str, bytes]:
        """The private keys to which publishers seal, by their ids; `make` makes the first."""
        found = self._cell_keys()
        if not found:
            kid, key = make()
            self._key(CELL + kid, lambda: key)
            found = self._cell_keys()
        return found

    def rotate(self) -> int:
        """Wrap every key anew, under a new master key; how many there are. What the keys sealed
        stays as it is.
        """
        both = self._master.followed_by(self._draw())
        both.write(self._master_file)
        self._write(lambda connection: _wrap_anew(connection, both))
        self._master = both.alone()
        self._master.write(self._master_file)
        return len(self._rows(select(KEYS.c.name)))

    def exported(self) -> dict[str, str]:
        """Every key as it is stored, to be kept elsewhere or taken over by another store."""
        return written({each.name: each.wrapped for each in self._rows(select(KEYS))})

    def take_over(self, keys: Mapping[str, bytes]) -> int:
        """Take in wrapped keys; how many of them were new. Raises KeysUnusable where the master key
        does not wrap them, or another key of one's name is there.
        """
        given = {name: self._master.unwrapped(wrapped) for name, wrapped in keys.items()}
        there = {name: self._found(name) for name in given}
        for name, key in given.items():
            if there[name] not in (None, key):
                raise KeysUnusable(f"There is another key {name} here: nothing was taken over")
        new = [name for name, key in there.items() if key is None]
        self._write(lambda it: [_insert_if_absent(it, name, keys[name]) for name in new])
        return len(new)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _key(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A key, made if there is none: whoever made it first, all read the same."""
        found = self._found(name)
        if found is not None:
            return found
        wrapped = self._master.wrapped(make())
        self._write(lambda it: _insert_if_absent(it, name, wrapped))
        found = self._found(name)
        assert found is not None, "it was just made"
        return found

    def _found(self, name: str) -> bytes | None:
        rows = self._rows(select(KEYS).where(KEYS.c.name == name))
        return self._master.unwrapped(rows[0].wrapped) if rows else None

    def _cell_keys(self) -> Mapping[str, bytes]:
        rows = self._rows(select(KEYS).where(KEYS.c.name.startswith(CELL)))
        return {each.name.removeprefix(CELL): self._master.unwrapped(each.wrapped) for each in rows}

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except DBAPIError as fault:
            raise unusable(fault) from fault

    def _write(self, work: Callable[[Connection], Any]) -> None:
        try:
            with self._engine.begin() as connection:
                work(connection)
        except DBAPIError as fault:
            raise unusable(fault) from fault


def unusable(fault: DBAPIError) -> KeysUnusable:
    """The error for a store that can't be read or written."""
    return KeysUnusable(f"The keys can't be used: {fault.orig}")


def _insert_if_absent(connection: Connection, name: str, wrapped: bytes) -> None:
    """Another process may make the same key at the same moment: whoever is first has made it."""
    on_sqlite = connection.dialect.name == "sqlite"
    insert = insert_on_sqlite(KEYS) if on_sqlite else insert_on_postgresql(KEYS)
    connection.execute(insert.values(name=name, wrapped=wrapped).on_conflict_do_nothing())


def _wrap_anew(connection: Connection, master: Master) -> None:
    for name, wrapped in connection.execute(select(KEYS).with_for_update()).all():
        anew = master.wrapped(master.unwrapped(wrapped))
        connection.execute(update(KEYS).where(KEYS.c.name == name).values(wrapped=anew))
