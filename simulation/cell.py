"""The servers of a simulated cell, and how its processes reach them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.kafka.admin import Described
from adapters.kafka.topics import Topics, prepare, topics_of
from adapters.keys.cell import CellKeys
from adapters.keys.erasing import erase_again
from adapters.log import open_log
from adapters.speakers import everybody
from domain.decider.states import Terms
from domain.engine.log import Log
from projections.database import opened
from simulation.brokers import SimulatedBrokers
from simulation.cluster import SimulatedCluster
from simulation.groups import Groups
from simulation.keys import Keyring
from simulation.log import SimulatedLog
from simulation.processes import Fate, Process
from simulation.watch import Counting

OWNER: Final = "user:owner"
PREFIX: Final = "cell"
SOURCE: Final = f"/{PREFIX}"
PARTITIONS: Final = 3


class SimulatedCell:
    """One log, one cluster, one database of views, shared by all processes."""

    def __init__(self, folder: Path, fate: Fate) -> None:
        self.folder = folder
        """Where the files of log and views lie."""
        self.fate = fate
        self.cluster = SimulatedCluster(fate.clock)
        self.groups = Groups(self.cluster)
        self.topics: Topics = topics_of(PREFIX)
        self.log: Log = open_log(f"sqlite:///{folder / 'log.db'}")
        self.engine: Engine = opened(f"sqlite:///{folder / 'views.db'}")
        self.keyring = Keyring(fate)
        for topic in self.topics:
            self.cluster.create(topic, PARTITIONS)
        self.rebuilt = 0
        """The position up to which views were built from the log, which may not be published."""
        event.listen(self.engine, "commit", self._before_commit)

    def close(self) -> None:
        """Close the log and the database of views."""
        event.remove(self.engine, "commit", self._before_commit)
        self.engine.dispose()
        self.keyring.close()
        self.log.close()

    def brokers(self, process: Process) -> SimulatedBrokers:
        """The cluster as a process reaches it."""
        return SimulatedBrokers(process, self.fate, self.cluster, self.groups)

    def log_of(self, process: Process) -> Log:
        """The log as a process reaches it."""
        return SimulatedLog(process, self.fate, self.log)

    def worker(self, process: Process) -> Worker:
        """A worker of a process, as adapters/wiring/workers.py makes it."""
        log = self.log_of(process)
        keys = CellKeys(log, self.keyring.opening(process))
        erase_again(log, keys)
        return Worker(
            log,
            Terms(OWNER, seal=keys.seal),
            lambda _: self.fate.clock.wall(process.name),
            Counting(self.fate.faults),
            keys=keys,
        )

    def door(self, worker: Worker) -> Door:
        """The door for messages; every source may speak for every actor."""
        return Door(everybody(OWNER), self.fate.chance.bits, keys=worker.keys)

    def prepared(self, process: Process) -> Mapping[str, Described]:
        """The topics; missing ones are created."""
        with self.brokers(process).admin() as admin:
            return prepare(admin, self.topics, self.log_of(process), PARTITIONS)

    def _before_commit(self, connection: Connection) -> None:
        """A commit may fail. No other process runs meanwhile: the transaction may lock the file."""
        del connection
        if self.fate.running:
            self.fate.before(self.fate.running[-1], "commit-views", _is_gone, alone=True)


def _is_gone(call: str) -> Exception:
    return OperationalError(call, None, ConnectionError("the database is gone"))
