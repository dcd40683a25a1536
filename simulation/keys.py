"""The keys of a simulated cell: the real store in memory, whose keys the seed draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, StaticPool, create_engine

from adapters.keys.cell import Open
from adapters.keys.errors import KeysUnusable
from adapters.keys.master import SIZE, Master
from adapters.keys.store import KEYS, KeyStore
from simulation.processes import Fate, Process

_NO_FILE: Final = Path("no file of a master key")


@dataclass(frozen=True)
class DigestKey:
    """The key of the digests of commands that may hold a secret, and no other."""

    key: bytes

    def digest_key(self) -> bytes:
        """That key."""
        return self.key

    def opened(self, sealed: str, subject: str) -> str:
        """Nothing is opened here: digests are made of what was sent."""
        raise ValueError(f"what was sealed for {subject} stays so: {sealed[:9]}")


class Keyring:
    """The database in which the keys lie, and how processes reach it."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._master = Master([bytes(SIZE)])
        self._engine = create_engine("sqlite://", poolclass=StaticPool)
        KEYS.metadata.create_all(self._engine)

    def opening(self, process: Process) -> Open:
        """Opens the store as a process reaches it."""

        def opened(*, make: bool) -> KeyStore:
            del make
            return _Reached(process, self._fate, self._engine, self._master)

        return opened

    @cached_property
    def digests(self) -> DigestKey:
        """The key of digests, which is never another."""
        store = KeyStore(self._engine, self._master, _NO_FILE, self._drawn)
        return DigestKey(store.digest_key())

    def close(self) -> None:
        """Forget all keys."""
        self._engine.dispose()

    def _drawn(self) -> bytes:
        return self._fate.chance.bits(SIZE)


class _Reached(KeyStore):
    """The store as one process reaches it: what it asks may fail. Nobody else runs meanwhile, for
    it may hold the lock of the log.
    """

    def __init__(self, process: Process, fate: Fate, engine: Engine, master: Master) -> None:
        super().__init__(engine, master, _NO_FILE, lambda: fate.chance.bits(SIZE))
        self._process = process
        self._fate = fate

    def close(self) -> None:
        """Do nothing: the database stays open."""

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        self._fate.before(self._process, "read-keys", KeysUnusable, alone=True)
        return super()._rows(query)

    def _write(self, work: Callable[[Connection], Any]) -> None:
        self._fate.before(self._process, "write-keys", KeysUnusable, alone=True)
        super()._write(work)
        self._fate.after(self._process, "write-keys", KeysUnusable, alone=True)
