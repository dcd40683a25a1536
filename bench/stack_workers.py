"""Several workers in one group, all orders at one location, against one worker.

All orders become visible at once, when every worker is ready, since one transaction publishes them.
Outcomes are counted as they are committed to the log; no relay runs, since it would be the
bottleneck for one worker and for eight.
"""

import json
from datetime import datetime
from itertools import pairwise
from time import time

from adapters.kafka.clients import Brokers
from adapters.kafka.topics import PARTITIONS, topics_of
from adapters.log import open_log
from bench.stack_cell import Cell, Part, Servers, sustained, waited
from bench.stack_visible import lay_ground, orders
from bench.trial import run

_BATCH = "batch"


def ours(servers: Servers, name: str, workers: int, count: int) -> tuple[float, float]:
    """Outcomes per second, and the longest time, in seconds, that a worker with work to do went
    without committing a batch.
    """
    cell = Cell(servers, name)
    lay_ground(cell.database, count)
    log = open_log(cell.database)
    before = log.mark().outcome
    with cell.running(*["engine"] * workers) as parts:
        waited("all partitions dealt out", lambda: _all_dealt_out(parts, cell.topics.commands))
        begun = run(
            "stack_workers:published", bootstrap=servers.bootstrap, prefix=name, count=count
        )
        rate = sustained("the outcomes", lambda: log.mark().outcome - before, count)
    log.close()
    return rate, max(_pause(part, begun) for part in parts)


def published(bootstrap: str, prefix: str, count: int) -> float:
    """Publish orders in one transaction; returns the time when it was committed."""
    topic, producer = topics_of(prefix).commands, Brokers(bootstrap).producer(prefix)
    producer.init_transactions()
    producer.begin_transaction()
    for each in orders(count):
        producer.send(topic, value=each.value, key=each.key, headers=each.headers)
    producer.flush()
    begun = time()
    producer.commit_transaction()
    producer.close()
    return begun


def _all_dealt_out(parts: list[Part], topic: str) -> bool:
    """Whether each worker has some of a topic's partitions, and all are assigned."""
    dealt = [part.metrics().count(f'topic="{topic}"') for part in parts]
    return sum(dealt) == PARTITIONS and all(dealt)


def _pause(part: Part, begun: float) -> float:
    """Its longest pause up to its last batch: until then it has work, as all orders are there."""
    lines = map(json.loads, part.server.output.read_text().splitlines())
    batches = [line for line in lines if line["event"] == _BATCH]
    ends = [datetime.fromisoformat(line["timestamp"]).timestamp() for line in batches]
    ends = [begun, *(end for end in ends if end >= begun)]
    return max((end - start for start, end in pairwise(ends)), default=0.0)
