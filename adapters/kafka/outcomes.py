"""Awaiting outcomes: a reader of the outcomes topic that hands each to whoever waits for it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from threading import Event, Lock, Thread
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from adapters.kafka.api import Consumer, Record
from adapters.kafka.binding import refused_again
from adapters.kafka.clients import Brokers, in_order, sound, start_at_end
from adapters.kafka.kafka_python import Undecodable, Unreachable, partition, telling
from adapters.kafka.topics import Topics
from domain.engine.outcomes import PARKED, Outcome
from domain.words.messages import Message

POLL_MS: Final = 200
_NUMBERS: Final = ("position", "place", "sequence")
_NOBODY: Final = "nobody listens for outcomes any more"


class Answer(NamedTuple):
    """An outcome as it was published."""

    message: Message
    """A structured CloudEvent."""

    @property
    def accepted(self) -> bool:
        """Whether the command was accepted."""
        return bool(self.message["data"]["accepted"])

    @property
    def parked(self) -> bool:
        """Whether it is no outcome yet: a defect keeps the command from being decided."""
        return self.message["type"] == PARKED

    @property
    def refusal(self) -> Mapping[str, Any] | None:
        """The refusal: code, message, facts, blockers (contract, "Outcomes")."""
        return self.message["data"].get("refusal")

    @property
    def events(self) -> list[dict[str, str]]:
        """Id and type of each event that was written."""
        return self.message["data"].get("events", [])

    def outcome(self) -> Outcome:
        """The outcome as the engine gave it."""
        told, data, refusal = self.message, self.message["data"], self.refusal
        return Outcome(
            UUID(told["id"]).bytes,
            data["command_id"],
            told.get("subject"),
            told.get("correlationid"),
            told["time"],
            events=[(each["id"], each["type"]) for each in self.events],
            warnings=data.get("warnings", ()),
            refusal=None if refusal is None else refused_again(refusal),
            parked=data["error"] if self.parked else None,
            actor=told.get("actor"),
            source=told.get("commandsource"),
            type=told.get("command"),
            again="place" not in told,
            digest=bytes.fromhex(told.get("commanddigest", "")),
        )


class _Waiting(NamedTuple):
    """A future, and the digests that the content may have whose outcome it waits for."""

    future: Future[Answer]
    digests: Sequence[str]


class Outcomes:
    """Listens from the moment it is made. Futures are kept by the outcome's id, which follows from
    the command's source and id (domain/words/content.py).
    """

    def __init__(self, brokers: Brokers, topics: Topics, partitions: int) -> None:
        self._waiting: dict[str, list[_Waiting]] = {}
        self._ids: dict[Future[Answer], Sequence[str]] = {}
        self._lock = Lock()
        self._over = Event()
        self._consumer: Consumer = brokers.consumer(auto_offset_reset="latest")
        try:
            parts = [partition(topics.outcomes, number) for number in range(partitions)]
            start_at_end(self._consumer, parts)
        except BaseException:
            self._consumer.close(autocommit=False)
            raise
        self._thread = Thread(target=self._listen, name="outcomes", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nobody listens any more."""
        return self._over.is_set()

    def expect(self, ids: Sequence[str], *digests: bytes) -> Future[Answer]:
        """A future for the outcome of a content under any of these ids: the command's own, or the
        id of this very attempt if the command's id was used before or its source may not speak.
        The content has one of the digests; without any, every content of the id will do.

        Raises Unreachable if nobody listens any more.
        """
        future: Future[Answer] = Future()
        waiting = _Waiting(future, [each.hex() for each in digests])
        with self._lock:
            if self._over.is_set():
                raise Unreachable(_NOBODY)
            self._ids[future] = ids
            for id in ids:
                self._waiting.setdefault(id, []).append(waiting)
        return future

    def expect_of_pair(self, id: str, source: str, command_id: str) -> Future[Answer]:
        """A future for the outcome of a command that may hold a secret: its digest is made with a
        key that only engines have, so whatever becomes of the pair counts as its outcome.

        Raises as `expect` does.
        """
        return self.expect([id, _pair(source, command_id)])

    def forget(self, future: Future[Answer]) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            for id in self._ids.pop(future, ()):
                left = [each for each in self._waiting[id] if each.future is not future]
                if left:
                    self._waiting[id] = left
                else:
                    del self._waiting[id]

    def close(self) -> None:
        """Stop listening; whoever still waits gets an error."""
        self._over.set()
        self._thread.join(timeout=10)

    def _listen(self) -> None:
        try:
            while not self._over.is_set():
                with telling():
                    records = in_order(self._consumer.poll(POLL_MS))
                for record in records:
                    try:
                        self._hand_over(sound(record))
                    except Undecodable as lost:
                        self._tell(lost)
        except Exception as fault:  # noqa: BLE001 - handed to everybody who waits
            self._fail(fault)
        finally:
            self._fail(Unreachable(_NOBODY))
            self._consumer.close(autocommit=False)

    def _hand_over(self, record: Record) -> None:
        said = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
        ids = said.get("ce_id", ""), _pair(said.get("ce_commandsource"), said.get("ce_causationid"))
        with self._lock:
            found = [each for id in ids for each in self._waiting.get(id, ())]
        if not found:
            return
        answer = Answer(as_cloudevent(record))
        told = answer.message.get("commanddigest")
        for future, digests in {each.future: each.digests for each in found}.items():
            if not digests or told is None or told in digests:
                self.forget(future)
                if future.set_running_or_notify_cancel():
                    future.set_result(answer)

    def _fail(self, fault: Exception) -> None:
        with self._lock:
            self._over.set()
        self._tell(fault)

    def _tell(self, fault: Exception) -> None:
        """Whoever waits gets an error: their outcome may be among those that can't be read."""
        with self._lock:
            futures, self._waiting, self._ids = list(self._ids), {}, {}
        for future in futures:
            if future.set_running_or_notify_cancel():
                future.set_exception(fault)


def _pair(source: str | None, command_id: str | None) -> str:
    return f"{source}\0{command_id}"


def as_cloudevent(record: Record) -> dict[str, Any]:
    """A record of ours in binary mode as a structured CloudEvent."""
    attributes: dict[str, Any] = {
        name.removeprefix("ce_"): value.decode()
        for name, value in record.headers
        if name.startswith("ce_")
    }
    for name in _NUMBERS:
        if name in attributes:
            attributes[name] = int(attributes[name])
    attributes["datacontenttype"] = "application/json"
    return {**attributes, "data": orjson.loads(record.value or b"null")}
