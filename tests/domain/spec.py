"""`given(events).when(command).then(events or refusal)`, through the engine's own batch decision.

Commands are passed as they arrive, so shapes, rights, the order of checks and the rule all apply.
Nothing is stored: the present is folded from the given events.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from domain.catalogue import COMMANDS, INSIDE_COMMANDS, noun_of
from domain.decider.decisions import PROCESS, Written
from domain.decider.states import Terms
from domain.engine.batch import Arrival, Ground, Present
from domain.engine.decide import decide_batch
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import recorded
from domain.words.reading import read_command
from domain.words.sealed import Sealed
from domain.words.secret import Secret
from domain.words.structs import Event

Facts = Written | Iterable["Facts"]

NOW = "2026-01-05T09:00:00.000000Z"
ENTROPY = b"0123456789abcdef"
_ids = count(1)


def given(*facts: Facts, now: str = NOW, owner: str = "user:owner") -> "Spec":
    """A world in which these events have happened, each recorded at `now`."""
    return Spec(list(_flat(facts)), now, owner)


def _flat(facts: Any) -> Iterable[Written]:
    match facts:
        case (str(stream), Event() as event):
            yield stream, event
        case _:
            for fact in facts:
                yield from _flat(fact)


def a_seal(customer_id: str, field: str, secret: Secret, entropy: bytes) -> Sealed:
    """A seal that shows what was sealed, for whom."""
    return Sealed(f"{customer_id} {field} {secret.reveal()} {entropy.hex()}")


@dataclass
class Spec:
    """The world so far, and the last outcome in it."""

    history: list[Written]
    now: str
    owner: str
    outcome: Outcome | None = None
    written: list[Written] = field(default_factory=list[Written])
    known: dict[bytes, Stored] = field(default_factory=dict[bytes, Stored])
    """The commands that were decided, by their pairs: an id is used up here, too."""
    recorded: str = ""
    """The last recorded time, where it is ahead of the clock."""
    epoch: str | None = None
    """The epoch of the log that begins with the last command."""

    def state(self, stream: str) -> Any:
        """The present state of a stream."""
        return self.load(stream)[0]

    def load(self, stream: str) -> tuple[Any, int]:
        noun, id = noun_of(stream), stream.partition("/")[2]
        state, version = noun.initial, 0
        for where, event in self.history:
            if where == stream:
                state, version = noun.evolve(state, event, self.now, id), version + 1
        return state, version

    def when(  # noqa: PLR0913  the attributes of a message
        self,
        verb: str,
        subject: str,
        *,
        actor: Any = None,
        on_behalf_of: Any = None,
        if_version: Any = None,
        id: Any = None,
        source: Any = "/test",
        entropy: Any = ENTROPY,
        inside: Any = False,
        **data: Any,
    ) -> "Spec":
        """Decide one command, and add the events it writes to the history.

        `entropy` is 16 bytes, the other attributes are texts; they are typed loosely, so that data
        can be spread into the call. `inside` is a command that nobody can send from outside.
        """
        if isinstance(source, list):  # a security rule's: that is data
            data["source"], source = source, "/test"
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": id or f"t-{next(_ids)}",
            "source": source,
            "type": f"tieline.command.{verb}.v1",
            "subject": subject,
            "data": data,
        }
        if actor is not None:
            message["actor"] = actor
        if on_behalf_of is not None:
            message["onbehalfof"] = on_behalf_of
        if if_version is not None:
            message["ifversion"] = if_version
        return self.when_message(message, entropy=entropy, inside=inside or actor == PROCESS)

    def when_message(
        self, message: Any, *, entropy: bytes = ENTROPY, inside: bool = False
    ) -> "Spec":
        """Decide one message as it arrived."""
        kinds = INSIDE_COMMANDS if inside else COMMANDS
        arrival = Arrival(
            read_command(message, kinds, self.owner, entropy=entropy),
            entropy,
            message,
            self.owner,
            inside=inside,
        )
        present = Present(self.load)
        draft = decide_batch(
            [arrival],
            Ground(present, self.known, max(self.now, self.recorded)),
            Terms(owner=self.owner, seal=a_seal),
            lambda _: self.now,
        )
        assert not draft.parked, draft.outcomes[0].parked
        self.outcome, self.epoch = draft.outcomes[0], draft.epoch
        self.known |= {each.key: each for each in draft.stored}
        self.written = [
            (row.stream, recorded(0, row.stream, row.version, row.kind, row.state).event)
            for row in draft.rows
        ]
        self.history.extend(self.written)
        return self

    def at(self, now: str) -> "Spec":
        """The same world, later."""
        self.now = now
        return self

    def then(self, *expected: Written | type[Event]) -> "Spec":
        """Accepted with exactly these events; a type stands for any event of that type."""
        assert self.outcome is not None
        assert self.outcome.accepted, self.outcome.refusal
        said = [
            type(event) if isinstance(want, type) else (stream, event)
            for (stream, event), want in zip(self.written, expected, strict=False)
        ]
        assert said == list(expected)
        assert len(self.written) == len(expected), self.written
        return self

    def then_nothing(self) -> "Spec":
        """Accepted without events: it was already true."""
        return self.then()

    def then_accepted(self) -> "Spec":
        """Accepted, whatever it wrote."""
        assert self.outcome is not None
        assert self.outcome.accepted, self.outcome.refusal
        return self

    def refused(self, code: str, **facts: Any) -> "Spec":
        """Refused with this code, with at least these facts, and with a sentence."""
        assert self.outcome is not None
        assert self.outcome.refusal is not None, self.written
        assert self.outcome.refusal.code == code, self.outcome.refusal
        assert self.outcome.refusal.message
        for name, value in facts.items():
            assert self.outcome.refusal.facts[name] == value, self.outcome.refusal.facts
        assert self.written == []
        return self

    def warned(self, *codes: str) -> "Spec":
        """Accepted with warnings of these codes."""
        assert self.outcome is not None
        assert [warning["code"] for warning in self.outcome.warnings] == list(codes)
        return self

    @property
    def blockers(self) -> list[str]:
        """The blockers that the refusal names."""
        assert self.outcome is not None
        assert self.outcome.refusal is not None
        return [blocker.what for blocker in self.outcome.refusal.blockers]
