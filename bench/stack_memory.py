"""The peak memory of each part, with a backlog and a publisher that pushes as fast as it can."""

from time import monotonic

from adapters.kafka.clients import Brokers
from adapters.kafka.topics import topics_of
from bench.stack_cell import Cell, Servers
from bench.stack_visible import lay_ground, name_of, record_of
from bench.trial import run
from bench.world import Sender, as_called


def ours(servers: Servers, name: str, backlog: int, pushing: float) -> None:
    """Run all parts while commands are pushed, and note their peaks."""
    cell = Cell(servers, name)
    lay_ground(cell.database, backlog)
    said = {"bootstrap": servers.bootstrap, "prefix": name, "backlog": backlog}
    run("stack_memory:pushed", **said, seconds=0)
    with cell.running("engine", "relay", "process", "project"):
        run("stack_memory:pushed", **said, seconds=pushing)


def pushed(bootstrap: str, prefix: str, backlog: int, seconds: float) -> int:
    """Publish one order per circuit or, given `seconds`, repeat orders until they are over; returns
    how many were published.
    """
    topic, producer = topics_of(prefix).commands, Brokers(bootstrap).producer(linger_ms=5)
    sender = Sender(as_called, f"/pushing/{seconds}")
    end, count = monotonic() + seconds, 0
    while count < backlog if not seconds else monotonic() < end:
        number = count % backlog
        each = record_of(sender.order(number, name_of(number)))
        producer.send(topic, value=each.value, key=each.key, headers=each.headers)
        count += 1
    producer.close()
    return count
