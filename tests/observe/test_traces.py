"""A trace runs from the publisher through every stage to the row of a view."""

import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic, time_ns
from unittest.mock import patch

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from adapters.kafka.binding import event_of
from adapters.log import open_log
from adapters.observe.batches import BatchWatch
from adapters.observe.metrics import SPANS_DROPPED
from adapters.observe.relaying import RelayWatch
from adapters.observe.traces import (
    LIMIT,
    UNTRACED,
    Allowance,
    Traced,
    Tracing,
    exporting,
    tracing_of,
)
from adapters.observe.viewing import ViewWatch
from tests.doors import a_door
from tests.observe.collector import collecting
from tests.observe.counting import rise
from tests.observe.messages import TRACE, TRACEPARENT, a_worker, as_lines, story

ORDER = Traced(TRACEPARENT, "order-circuit", {"tieline.subject": "circuit/c1"})


class Spans:
    """The spans that an exporter was handed."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def names(self) -> list[str]:
        return [span.name for span in self.all()]


@contextmanager
def traced(part: str = "engine") -> Generator[tuple[Tracing, Spans]]:
    """Tracing, and its spans once it is closed."""
    exporter = InMemorySpanExporter()
    tracing = exporting(part, "1.2.3", "/test", exporter)
    try:
        yield tracing, Spans(exporter)
    finally:
        tracing.close()


def span_context(span: ReadableSpan) -> SpanContext:
    assert span.context is not None
    return span.context


def trace_of(span: ReadableSpan) -> str:
    return f"{span_context(span).trace_id:032x}"


def test_a_span_lies_under_the_one_that_published() -> None:
    with traced() as (tracing, spans):
        tracing.record("decide", [ORDER], 1_000, 5_000)
    (span,) = spans.all()
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" in TRACEPARENT
    assert trace_of(span) == TRACE
    assert (span.name, span.start_time, span.end_time) == ("decide order-circuit", 1_000, 5_000)
    assert dict(span.attributes or {}) == {"tieline.subject": "circuit/c1"}
    told = span.resource.attributes
    assert (told["service.name"], told["service.version"]) == ("tieline-engine", "1.2.3")
    assert told["tieline.cell"] == "/test"


@pytest.mark.parametrize(
    "traceparent",
    [
        pytest.param(None, id="none"),
        pytest.param(TRACEPARENT[:-1] + "0", id="not sampled"),
        pytest.param("00-nonsense", id="nonsense"),
        pytest.param(f"00-{'0' * 32}-00f067aa0ba902b7-01", id="no trace"),
        pytest.param(f"00-{TRACE}-{'0' * 16}-01", id="no span"),
        pytest.param(f"ff-{TRACE}-00f067aa0ba902b7-01", id="forbidden version"),
    ],
)
def test_what_is_not_traced_has_no_span(traceparent: str | None) -> None:
    with traced() as (tracing, spans):
        tracing.record("decide", [ORDER._replace(traceparent=traceparent)], 1)
    assert spans.all() == []


def test_no_more_spans_than_so_many_a_second() -> None:
    with traced() as (tracing, spans), rise(SPANS_DROPPED) as risen:
        began = monotonic()
        tracing.record("decide", [ORDER] * (3 * LIMIT), 1)
        seconds = int(monotonic() - began) + 1
    made = len(spans.all())
    assert LIMIT <= made <= LIMIT * seconds
    assert risen.of("tieline_spans_dropped_total") == 3 * LIMIT - made


def test_an_allowance_is_for_a_second() -> None:
    now = 0.0
    allowance = Allowance(2, lambda: now)
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    now = 0.99
    assert not allowance.take()
    now = 1.0
    assert [allowance.take() for _ in range(3)] == [True, True, False]


def test_publishing_keeps_the_trace_that_a_command_has() -> None:
    with traced("client") as (tracing, spans):
        assert tracing.publish(ORDER) == TRACEPARENT
    assert spans.names() == ["publish order-circuit"]
    assert trace_of(spans.all()[0]) == TRACE


def test_publishing_begins_a_trace_where_there_is_none() -> None:
    with traced("client") as (tracing, spans):
        traceparent = tracing.publish(ORDER._replace(traceparent=None))
    (span,) = spans.all()
    assert span.parent is None
    assert traceparent is not None
    version, trace, above, flags = traceparent.split("-")
    assert (version, trace, above) == ("00", trace_of(span), f"{span_context(span).span_id:016x}")
    assert int(flags, 16) & 1, "the trace is sampled"


def test_untraced_walks_nothing_and_changes_nothing() -> None:
    def explodes() -> Iterator[Traced]:
        raise AssertionError("walked")
        yield ORDER

    assert tracing_of("engine", "1.2.3", "/test", {}) is UNTRACED
    UNTRACED.record("decide", explodes(), 1)
    assert UNTRACED.publish(ORDER) == TRACEPARENT
    assert UNTRACED.publish(ORDER._replace(traceparent=None)) is None
    UNTRACED.close()


def test_untraced_loads_nothing() -> None:
    code = """
