"""Commands on Kafka to outcomes on Kafka: by an engine and a relay, and by bare kafka-python.

Bare kafka-python is one process that only copies: it consumes the same commands and, after every
500, produces the records that our relay published for them, in a transaction with its offsets.
"""

from importlib import import_module
from time import perf_counter
from typing import Any

from adapters.engine.worker import BATCH
from adapters.kafka.admin import Admin, TopicSpec
from adapters.kafka.api import Consumer, Producer
from adapters.kafka.clients import Brokers, in_order
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.relay import Checkpoint
from adapters.kafka.topics import topics_of
from bench.stack_cell import Cell, Servers, sustained
from bench.stack_year import SEED, as_published_by_us, recorded
from bench.trial import run

CONSUMING = {
    "enable_auto_commit": False,
    "isolation_level": "read_committed",
    "metrics_enabled": False,
}
PRODUCING = {
    "acks": "all",
    "batch_size": 256 * 1024,
    "linger_ms": 5,
    "metrics_enabled": False,
}
"""Settings as safe and batches as large as ours."""


def ours(servers: Servers, folder: str, name: str) -> tuple[Cell, float]:
    """Commands per second, from the first to the last outcome committed; and the cell."""
    cell = Cell(servers, name, {topics_of(name).internal: 1})
    said = {"folder": folder, "bootstrap": servers.bootstrap, "prefix": name}
    run("stack_year:published", **said)
    last = recorded(folder).outcomes
    with cell.running("engine", "relay", TIELINE_TEST_ENTROPY=SEED), servers.brokers.admin() as ask:
        rate = sustained("the outcomes", lambda: _committed(ask, name), last)
    run("stack_year:answered", **said)
    return cell, rate


def bare(folder: str, bootstrap: str, prefix: str, output: str) -> float:
    """Commands per second of bare kafka-python, from the first to the last commit."""
    library: Any = import_module("kafka")  # it has no types
    source = topics_of(prefix).internal
    topics = {kind: f"{output}.{kind}" for kind in ("events", "outcomes")}
    with Brokers(bootstrap).admin() as admin:
        counts, alike = admin.partitions(topics_of(prefix)), topics_of(prefix)._asdict()
        admin.create(TopicSpec(topics[kind], counts[alike[kind]], {}) for kind in topics)
    records = [(topics[kind], each) for kind, each in as_published_by_us(folder)]
    commands = len(recorded(folder).commands)
    consumer: Consumer = library.KafkaConsumer(bootstrap_servers=bootstrap, **CONSUMING)
    consumer.assign([partition(source, 0)])
    consumer.seek(partition(source, 0), 0)
    producer: Producer = library.KafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=output, **PRODUCING
    )
    producer.init_transactions()
    ends = [(0, perf_counter())]
    sent = 0
    while (read := ends[-1][0]) < commands:
        read += _polled(consumer, min(BATCH, commands - read))
        upto = len(records) * read // commands
        producer.begin_transaction()
        for topic, each in records[sent:upto]:
            producer.send(topic, value=each.value, key=each.key, headers=each.headers)
        producer.send_offsets_to_transaction({partition(source, 0): committed_offset(read)}, output)
        producer.commit_transaction()
        sent = upto
        ends.append((read, perf_counter()))
    producer.close()
    consumer.close()
    first, last = ends[min(1, len(ends) - 2)], ends[-1]
    return (last[0] - first[0]) / (last[1] - first[1])


def events_of(folder: str) -> int:
    """How many events the relay has published for the year."""
    return sum(kind == "events" for kind, _ in as_published_by_us(folder))


def _polled(consumer: Consumer, count: int) -> int:
    """Read records; returns their number."""
    read = 0
    while read < count:
        read += len(in_order(consumer.poll(500, count - read)))
    return read


def _committed(admin: Admin, prefix: str) -> int:
    """How many outcomes the relay has published, by the checkpoint that it commits with them."""
    noted = admin.group_offsets(f"{prefix}-relay")
    return max((Checkpoint.of(*each).outcome for each in noted.values()), default=0)
