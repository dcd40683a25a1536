"""From a command on Kafka to the row that shows it, at a steady pace, through all parts as they run
in production.

The clock starts before the publisher hands an order to its client, and stops when a query that
another process makes every two milliseconds returns the row. Both read the machine's monotonic
clock.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep

import orjson
import psycopg
from psycopg import sql

from adapters.clocks import wall_clock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.kafka.binding import Outgoing, written
from adapters.kafka.clients import Brokers
from adapters.kafka.topics import topics_of
from adapters.log import open_log
from adapters.speakers import everybody
from bench.stack_cell import PATIENCE, Cell, Servers
from bench.trial import run
from bench.world import Sender, as_called
from domain.decider.states import Terms
from projections.circuits import SHAPE
from projections.database import opened, reading

SOURCE = "/visible"
LOOK = 0.002
"""Seconds between two queries."""


def ours(servers: Servers, name: str, pace: int, warming: float, steady: float) -> list[float]:
    """Milliseconds for each order after the warm-up."""
    cell = Cell(servers, name)
    count = round(pace * (warming + steady))
    lay_ground(cell.database, count)
    with cell.running("engine", "relay", "process", "project"), ThreadPoolExecutor(1) as beside:
        seen = beside.submit(partial(run, "stack_visible:seen", url=cell.database, count=count))
        sent = run(
            "stack_visible:published",
            bootstrap=servers.bootstrap,
            prefix=name,
            pace=pace,
            count=count,
        )
        shown = seen.result()
    took = [1000 * (end - start) for start, end in zip(sent, shown, strict=True)]
    return took[round(pace * warming) :]


def lay_ground(database: str, circuits: int) -> None:
    """A location, and customers for the circuits, decided before anything is measured."""
    log, sender = open_log(database), Sender(as_called, "/ground")
    worker = Worker(log, Terms(), wall_clock)
    lines = [sender.location(), *sender.customers(circuits)]
    outcomes = worker.handle(Door(everybody(Terms().owner), bytes).from_lines(lines))
    assert all(each.accepted for each in outcomes)
    log.close()


def orders(count: int) -> list[Outgoing]:
    """Orders at the one location, each of another circuit."""
    sender = Sender(as_called, SOURCE)
    return [record_of(sender.order(number, name_of(number))) for number in range(count)]


def record_of(line: bytes) -> Outgoing:
    """A command as a record in binary mode."""
    return written(orjson.loads(line))


def name_of(number: int) -> str:
    return f"circuit-{number:06}"


def published(bootstrap: str, prefix: str, pace: int, count: int) -> list[float]:
    """Publish orders at a pace per second; returns when each was handed to the client."""
    topic, producer = topics_of(prefix).commands, Brokers(bootstrap).producer(linger_ms=0)
    records, sent = orders(count), list[float]()
    begun = monotonic()
    for number, each in enumerate(records):
        sleep(max(0.0, begun + number / pace - monotonic()))
        sent.append(monotonic())
        producer.send(topic, value=each.value, key=each.key, headers=each.headers)
    producer.close()
    late = max(at - begun - number / pace for number, at in enumerate(sent))
    print(f"  the publisher was late by {1000 * late:.0f} ms at most", file=sys.stderr)
    return sent


def seen(url: str, count: int) -> list[float]:
    """When the row of each circuit was first returned by a query."""
    with reading(opened(url)) as live:
        table = live.tables(SHAPE)["circuits"].name
    asked = sql.SQL("SELECT circuit_id FROM {} WHERE circuit_id >= %s ORDER BY 1 LIMIT 500")
    query = asked.format(sql.Identifier(table))
    names = [name_of(number) for number in range(count)]
    shown: dict[str, float] = {}
    eldest = 0
    deadline = monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET enable_bitmapscan = off")
        while eldest < count:
            rows: list[tuple[str]] = connection.execute(query, [names[eldest]]).fetchall()
            at = monotonic()
            for (name,) in rows:
                shown.setdefault(name, at)
            while eldest < count and names[eldest] in shown:
                eldest += 1
            assert monotonic() < deadline, f"{names[eldest]} was never shown"
            sleep(LOOK)
    return [shown[name] for name in names]