import sys
from adapters.observe.traces import tracing_of
import adapters.observe.batches, adapters.observe.relaying, adapters.observe.viewing
tracing_of("engine", "1", "/test", {"OTEL_EXPORTER_OTLP_ENDPOINT": ""})
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@contextmanager
def silent() -> Generator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("port", [nullcontext(9), silent()], ids=["away", "silent"])
def test_a_collector_that_fails_delays_the_end_by_seconds_at_most(
    port: AbstractContextManager[int],
) -> None:
    with port as number:
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{number}"}
        with patch.dict("os.environ", endpoint):
            tracing = tracing_of("engine", "1.2.3", "/test", endpoint)
        tracing.record("decide", [ORDER], 1)
        began = monotonic()
        tracing.close()
        assert monotonic() - began < 8


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_ENDPOINT", "…_TRACES_ENDPOINT"])
def test_one_trace_runs_through_all_stages(tmp_path: Path, variable: str) -> None:
    """Spans are sent over HTTP to a collector, as in production."""
    with collecting() as collector:
        environment = (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.endpoint}/v1/traces"}
            if variable.startswith("…")
            else {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
        )
        with patch.dict("os.environ", environment):
            parts = {
                part: tracing_of(part, "1.2.3", "/test", environment)
                for part in ("client", "engine", "relay", "project")
            }
        traceparent = through_all_stages(tmp_path, parts)
        for tracing in parts.values():
            tracing.close()
    _, trace, root = (bytes.fromhex(each) for each in traceparent.split("-")[:3])
    assert {span.trace_id for span in collector.spans} == {trace}
    by_stage = [span.name.split(" ")[0] for span in sorted(collector.spans, key=started)]
    stages = list(dict.fromkeys(by_stage))
    assert stages == ["publish", "decide", "append", "relay", "project"]
    for span in collector.spans:
        if span.span_id != root:
            assert span.end_time_unix_nano > span.start_time_unix_nano, span.name
    assert collector.services == {f"tieline-{part}" for part in parts}
    assert {span.parent_span_id for span in collector.spans if span.span_id != root} == {root}


def started(span: object) -> int:
    return getattr(span, "start_time_unix_nano")  # noqa: B009 - generated, without types


def through_all_stages(folder: Path, parts: dict[str, Tracing]) -> str:
    """Take one command from its publisher to a view; returns the traceparent of its publishing."""
    register = story()[0]
    traceparent = parts["client"].publish(Traced(None, "register-customer", {}))
    assert traceparent is not None
    with a_worker(folder, BatchWatch(parts["engine"])) as worker:
        lines = as_lines([register | {"traceparent": traceparent}])
        worker.handle(a_door().from_lines(lines))
    log = open_log(f"sqlite:///{folder / 'tieline.db'}")
    try:
        began = time_ns()
        records = [("t.events", event_of(at, row, b"/test")) for at, row in log.rows(0, 100)]
        RelayWatch(parts["relay"]).committed(records, began)
        began = time_ns()
        ViewWatch(parts["project"]).visible(["customers"], log.feed(0, 100), began)
    finally:
        log.close()
    return traceparent
