"""The parts of a cell on their own files, with a repeatable clock, repeatable entropy and keys."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine

from adapters.clocks import MessageClock
from adapters.engine.embedded import Embedded
from adapters.engine.worker import Worker
from adapters.keys.cell import CellKeys, Open
from adapters.keys.master import SIZE, Master
from adapters.keys.store import KEYS, KeyStore
from adapters.log import open_log
from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from adapters.reactors.reactor import Reactor
from domain.decider.states import Terms
from domain.engine.log import Log
from domain.words.structs import all_fields
from tests.doors import a_door

START = "2026-01-01T00:00:00.000000Z"


@contextmanager
def a_cell(
    folder: Path, seed: int = 1, around: Callable[[Reactor], Reactor] = lambda reactor: reactor
) -> Generator[Embedded, None, None]:
    """Worker, processes and simulated network on a folder's files, which are created if missing."""
    log = open_log(f"sqlite:///{folder / 'log.db'}")
    memory = create_engine(f"sqlite:///{folder / 'memory.db'}")
    try:
        keys = CellKeys(log, repeatable_keys(folder))
        worker = Worker(log, Terms(seal=keys.seal), MessageClock(START), keys=keys)
        process = BandwidthChangeProcess(Memory(memory, "process"))
        alarms = AlarmProcess(Memory(memory, "alarms"), log.events)
        network = SimulatedNetwork(worker.look, Memory(memory, "network"))
        reactors = [around(each) for each in (process, alarms, network)]
        door = a_door(Random(seed).randbytes, keys)
        with closing(keys):
            yield Embedded(worker, door, reactors, lambda: None)
    finally:
        memory.dispose()
        log.close()


def repeatable_keys(folder: Path) -> Open:
    """Opens a store of keys that are the same in every folder, so that sealed texts compare."""

    def opened(*, make: bool) -> KeyStore:
        del make
        engine = create_engine(f"sqlite:///{folder / 'keys.db'}")
        KEYS.metadata.create_all(engine)
        return KeyStore(engine, Master([bytes(SIZE)]), folder / "no.master", lambda: bytes(SIZE))

    return opened


def said(log: Log, *, keys: bool = True) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Each stream's event types and data, without times; service keys only if `keys` is set."""
    streams: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for each in everything(log):
        data = all_fields(each.event)
        if not keys:
            data.pop("service_key", None)
        streams.setdefault(each.stream, []).append((each.event.kind, data))
    return streams


def everything(log: Log) -> Sequence[Any]:
    """Every event of a log."""
    return log.feed(0, 1_000_000)
