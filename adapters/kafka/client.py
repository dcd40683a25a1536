"""A client for Python services: publishes commands and awaits their outcomes.

```python
with Client("kafka:9092", source="/portal") as tieline:
    answer = tieline.ask("order-circuit", "circuit/acme-fra-1", {...}, actor="user:ada")
```

Commands of one subject are decided in the order in which they were published; commands of different
subjects may overtake one another, so await the outcome of a command before you publish another that
rests on it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from itertools import repeat
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID, uuid4

from adapters.kafka.binding import as_published, written
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.outcomes import Answer, Outcomes
from adapters.kafka.security import parsed
from adapters.kafka.topics import Topics, TopicsError, existing, topics_of
from adapters.kafka.writer import Writer
from domain.catalogue import COMMANDS
from domain.words.content import derived_key
from domain.words.messages import Unreadable, verb_of
from domain.words.reading import read_command

PATIENCE: Final = 30.0
"""Seconds for which an outcome is awaited by default."""


class NoOutcomeYet(Exception):
    """The command was published, but its outcome did not come in time. It may still be decided; the
    same command published again is decided once and answered in either case.
    """


class Client:
    """Publishes the commands of one source. Safe to use from several threads; not after a fork.

    `owner` is who speaks in commands that name no actor: what the engine has as TIELINE_OWNER, or
    whom its TIELINE_SOURCES name first for the source.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        source: str = "/client",
        prefix: str = "tieline",
        security: str = "plaintext",
        owner: str = "user:owner",
        listen: bool = True,
    ) -> None:
        """Raises Unreachable, and TopicsError where this cell was never started."""
        self._source = source
        self._owner = owner
        self._topics: Topics = topics_of(prefix)
        self._brokers = Brokers(bootstrap, parsed(security))
        with self._brokers.admin() as admin:
            there = existing(admin, self._topics, bootstrap)
        self._outcomes = (
            Outcomes(self._brokers, self._topics, there[self._topics.outcomes].partitions)
            if listen
            else None
        )
        try:
            self._writer = Writer(self._brokers)
        except BaseException:
            self._listen_no_more()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Publish what is under way, then stop listening."""
        self._writer.close()
        self._listen_no_more()

    def command(
        self, name: str, subject: str, data: Mapping[str, Any], **context: str | None
    ) -> dict[str, Any]:
        """A command as a CloudEvent: `context` are attributes such as `actor`, `id`, `onbehalfof`,
        `correlationid`, `traceparent`; an id is made where none is given.
        """
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": self._source,
            "type": f"tieline.command.{name}.v1",
            "subject": subject,
        }
        message |= {name: value for name, value in context.items() if value is not None}
        return {**message, "data": dict(data)}

    def publish(self, message: Mapping[str, Any], line: bytes | None = None) -> Future[Answer]:
        """Publish a command; its outcome comes later. `line` is the message as somebody wrote it,
        if nothing about it may change. Raises ValueError for a message that is not a command,
        Unreachable if it can't be written.
        """
        return self.publish_all([message], None if line is None else [line])[0]

    def publish_all(
        self, messages: Sequence[Mapping[str, Any]], lines: Sequence[bytes] | None = None
    ) -> "list[Future[Answer]]":
        """Publish commands together, in their order, in the time that it takes to publish one;
        their outcomes come later. Where it raises, some may be written: publish all of them again,
        in the same order. Raises ValueError, before anything is written, and Unreachable.
        """
        records = [
            written(each) if line is None else as_published(line, each)
            for each, line in zip(messages, lines or repeat(None, len(messages)), strict=True)
        ]
        futures: list[Future[Answer]] = []
        try:
            for message, record in zip(messages, records, strict=True):
                futures.append(self._expected(message, record.value))
            self._writer.write([(self._topics.commands, each) for each in records])
        except BaseException:
            self._forget(futures)
            raise
        return futures

    def ask(
        self,
        name: str,
        subject: str,
        data: Mapping[str, Any],
        *,
        patience: float = PATIENCE,
        **context: str | None,
    ) -> Answer:
        """Publish a command and await its outcome, `patience` seconds at most.

        Raises Unreachable, NoOutcomeYet.
        """
        return self.awaited(self.publish(self.command(name, subject, data, **context)), patience)

    def awaited(self, future: "Future[Answer]", patience: float = PATIENCE) -> Answer:
        """The outcome of a command that was published. Raises Unreachable, NoOutcomeYet."""
        assert self._outcomes is not None, "made without listening"
        try:
            return future.result(patience)
        except Late as late:
            self._forget([future])
            raise NoOutcomeYet(
                f"No outcome within {patience:g} s: are an engine and a relay running? "
                "Published again, the same command is answered once it is decided"
            ) from late

    def _forget(self, futures: "Sequence[Future[Answer]]") -> None:
        for each in futures:
            if self._outcomes:
                self._outcomes.forget(each)

    def _listen_no_more(self) -> None:
        if self._outcomes:
            self._outcomes.close()

    def _expected(self, message: Mapping[str, Any], value: bytes | None) -> "Future[Answer]":
        if self._outcomes is None:
            return Future()
        as_read = read_command(message, COMMANDS, self._owner, value)
        if isinstance(as_read, Unreadable):
            raise ValueError(f"no command can be made of this: {as_read.fault}")  # noqa: TRY004 - its value is wrong
        pair, kind = as_read.pair, COMMANDS.get(verb_of(as_read.type))
        if kind and kind.secrets:
            return self._outcomes.expect_of_pair(str(UUID(bytes=pair.key)), pair.source, pair.id)
        keys = (pair.key, derived_key(pair, as_read.digest))
        return self._outcomes.expect([str(UUID(bytes=key)) for key in keys], as_read.digest)


__all__ = ["Answer", "Client", "NoOutcomeYet", "TopicsError", "Unreachable"]
