"""Reports an engine's batches: metrics, a log line per batch, and at debug one per command.

A refusal is not a fault: the outcome and the audit trail tell it, so it is logged only at debug,
like every other answer.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, time_ns
from typing import Final

from adapters.observe.logs import bound, logger
from adapters.observe.metrics import (
    APPEND,
    BATCH,
    CLOCK_AHEAD,
    CLOCK_BEHIND,
    COMMANDS,
    CONFLICTS,
    DECISION,
)
from adapters.observe.traces import UNTRACED, Stage, Traced, Tracing
from domain.engine.batch import Arrival, Draft
from domain.engine.outcomes import Outcome
from domain.words.messages import Command

_DECIDE: Final[Stage] = "decide"
_APPEND: Final[Stage] = "append"


class BatchWatch:
    """Watches one worker."""

    def __init__(self, tracing: Tracing = UNTRACED) -> None:
        self._tracing = tracing
        self._log = logger(__name__)
        self._begin()

    def _begin(self) -> None:
        self._decided, self._appended = _Lap(), _Lap()

    @contextmanager
    def _forgotten_if_it_fails(self) -> Generator[None]:
        """A batch that fails is tried again later, and measured then."""
        try:
            yield
        except BaseException:
            self._begin()
            raise

    @contextmanager
    def deciding(self) -> Generator[None]:
        """Measure a decision; a second one adds to the first."""
        with self._forgotten_if_it_fails(), self._decided.running():
            yield

    @contextmanager
    def appending(self) -> Generator[None]:
        """Measure an append; a decision within it counts as a decision."""
        before = self._decided.seconds
        with self._forgotten_if_it_fails(), self._appended.running():
            yield
        self._appended.seconds -= self._decided.seconds - before

    def decides_again(self) -> None:
        """Count a conflict."""
        CONFLICTS.inc()

    def clock_behind(self) -> None:
        """Count a batch for which the clock was wrong."""
        CLOCK_BEHIND.inc()

    def clock_measured(self, ahead: float) -> None:
        """Show how far the clock is ahead of the database's."""
        CLOCK_AHEAD.labels("database").set(ahead)

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        """Count, log and trace the answers to a batch."""
        outcomes = draft.outcomes
        answers = list(answers_of(outcomes))
        counts = Counter(answers)
        for answer, times in counts.items():
            COMMANDS.labels(answer).inc(times)
        BATCH.observe(len(outcomes))
        DECISION.observe(self._decided.seconds)
        APPEND.observe(self._appended.seconds)
        self._tell(draft, answers, counts)
        self._tracing.record(_DECIDE, _traced(arrivals, answers), *self._decided.span)
        self._tracing.record(_APPEND, _traced(arrivals, answers), *self._appended.span)
        self._begin()

    def _tell(self, draft: Draft, answers: Sequence[str], counts: Counter[str]) -> None:
        self._log.info(
            "batch",
            commands=len(answers),
            accepted=counts["accepted"],
            repeated=counts["repeated"],
            parked=counts["parked"],
            refused=sum(times for answer, times in counts.items() if answer not in _NO_REFUSALS),
            events=len(draft.rows),
            decision_seconds=round(self._decided.seconds, 6),
            append_seconds=round(self._appended.seconds, 6),
        )
        if not self._log.is_enabled_for(_DEBUG):
            return
        for outcome, answer in zip(draft.outcomes, answers, strict=True):
            with bound(
                correlation_id=outcome.correlation_id,
                command_id=outcome.command_id,
                subject=outcome.subject,
            ):
                self._log.debug("answered", outcome=answer, events=len(outcome.events))


_NO_REFUSALS: Final = frozenset({"accepted", "repeated", "parked"})
_DEBUG: Final = 10


class _Lap:
    """How long something took, and when it began and ended."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.span = (0, 0)

    @contextmanager
    def running(self) -> Generator[None]:
        began, start = time_ns(), perf_counter()
        yield
        self.seconds += perf_counter() - start
        self.span = (self.span[0] or began, time_ns())


def answers_of(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The answer to each command as one word; an outcome that is given again is `repeated`."""
    given: set[int] = set()
    for outcome in outcomes:
        if outcome.again or id(outcome) in given:
            yield "repeated"
        elif outcome.parked:
            yield "parked"
        else:
            yield outcome.refusal.code if outcome.refusal else "accepted"
        given.add(id(outcome))


def _traced(arrivals: Sequence[Arrival], answers: Sequence[str]) -> Iterator[Traced]:
    for arrival, answer in zip(arrivals, answers, strict=True):
        read = arrival.read
        if isinstance(read, Command) and read.traceparent is not None:
            yield Traced(
                read.traceparent,
                read.name,
                {
                    "tieline.subject": read.subject,
                    "tieline.correlation_id": read.correlation_id,
                    "tieline.command_id": read.pair.id,
                    "tieline.outcome": answer,
                },
            )
