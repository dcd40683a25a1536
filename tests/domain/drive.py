"""Plays the bandwidth-change process, and providers that answer immediately, on a specification.

`drive(spec).settle()` brings whatever runs to its end; `.to(step)` stops as soon as the change is
at a step, so that a test can say what happens next.
"""

from collections import Counter
from hashlib import blake2b
from typing import Any, Final

from domain.bandwidth_change.change import Decrease, Increase
from domain.bandwidth_change.course import StepName
from domain.circuit.state import Circuit
from domain.engine.records import Recorded
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import Key, Progress, step_of
from domain.processes.bandwidth_change.react import Send, react, refused_at, tick
from tests.domain.spec import Spec

LONGEST: Final = 400
"""More events than any life in a test has."""


def drive(spec: Spec) -> "Drive":
    """A process beside a world; it has not followed any event yet."""
    return Drive(spec)


class Drive:
    """The process with the changes it follows, and every command it has sent, by id."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.log: list[Recorded] = []
        self.changes = Changes({}, {})
        self.sent: dict[str, Send] = {}
        self._versions: Counter[str] = Counter()

    @property
    def change(self) -> Progress:
        """The change that was started last."""
        return list(self.changes.changes.values())[-1]

    @property
    def step(self) -> StepName | None:
        """The step that the change is at; None once it has ended."""
        return step_of(self.change)

    def settle(self) -> Spec:
        """Run process and providers until neither has anything to send; return the world."""
        self.process()
        while self.further():
            assert len(self.log) < LONGEST, "this never settles"
        return self.spec

    def further(self) -> bool:
        """Let one provider answer, and the process react; whether any provider had an answer."""
        answered = self._provider_answers()
        self.process()
        return answered

    def to(self, step: StepName) -> Spec:
        """Run process and providers until the change is at `step`."""
        self.process()
        while self.step != step:
            assert self._provider_answers(), f"settled at {self.step}, before {step}"
            self.process()
            assert len(self.log) < LONGEST, f"this never reaches {step}"
        return self.spec

    def process(self) -> Spec:
        """Run the process alone until it has nothing to send."""
        while sends := self._reactions():
            for send in sends:
                self._send(send)
        return self.spec

    def tick(self, now: str) -> Spec:
        """Advance the time to `now`, and run what the process sends then and all that follows."""
        self.process()
        self.spec.at(now)
        for change in list(self.changes.changes.values()):
            for send in tick(change, now):
                self._send(send)
        return self.process()

    def provider(self, verb: str, circuit_id: str = "c1", **data: Any) -> Spec:
        """A step of the circuit's provider, with the right service key."""
        return from_provider(self.spec, verb, circuit_id, **data)

    def _reactions(self) -> list[Send]:
        sends: list[Send] = []
        for recorded in self._news():
            followed = self.changes.follow(recorded)
            if followed:
                sends.extend(react(*followed, recorded))
        return sends

    def _news(self) -> list[Recorded]:
        news: list[Recorded] = []
        for stream, event in self.spec.history[len(self.log) :]:
            self._versions[stream] += 1
            position = len(self.log) + len(news) + 1
            news.append(_recorded(position, stream, self._versions[stream], self.spec.now, event))
        self.log.extend(news)
        return news

    def _send(self, send: Send) -> None:
        message = send.as_message()
        if message["id"] in self.sent:
            return
        self.sent[message["id"]] = send
        self.spec.when_message(message, entropy=_entropy(message["id"]), inside=True)
        assert self.spec.outcome is not None
        if self.spec.outcome.refusal is not None:
            key = Key(send.change.circuit_id, send.change.change_id)
            stall = refused_at(self.changes.changes[key], send.step, self.spec.outcome.refusal)
            if stall:
                self._send(stall)

    def _provider_answers(self) -> bool:
        circuits = dict.fromkeys(
            stream for stream, _ in self.spec.history if stream.startswith("circuit/")
        )
        for stream in circuits:
            answer = next_answer(self.spec.state(stream))
            if answer is not None:
                verb, data = answer
                from_provider(self.spec, verb, stream.partition("/")[2], **data)
                assert self.spec.outcome is not None
                assert self.spec.outcome.accepted, self.spec.outcome.refusal
                return True
        return False


def next_answer(circuit: Circuit) -> tuple[str, dict[str, Any]] | None:
    """The command that a circuit awaits from its provider, with its data; None if there is none."""
    if circuit.removed_at:
        return None
    if circuit.provider_state == "deprovisioning":
        return "confirm-deprovisioned", {}
    if circuit.deprovisioning_requested:
        return "begin-deprovisioning", {}
    if circuit.provider_state == "provisioning":
        return "confirm-provisioned", {}
    given_up = isinstance(circuit.running, Decrease) and circuit.running.reverting
    if circuit.circuit_state == "enabling" and not given_up:
        return "begin-provisioning", {}
    if isinstance(circuit.running, Increase):
        return "confirm-bandwidth", {"change_id": circuit.running.change_id}
    return None


def from_provider(spec: Spec, verb: str, circuit_id: str = "c1", **data: Any) -> Spec:
    """A step of the circuit's provider, with the right service key where one is quoted."""
    circuit: Circuit = spec.state(f"circuit/{circuit_id}")
    if "change_id" not in data:
        data = {"service_key": circuit.service_key} | data
    return spec.when(verb, f"circuit/{circuit_id}", actor=f"provider:{circuit.provider}", **data)


def _entropy(id: str) -> bytes:
    return blake2b(id.encode(), digest_size=16).digest()


def _recorded(position: int, stream: str, version: int, now: str, event: Any) -> Recorded:
    return Recorded(position, stream, version, now, "user:owner", "t", "t", None, None, event)
