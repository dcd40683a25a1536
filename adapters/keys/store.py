"""The store of a cell's keys: a file, or a PostgreSQL database that several hosts share.

It is never the log's database: whoever has the log, its backups or its exports has no key. Every
key is wrapped by the master key, which lies in a file beside it.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

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
    event,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.keys import master as masters
from adapters.keys.errors import Erased, KeysUnusable
from adapters.keys.master import Master
from adapters.sqlite_files import path_of
from projections.database import opened

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

    def __init__(self, engine: Engine, master_file: Path, what: str) -> None:
        self._engine = engine
        self._master_file = master_file
        self._what = what
        self._master = self._ready()

    @property
    def id(self) -> str:
        """The store's name for good, by which a log knows it again."""
        return self._key(STORE, uuid4().hex.encode).decode()

    def digest_key(self) -> bytes:
        """The key of the digests of commands that may hold a secret. It never changes."""
        return self._key(DIGEST, masters.drawn)

    def door_key(self) -> bytes:
        """The key under which parked commands are kept."""
        return self._key(DOOR, masters.drawn)

    def data_key(self, customer_id: str) -> bytes:
        """The key of a customer's secrets, made on first use."""
        return self._key(DATA + customer_id, masters.drawn)

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

    def rotate(self) -> None:
        """Wrap every key anew, under a new master key. What the keys sealed stays as it is."""
        both = self._master.followed_by(masters.drawn())
        both.write(self._master_file)
        self._write(lambda connection: _wrap_anew(connection, both))
        self._master = both.alone()
        self._master.write(self._master_file)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _ready(self) -> Master:
        """The master key, and a table; both are made where there is no store yet."""
        master = masters.read(self._master_file)
        try:
            tables = inspect(self._engine).get_table_names()
            if tables and KEYS.name not in tables and self._engine.dialect.name == "sqlite":
                raise KeysUnusable(f"{self._what} is no store of keys: name another file")
            KEYS.metadata.create_all(self._engine)
            with self._engine.connect() as connection:
                holds = connection.execute(select(KEYS.c.wrapped).limit(1)).scalar()
        except DBAPIError as fault:
            raise self._unusable(fault) from fault
        if holds is None:
            return master or self._first_master()
        if master is None:
            raise KeysUnusable(
                f"The master key of {self._what} is not in {self._master_file}: without it no key "
                "can be read. Put it back"
            )
        master.unwrapped(holds)
        return master

    def _first_master(self) -> Master:
        Master([masters.drawn()]).write(self._master_file)
        made = masters.read(self._master_file)
        assert made, "it was just written"
        return made

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
            raise self._unusable(fault) from fault

    def _write(self, work: Callable[[Connection], Any]) -> None:
        try:
            with self._engine.begin() as connection:
                work(connection)
        except DBAPIError as fault:
            raise self._unusable(fault) from fault

    def _unusable(self, fault: DBAPIError) -> KeysUnusable:
        return KeysUnusable(f"The keys in {self._what} can't be used: {fault.orig}")


def _insert_if_absent(connection: Connection, name: str, wrapped: bytes) -> None:
    try:
        with connection.begin_nested():
            connection.execute(KEYS.insert(), {"name": name, "wrapped": wrapped})
    except IntegrityError:
        return  # another process made it first


def _wrap_anew(connection: Connection, master: Master) -> None:
    for name, wrapped in connection.execute(select(KEYS).with_for_update()).all():
        anew = master.wrapped(master.unwrapped(wrapped))
        connection.execute(update(KEYS).where(KEYS.c.name == name).values(wrapped=anew))


def open_store(url: str, master_file: str = "") -> KeyStore:
    """The store at an address; whatever of it is missing is made. Raises KeysUnusable."""
    path = path_of(url)
    if path is None:
        if not master_file:
            raise KeysUnusable(
                "Keys in a PostgreSQL database need TIELINE_MASTER_KEY: the file with the master "
                "key, the same on every host"
            )
        return KeyStore(opened(url), Path(master_file), "the database of the keys")
    _make_private(path)
    engine = opened(url)
    event.listen(engine, "connect", _durable)
    return KeyStore(engine, Path(master_file or f"{path}.master"), str(path))


def _make_private(path: Path) -> None:
    """Make the file for its owner's eyes only, before SQLite makes it for everybody's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise KeysUnusable(f"{path} can't be used for the keys: {fault.strerror}") from fault


def _durable(connection: Any, _: object) -> None:
    """Unlike views, a key can't be built anew."""
    connection.execute("PRAGMA synchronous=FULL")
