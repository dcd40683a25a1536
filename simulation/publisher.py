"""A publisher of commands: it sends each one in its lasting outbox until it knows it is written."""

from typing import Final

from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import BLOCK_MS
from adapters.kafka.kafka_python import telling
from simulation.cell import SimulatedCell
from simulation.processes import Process

AT_ONCE: Final = 4


class Publisher:
    """One publisher. It publishes again every command that it can't be sure of."""

    def __init__(self, cell: SimulatedCell, process: Process, outbox: list[Outgoing]) -> None:
        self._producer = cell.brokers(process).producer()
        self._topic = cell.topics.commands
        self._outbox = outbox

    def turn(self) -> None:
        """Publish some commands of the outbox, in their order. Raises Unreachable."""
        records = self._outbox[:AT_ONCE]
        with telling():
            sent = [
                self._producer.send(
                    self._topic, value=each.value, key=each.key, headers=each.headers
                )
                for each in records
            ]
            for each in sent:
                each.get(BLOCK_MS / 1000)
        del self._outbox[: len(records)]
