"""Opening the store of a cell's keys: a file, or a PostgreSQL database that several hosts share."""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Engine, NullPool, create_engine, inspect, select
from sqlalchemy.exc import DBAPIError

from adapters.keys import master as masters
from adapters.keys.errors import KeysUnusable
from adapters.keys.master import Master
from adapters.keys.store import KEYS, KeyStore, unusable
from projections.database import opened

POSTGRES: Final = "postgresql:"
_PATIENCE: Final = 30.0
"""Seconds to wait for another process that writes a file of keys."""


def open_store(where: str, master: str = "", *, make: bool) -> KeyStore:
    """The store in a file, or at `postgresql://`; `master` is the path of the master key's file.

    With `make`, whatever of it is missing is made. Raises KeysUnusable.
    """
    if make and not where.startswith(POSTGRES):
        _make_private(Path(where))
    return _at(where, master, "rw", make=make)


def open_store_to_read(where: str, master: str = "") -> KeyStore:
    """The same, in which nothing is made or changed. Raises KeysUnusable."""
    return _at(where, master, "ro", make=False)


def _at(where: str, master: str, mode: str, *, make: bool) -> KeyStore:
    if where.startswith(POSTGRES):
        return _store(opened(where), _given(master), make=make)
    path = Path(where)
    if not path.is_file():
        raise _missing(where)
    return _store(_file(path, mode), _beside(path, master), make=make)


def _store(engine: Engine, master_file: Path, *, make: bool) -> KeyStore:
    try:
        return _opened(engine, master_file, make=make)
    except BaseException:
        engine.dispose()
        raise


def _opened(engine: Engine, master_file: Path, *, make: bool) -> KeyStore:
    try:
        tables = inspect(engine).get_table_names()
        if make and KEYS.name not in tables:
            if tables and engine.dialect.name == "sqlite":
                raise KeysUnusable("This file is no store of keys: name another in TIELINE_KEYS")
            KEYS.metadata.create_all(engine)
        with engine.connect() as connection:
            one = connection.execute(select(KEYS.c.wrapped).limit(1)).scalar()
    except DBAPIError as fault:
        raise unusable(fault) from fault
    return KeyStore(engine, _master(master_file, one, make=make), master_file)


def _master(file: Path, one: bytes | None, *, make: bool) -> Master:
    """The master key, tried on one of the keys; made for a store that has none yet."""
    master = masters.read(file)
    if master is None and one is None and make:
        Master([masters.drawn()]).write_first(file)
        master = masters.read(file)
    if master is None:
        raise KeysUnusable(
            f"There is no master key in {file}, without which no key can be read: put it back, or "
            "name its file in TIELINE_MASTER_KEY"
        )
    if one is not None:
        master.unwrapped(one)
    return master


def _file(path: Path, mode: str) -> Engine:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connect = partial(sqlite3.connect, uri, uri=True, timeout=_PATIENCE)
    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _given(master: str) -> Path:
    if master:
        return Path(master)
    raise KeysUnusable(
        "Keys in a PostgreSQL database need TIELINE_MASTER_KEY: the file with the master key, the "
        "same on every host"
    )


def _beside(path: Path, master: str) -> Path:
    return Path(master) if master else path.with_name(f"{path.name}.master")


def _make_private(path: Path) -> None:
    """Make the file for its owner's eyes only, before SQLite makes it for everybody's.

    One that is there is left alone: closing it would drop this process's locks on it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as fault:
        raise KeysUnusable(f"{path} can't be used for keys: {fault.strerror}") from fault


def _missing(where: str) -> KeysUnusable:
    return KeysUnusable(
        f"The log's secrets were sealed with keys that are not in {where}: put the file back, with "
        "its master key beside it, or name it in TIELINE_KEYS"
    )
