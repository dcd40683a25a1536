"""The metrics of every part, each listed for the parts that feed it.

A part exposes its own metrics alone: a gauge that nobody sets would claim to be zero. Commands are
counted once per batch, so that metrics cost nothing per command.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

prometheus_client.disable_created_metrics()

_WORK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds that a batch takes on one machine, up to one that waits for the database."""
_VISIBLE: Final = (0.01, 0.025, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
"""Seconds from recorded to visible; the targets are 60 and 250 ms (p50, p99)."""
_SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 350, 500)


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(name, meaning, labels, registry=None)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(name, meaning, labels, registry=None)


def _histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(name, meaning, labels, buckets=buckets, registry=None)


COMMANDS = _counter(
    "tieline_commands",
    "Commands answered: accepted, a refusal's code, repeated (its first outcome again), parked.",
    "outcome",
)
DEAD = _counter(
    "tieline_dead_records",
    "Records that could not be read, by the topic where they were put aside.",
    "topic",
)
BATCH = _histogram("tieline_batch_commands", "Commands in one batch.", _SIZES)
DECISION = _histogram("tieline_decision_seconds", "Deciding one batch, reading included.", _WORK)
APPEND = _histogram("tieline_append_seconds", "Appending one batch, its commit included.", _WORK)
CONFLICTS = _counter(
    "tieline_batches_decided_again", "Batches decided again, as others wrote what they had read."
)
CLOCK_BEHIND = _counter(
    "tieline_clock_behind",
    "Batches and ticks for which the clock was over a minute behind what was recorded.",
)
CLOCK_AHEAD = _gauge(
    "tieline_clock_ahead_seconds",
    "How far the clock is ahead of the witness's; negative where it is behind.",
    "witness",
)
PARKED = _gauge("tieline_parked_commands", "Commands parked for a defect, or waiting behind one.")

LAG = _gauge(
    "tieline_consumer_lag_records",
    "Records of a partition that a consumer group has yet to read.",
    *("group", "topic", "partition"),
)
GROUP_LAG = _gauge(
    "tieline_group_lag_records",
    "Records of a partition that a consumer group has yet to read, by the brokers.",
    *("group", "topic", "partition"),
)
OWNERLESS = _gauge(
    "tieline_group_ownerless_partitions",
    "Partitions of a consumer group that are with nobody, by the brokers.",
    "group",
)
READER_ACTIVE = _gauge(
    "tieline_reader_active",
    "1 while this member of its group reads, 0 while not.",
    "group",
)
COMMANDS_AGE = _gauge(
    "tieline_oldest_command_seconds", "Age of the oldest command that nobody has decided.", "topic"
)
COMMANDS_KEPT = _gauge(
    "tieline_command_retention_seconds",
    "How long a topic keeps commands; none if for ever.",
    "topic",
)
COMMANDS_EXPIRED = _gauge(
    "tieline_expired_commands", "Commands that Kafka deleted before they were decided.", "topic"
)
TOPIC_SETTINGS = _gauge(
    "tieline_topic_setting_fault",
    "How a setting of a topic stands: 0 as it should, 1 weak, 2 so that no part would start.",
    *("topic", "setting"),
)
LOG_POSITION = _gauge("tieline_log_position", "The last position of the event log.")

RELAY_POSITION = _gauge("tieline_relay_position", "The last position of the log that is published.")
RELAY_BEHIND = _gauge(
    "tieline_relay_behind", "Events and outcomes in the log that are not published yet.", "what"
)
RELAYED = _counter(
    "tieline_relayed_records", "Records published in committed transactions.", "topic"
)
RELAY_TRANSACTIONS = _counter(
    "tieline_relay_transactions",
    "Transactions of the relay: committed, aborted, given-up (its end is unknown).",
    "result",
)

OVERDUE = _gauge("tieline_overdue_changes", "Bandwidth changes that wait longer than they should.")

VIEW_EVENTS = _counter("tieline_view_events", "Events applied to a view.", "view")
VIEW_STOPPED = _gauge("tieline_view_stopped_streams", "Streams stopped by a gap.", "view")
VIEW_DELAY = _histogram(
    "tieline_view_delay_seconds", "From recorded to visible in a view.", _VISIBLE, "view"
)

SPANS_DROPPED = _counter("tieline_spans_dropped", "Spans beyond the bound per second.")

HTTP_REQUESTS = _histogram(
    "tieline_http_request_seconds",
    "Requests over HTTP, until their answer begins.",
    _WORK,
    *("route", "method", "status"),
)
HTTP_STREAMS = _gauge("tieline_http_streams", "Streams of events that are open.")
HTTP_WAITING = _gauge("tieline_http_waiting_commands", "Commands that wait for the engine.")

