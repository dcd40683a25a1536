"""The batch decision: commands in, one insertion out.

Every command of a batch is decided against the states that the commands before it left in memory.
All their events are appended at once, after a check that nothing they read has moved. A command
that a defect keeps from being decided is parked, and the others go on.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from domain.decider.decisions import Accepted, Decision, Written
from domain.decider.states import States, Terms
from domain.engine.batch import SNAPSHOT_EVERY, Arrival, Clock, Draft, Ground, may_speak
from domain.engine.judgement import concern_of, further_reads, judge, may_not_speak, reads
from domain.engine.log import DIGEST, EventRow, LogError, Parked
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import encoded, head_of
from domain.words.content import derived_key
from domain.words.data import checker_of
from domain.words.messages import (
    Command,
    Faulty,
    Unreadable,
    is_content_of,
    parsed,
    without_extensions,
)
from domain.words.refusals import Refused, refused


def decide_batch(arrivals: Sequence[Arrival], ground: Ground, terms: Terms, clock: Clock) -> Draft:
    """Decide commands one after another, each on the states that the commands before it left.

    Nothing but `ground.present` is touched; the caller appends `draft.insertion` and, when that
    fails, makes the present forget what it holds.
    """
    return _Batch(ground, terms, clock).decided(arrivals)


class _Batch:
    def __init__(self, ground: Ground, terms: Terms, clock: Clock) -> None:
        self.ground = ground
        self.present = ground.present
        self.terms = terms
        self.clock = clock
        self.draft = Draft(last_time=ground.last_time)
        self.by_clock = ""
        """The time by the clock; what is recorded may be later."""
        self.new: dict[bytes, tuple[bytes, Outcome]] = {}
        self.waiting: set[str] = set(ground.parked_subjects)
        """Subjects with a parked command: later commands wait behind it."""

    def decided(self, arrivals: Sequence[Arrival]) -> Draft:
        for arrival in arrivals:
            self.draft.outcomes.append(self._answer(arrival))
        return self.draft

    def _answer(self, arrival: Arrival) -> Outcome:
        read = arrival.read
        if isinstance(read, Unreadable):
            return unreadable(read, self._now(None))
        now = self._now(read.time)
        if not may_speak(arrival, read):
            return self._aside(read, now, may_not_speak(read))
        key = read.pair.key
        before = self._before(key)
        if before is not None:
            digest, outcome = before
            if is_content_of(digest, read):
                return outcome
            return self._aside(read, now, _reused(read))
        if not is_content_of(self.ground.parked.get(key, read.digest), read):
            return self._aside(read, now, _reused(read))
        if isinstance(read, Command):
            return self._decide(key, read, arrival, now)
        return self._refuse(key, read, now, read.refusal)

    def _now(self, claimed: str | None) -> str:
        """The time that is recorded: never before an earlier one."""
        now = self.by_clock = self.clock(claimed)
        if now < self.draft.last_time:
            return self.draft.last_time
        self.draft.last_time = now
        return now

    def _before(self, key: bytes) -> tuple[bytes, Outcome] | None:
        """The digest and the outcome of the pair, if this batch or an earlier one decided it."""
        if key in self.new:
            return self.new[key]
        stored = self.ground.known.get(key)
        if stored is None:
            return None
        outcome = stored.outcome()
        outcome.again = True
        return stored.digest, outcome

    def _decide(self, key: bytes, command: Command[Any], arrival: Arrival, now: str) -> Outcome:
        if arrival.seq is None and command.subject in self.waiting:
            return self._park(key, command, arrival, now, self.ground.defects.get(key))
        after: dict[str, Any] = {}
        stored: list[bytes] = []
        try:
            decision = self._judged(command)
            if isinstance(decision, Accepted):
                decision, after, stored = self._worked_out(command, now, decision)
        except LogError:
            raise  # a failing store is not the command's defect: nothing of the batch is recorded
        except Exception as defect:  # noqa: BLE001  any defect of ours parks one command, not the line
            return self._park(key, command, arrival, now, f"{type(defect).__name__}: {defect}")
        if isinstance(decision, Refused):
            outcome = self._refuse(key, command, now, decision)
        else:
            outcome = self._accept(key, command, now, decision, after, stored)
        if arrival.seq is not None:
            self.draft.unparked.append(arrival.seq)
        return outcome

    def _judged(self, command: Command[Any]) -> Decision:
        present, subject_stream = self.present, command.subject
        states = present.states
        subject = present.see(subject_stream)
        self.draft.reads.add(subject_stream)
        noun, _ = present.nouns[subject_stream]
        concern = concern_of(command, noun, subject)
        streams, seen = reads(command, concern, subject, states, self.terms.owner)
        self._read(streams)
        if seen is not None:
            for more in further_reads(command, seen, streams):
                self._read(more)
        version = present.versions[subject_stream]
        asked_of = States(self.terms, self.by_clock, states)
        return judge(command, noun, concern, subject, version, asked_of)

    def _worked_out(
        self, command: Command[Any], now: str, decision: Accepted
    ) -> tuple[Accepted, dict[str, Any], list[bytes]]:
        """A decision with what follows from it, the new state of each stream that it writes, and
        the stored form of each event.

        All are made beside the present, so that a defect on the way leaves it as it was.
        """
        states, nouns = self.present.states, self.present.nouns
        head = head_of(command, now)
        after: dict[str, Any] = {}
        stored: list[bytes] = []
        events: Sequence[Written] = decision.events
        while events:
            for stream, event in events:
                checker_of(type(event))(event)
                stored.append(encoded(head, event))
                noun, id = nouns[stream]
                state = after[stream] if stream in after else states[stream]
                after[stream] = noun.evolve(state, event, now, id)
            if events := self._following(after):
                decision = replace(decision, events=(*decision.events, *events))
        return decision, after, stored

    def _following(self, after: Mapping[str, Any]) -> Sequence[Written]:
        """What else happened to things as they are after a decision (`Noun.follows`)."""
        states, nouns = self.present.states, self.present.nouns
        further: list[Written] = []
        for stream, state in after.items():
            if more := nouns[stream][0].follows(states[stream], state):
                further += [(stream, event) for event in more]
        return further

    def _read(self, streams: Sequence[str]) -> None:
        states = self.present.states
        self.draft.reads.update(streams)
        for stream in streams:
            if stream not in states:
                self.present.see(stream)

    def _accept(
        self,
        key: bytes,
        command: Command[Any],
        now: str,
        decision: Accepted,
        after: dict[str, Any],
        stored: list[bytes],
    ) -> Outcome:
        position = len(self.draft.rows)
        events: list[tuple[str, str]] = []
        if stored:
            events = self._write(decision, stored)
            self.draft.written.append((command, now, decision))
        self.present.states.update(after)
        if decision.epoch is not None:
            self.draft.epoch = decision.epoch
        outcome = Outcome(
            key=key,
            command_id=command.pair.id,
            subject=command.subject,
            correlation_id=command.correlation_id,
            time=now,
            events=events,
            warnings=[each.as_json() for each in decision.warnings] if decision.warnings else (),
            actor=command.actor,
            source=command.pair.source,
            type=command.type,
        )
        return self._keep(key, command.digest, position, outcome)

    def _write(self, decision: Accepted, stored: list[bytes]) -> list[tuple[str, str]]:
        append = self.draft.rows.append
        versions, nouns = self.present.versions, self.present.nouns
        events: list[tuple[str, str]] = []
        for (stream, event), state in zip(decision.events, stored, strict=True):
            version = versions[stream] = versions[stream] + 1
            append(EventRow(stream, version, event.kind, state))
            events.append((f"{stream}/{version}", event.kind))
            if version % SNAPSHOT_EVERY == 0 and nouns[stream][0].grows:
                self.draft.grown.add(stream)
        return events

    def _refuse(
        self, key: bytes, read: Command[Any] | Faulty, now: str, refusal: Refused
    ) -> Outcome:
        position = len(self.draft.rows)
        return self._keep(key, read.digest, position, _refused_outcome(key, read, now, refusal))

    def _aside(self, read: Command[Any] | Faulty, now: str, refusal: Refused) -> Outcome:
        """A refusal that leaves the pair's own outcome as it was, or unused."""
        key = derived_key(read.pair, read.digest)
        before = self._before(key)
        return before[1] if before else self._refuse(key, read, now, refusal)

    def _keep(self, key: bytes, digest: bytes, position: int, outcome: Outcome) -> Outcome:
        self.new[key] = digest, outcome
        body = outcome.body()
        self.draft.stored.append(Stored(key, digest, position, len(outcome.events), body))
        return outcome

    def _park(
        self, key: bytes, command: Command[Any], arrival: Arrival, now: str, error: str | None
    ) -> Outcome:
        """Keep the command as it came, with its entropy, so that a later decision is the same."""
        self.waiting.add(command.subject)
        said = error or f"waits behind a parked command of {command.subject}"
        outcome = Outcome(
            key=key,
            command_id=command.pair.id,
            subject=command.subject,
            correlation_id=command.correlation_id,
            time=now,
            parked=said,
            digest=command.digest,
        )
        is_new = key not in self.ground.parked and key not in self.new
        if is_new or arrival.seq is not None:
            kept = without_extensions(message := parsed(arrival.message))
            if command.data.secrets and DIGEST in message:
                kept[DIGEST] = message[DIGEST]
            self.draft.parked.append(
                Parked(
                    seq=arrival.seq or 0,
                    key=key,
                    subject=command.subject,
                    message=json.dumps(kept),
                    principal=arrival.principal,
                    inside=arrival.inside,
                    entropy=arrival.entropy,
                    error=error,
                    parked_at=now,
                )
            )
            self.new[key] = command.digest, outcome
        return outcome


def _reused(read: Command[Any] | Faulty) -> Refused:
    return refused("command-id-reused", id=read.pair.id, source=read.pair.source)


def _refused_outcome(
    key: bytes, read: Command[Any] | Faulty, now: str, refusal: Refused
) -> Outcome:
    return Outcome(
        key=key,
        command_id=read.pair.id,
        subject=read.subject,
        correlation_id=read.correlation_id,
        time=now,
        refusal=refusal,
        actor=read.actor,
        source=read.pair.source,
        type=read.type,
    )


def unreadable(read: Unreadable, now: str) -> Outcome:
    """The outcome of a message that names no command: nothing keeps it."""
    faults = [{"path": "", "fault": read.fault}]
    refusal = refused("malformed-command", faults=faults)
    return Outcome(None, None, None, None, now, refusal=refusal)
