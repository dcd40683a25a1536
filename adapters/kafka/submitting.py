"""Commands handed in over Kafka, in the order of a file as far as order matters.

Kafka keeps the order of one subject. Across subjects a file's order is kept wherever the kind of
subject changes: customers stand before the circuits that name them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, cast

from adapters.clocks import wall_clock
from adapters.kafka.client import Client
from adapters.kafka.settling import Settling
from domain.engine.outcomes import Outcome
from domain.words.messages import Message, Unreadable, load
from domain.words.reading import read_command
from domain.words.refusals import refused

PATIENCE: Final = 60.0


class KafkaSubmitter:
    """Publishes lines as they are and, if it `awaits`, waits for their outcomes."""

    def __init__(
        self, client: Client, settling: Settling | None, cell: str, *, awaits: bool = True
    ) -> None:
        self._client = client
        self._settling = settling
        self._cell = cell
        self._awaits = awaits
        self._correlations: set[str] = set()

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Publish lines; outcomes in the order of the lines. Raises Unreachable, NoOutcomeYet."""
        self._correlations.clear()
        if self._settling:
            self._settling.forget()
        answers: list[Message] = []
        for _, some in groupby(map(_loaded, lines), key=_noun):
            answers.extend(self._answered(list(some)))
        return answers

    def settle(self) -> None:
        """Wait for what follows. Raises NotAtRest, Unreachable."""
        assert self._settling is not None, "opened to settle"
        self._settling.wait(self._correlations, PATIENCE)

    def rest(self) -> None:
        """Nothing: processes and views run by themselves."""

    def revealed(self) -> None:
        """Nobody tells a secret over a topic."""

    def followed(self) -> Sequence[Message]:
        """The events that were read while it settled."""
        return self._settling.events if self._settling else ()

    def _answered(self, some: Sequence[tuple[bytes, Any]]) -> Iterator[Message]:
        """The outcomes of lines that are published together; a line that could only go to the dead
        topic is answered here.
        """
        faults = [_fault(message) for _, message in some]
        sound = [each for each, fault in zip(some, faults, strict=True) if fault is None]
        for _, message in sound:
            self._correlations.add(str(message.get("correlationid") or message["id"]))
        lines, messages = [line for line, _ in sound], [message for _, message in sound]
        futures = iter(self._client.publish_all(messages, lines) if sound else ())
        for fault in faults:
            if fault is not None:
                yield _malformed(fault).as_cloudevent(self._cell)
            elif self._awaits:
                yield self._client.awaited(next(futures), PATIENCE).message


def _loaded(line: bytes) -> tuple[bytes, Any]:
    return line, load(line)


def _malformed(fault: str) -> Outcome:
    refusal = refused("malformed-command", faults=[{"path": "", "fault": fault}])
    return Outcome(None, None, None, None, wall_clock(None), refusal=refusal)


def _fault(message: Any) -> str | None:
    """Why nothing could answer a message; None if it can be published."""
    as_read = read_command(message, {}, "")
    return as_read.fault if isinstance(as_read, Unreadable) else None


def _noun(loaded: tuple[bytes, Any]) -> str:
    message = loaded[1]
    if not isinstance(message, dict):
        return ""
    return str(cast("dict[str, Any]", message).get("subject")).partition("/")[0]