_SERVE: Final = (HTTP_REQUESTS, HTTP_STREAMS, HTTP_WAITING)
_DECIDING: Final = (COMMANDS, BATCH, DECISION, APPEND, CONFLICTS, CLOCK_BEHIND, CLOCK_AHEAD)
_EVERYWHERE: Final = (SPANS_DROPPED,)
_ENGINE: Final = (
    *(COMMANDS, DEAD, BATCH, DECISION, APPEND, CONFLICTS, CLOCK_BEHIND, CLOCK_AHEAD),
    *(PARKED, LAG, LOG_POSITION),
)
_RELAY: Final = (
    *(LOG_POSITION, RELAY_POSITION, RELAY_BEHIND),
    *(RELAYED, RELAY_TRANSACTIONS),
    *(GROUP_LAG, OWNERLESS, COMMANDS_AGE, COMMANDS_KEPT, COMMANDS_EXPIRED, TOPIC_SETTINGS),
)
_PROCESS: Final = (LAG, READER_ACTIVE, OVERDUE, CLOCK_BEHIND, CLOCK_AHEAD)
_PROJECT: Final = (LAG, READER_ACTIVE, VIEW_EVENTS, VIEW_STOPPED, VIEW_DELAY)

OF_PART: Final[Mapping[str, tuple[MetricWrapperBase, ...]]] = {
    "engine": _ENGINE + _EVERYWHERE,
    "relay": _RELAY + _EVERYWHERE,
    "process": _PROCESS + _EVERYWHERE,
    "project": _PROJECT + _EVERYWHERE,
    "serve": _DECIDING + _SERVE + _EVERYWHERE,
    "http": _SERVE + _EVERYWHERE,
}
"""What each part exposes, beside its build, its health and its process."""

RESULTS: Final = ("committed", "aborted", "given-up")


class Condition(Protocol):
    """A part's health as the metrics ask for it."""

    def is_alive(self) -> bool:
        """Whether its loop turns."""
        ...

    def is_ready(self) -> bool:
        """Whether it does its work."""
        ...

    def is_halted(self) -> bool:
        """Whether it does nothing more until somebody acts."""
        ...

    def down(self) -> Mapping[str, bool]:
        """Whether each thing that it needs is down, by its name."""
        ...


def registry_of(part: str, version: str, cell: str, condition: Condition) -> CollectorRegistry:
    """All metrics that one part exposes; counters whose labels are known begin at zero."""
    registry = CollectorRegistry(auto_describe=True)
    for metric in OF_PART[part]:
        registry.register(metric)
    _begin_at_zero()
    build = Info(
        "tieline_build",
        "Which part this is, of which version, and the source it names in messages.",
        registry=registry,
    )
    build.info({"part": part, "version": version, "source": cell})
    registry.register(_Health(condition))
    ProcessCollector(registry=registry)
    return registry


def count_lag(
    group: str, behind: Mapping[tuple[str, int], int], gone: Collection[tuple[str, int]] = ()
) -> None:
    """Set the lag of the partitions a part has, by topic and partition; partitions that went to
    another member are removed, as their lag would stand still here.
    """
    for topic, partition in gone:
        LAG.remove(group, topic, str(partition))
    for (topic, partition), records in behind.items():
        LAG.labels(group, topic, str(partition)).set(records)


class Lag:
    """The lag of one member of a group; partitions that it no longer has are removed."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._shown: frozenset[tuple[str, int]] = frozenset()

    def show(self, behind: Mapping[tuple[str, int], int]) -> None:
        """Set the records that lie ahead in each partition that the member has now."""
        count_lag(self._group, behind, gone=self._shown - behind.keys())
        self._shown = frozenset(behind)


def _begin_at_zero() -> None:
    """A counter that appears with its first event shows no increase, so alerts would miss it."""
    for outcome in ("accepted", "repeated", "parked"):
        COMMANDS.labels(outcome)
    for result in RESULTS:
        RELAY_TRANSACTIONS.labels(result)


class _Health(Collector):
    """Health as metrics, asked when somebody scrapes: a loop that hangs would set no gauge."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Alive, ready, halted, and what is down."""
        condition = self._condition
        yield GaugeMetricFamily(
            "tieline_alive", "1 while the part's loop turns.", float(condition.is_alive())
        )
        yield GaugeMetricFamily(
            "tieline_ready", "1 while the part does its work.", float(condition.is_ready())
        )
        yield GaugeMetricFamily(
            "tieline_halted",
            "1 while the part does nothing more until somebody acts.",
            float(condition.is_halted()),
        )
        down = GaugeMetricFamily(
            "tieline_dependency_down",
            "1 while something that the part needs does not answer.",
            labels=["what"],
        )
        for what, is_down in condition.down().items():
            down.add_metric([what], float(is_down))
        yield down
