"""Traces: one span per message and stage, under the `traceparent` that its command was published
with, so that a trace runs from the publisher through every part to the row of a view.

Off, and without cost, unless OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) says where spans
go. The SDK's other variables hold as well, e.g. OTEL_TRACES_SAMPLER.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from time import monotonic, time_ns
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

Stage = Literal["publish", "decide", "append", "relay", "project", "react"]

LIMIT: Final = 200
"""The most spans per second; further spans are dropped and counted."""

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_SAMPLED: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f][13579bdf].*")
"""Tells cheaply whether a traceparent is worth parsing: most messages have none, or more are traced
than there may be spans.
"""

_PATIENCE: Final = 3
"""Seconds that a collector has for an answer, repeats included, so that a part ends in time."""


class Traced(NamedTuple):
    """A message at one stage: the span that it was published under, and its own span's name and
    attributes.
    """

    traceparent: str | None
    name: str
    attributes: Mapping[str, str]


class Tracing(Protocol):
    """Where a part's spans go."""

    def record(
        self, stage: Stage, messages: Iterable[Traced], began: int, ended: int | None = None
    ) -> None:
        """Record spans for the messages that are traced, all from `began` to `ended` (or now), in
        nanoseconds since 1970.
        """
        ...

    def publish(self, message: Traced) -> str | None:
        """Record a span for a command that is published now. Returns the traceparent to publish it
        with: its own if it has one, otherwise the span's.
        """
        ...

    def close(self) -> None:
        """Send what has not been sent, for a few seconds at most."""
        ...


class _Untraced:
    def record(
        self, stage: Stage, messages: Iterable[Traced], began: int, ended: int | None = None
    ) -> None:
        pass

    def publish(self, message: Traced) -> str | None:
        return message.traceparent

    def close(self) -> None:
        pass


UNTRACED: Final[Tracing] = _Untraced()
"""Tracing that is off: it walks no messages and makes no spans."""


def tracing_of(part: str, version: str, cell: str, environment: Mapping[str, str]) -> Tracing:
    """Tracing for one part, if the environment says where spans go."""
    if not any(environment.get(name) for name in _ENDPOINTS):
        return UNTRACED
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - only here
        OTLPSpanExporter,
    )

    return exporting(part, version, cell, OTLPSpanExporter(timeout=_PATIENCE))


def exporting(part: str, version: str, cell: str, exporter: SpanExporter) -> Tracing:
    """Tracing that hands its spans to an exporter, in a thread of its own."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only where something traces
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    what = {"service.name": f"tieline-{part}", "service.version": version, "tieline.cell": cell}
    provider = TracerProvider(resource=Resource.create(what), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return _Spans(provider, Allowance(LIMIT))


class Allowance:
    """Allows `limit` per second; what is not used within a second is lost."""

    def __init__(self, limit: int, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._second = clock()
        self._used = 0

    def take(self) -> bool:
        """Take one, if one is left; returns whether one was."""
        now = self._clock()
        if now - self._second >= 1:
            self._second, self._used = now, 0
        self._used += 1
        return self._used <= self._limit


class _Spans:
    def __init__(self, provider: TracerProvider, allowance: Allowance) -> None:
        from opentelemetry.context import Context  # noqa: PLC0415
        from opentelemetry.trace import SpanKind  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
            TraceContextTextMapPropagator,
        )

        self._provider = provider
        self._tracer = provider.get_tracer("tieline")
        self._allowance = allowance
        self._propagator = TraceContextTextMapPropagator()
        self._nothing = Context()
        self._kinds: Final[Mapping[Stage, SpanKind]] = {
            "publish": SpanKind.PRODUCER,
            "decide": SpanKind.CONSUMER,
            "append": SpanKind.INTERNAL,
            "relay": SpanKind.PRODUCER,
            "project": SpanKind.CONSUMER,
            "react": SpanKind.CONSUMER,
        }

    def record(
        self, stage: Stage, messages: Iterable[Traced], began: int, ended: int | None = None
    ) -> None:
        until = time_ns() if ended is None else ended
        for message in messages:
            if message.traceparent is None or not _SAMPLED.fullmatch(message.traceparent):
                continue
            if not self._allowance.take():
                _dropped()
            elif above := self._propagator.extract(
                {"traceparent": message.traceparent}, self._nothing
            ):
                self._start(stage, message, above, began).end(until)

    def _start(
        self, stage: Stage, message: Traced, above: Context | None, began: int | None = None
    ) -> Span:
        return self._tracer.start_span(
            f"{stage} {message.name}",
            above,
            self._kinds[stage],
            message.attributes,
            start_time=began,
        )

    def publish(self, message: Traced) -> str | None:
        if message.traceparent:
            self.record("publish", [message], time_ns())
            return message.traceparent
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415

        span = self._start("publish", message, None)
        span.end()
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, set_span_in_context(span))
        return carrier["traceparent"]

    def close(self) -> None:
        self._provider.shutdown()


def _dropped() -> None:
    from adapters.observe.metrics import SPANS_DROPPED  # noqa: PLC0415 - parts have it loaded

    SPANS_DROPPED.inc()
