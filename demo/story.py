"""The story of one circuit, told while it happens: what is asked, what follows, what is refused.

Between the commands of the story it tries a few wrong ones that a person might send. They are
decided as a dry run, so they do not change the story. After some it asks where traffic goes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from domain.words.messages import Message

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded
    from domain.engine.outcomes import Outcome
    from domain.engine.records import Recorded
    from projections.projection import Row

_ON_PREMISES: Final = "10.20.0.5"
_ON_THE_INTERNET: Final = "192.0.2.8"

_QUESTIONS: Final = {
    "n-010": (_ON_PREMISES, _ON_THE_INTERNET),
    "n-011": (_ON_THE_INTERNET,),
    "c-010": (_ON_PREMISES, _ON_THE_INTERNET),
}
"""After which command it is asked where a subnet sends what is for which addresses."""


@dataclass(frozen=True)
class Chapter:
    """One command with its outcome, its own events, and the events that followed by themselves."""

    command: Message
    outcome: "Outcome"
    written: "list[Recorded]"
    followed: "list[Recorded]"


@dataclass(frozen=True)
class Aside:
    """A command that was only tried, why a person might send it, and its outcome."""

    why: str
    command: Message
    outcome: "Outcome"


@dataclass(frozen=True)
class Question:
    """Where a subnet sends what is for an address, asked between two commands, and the answer."""

    network_id: str
    subnet: str
    hop: "Row"


Part = Chapter | Aside | Question


def story() -> list[Message]:
    """The commands of the story; the provider's answers are not in it."""
    text = files("demo").joinpath("story.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def told(parts: "Embedded") -> Iterator[Part]:
    """The story: each command settles before the next; before some, wrong ones are tried."""
    for command in story():
        for why, tried in _temptations(command):
            yield _tried(parts, why, tried)
        yield _played(parts, command)
        for address in _QUESTIONS.get(command["id"], ()):
            yield _asked(parts, address)


def _played(parts: "Embedded", command: Message) -> Chapter:
    log = parts.worker.log
    before = log.mark().position
    outcome = parts.submit([json.dumps(command)])[0]
    written = log.mark().position
    parts.settle()
    return Chapter(
        command, outcome, [*log.feed(before, 1000, upto=written)], [*log.feed(written, 1000)]
    )


def _tried(parts: "Embedded", why: str, command: Message) -> Aside:
    planned = parts.worker.plan(parts.door.from_lines([json.dumps(command)]))
    return Aside(why, command, planned.outcomes[0])


def _asked(parts: "Embedded", address: str) -> Question:
    from domain.words.prefix import address as read  # noqa: PLC0415 - heavy
    from projections.questions import Asked, next_hop  # noqa: PLC0415 - heavy

    asked = Asked("acme-hub", "web")
    return Question("acme-hub", "web", next_hop(parts.worker.log, asked, read(address)))


def _temptations(command: Message) -> Iterator[tuple[str, Message]]:
    """What a person might send just before a command of the story."""
    match command["id"]:
        case "c-004":
            yield "a rate that nobody offers", _changed(command, bandwidth_mbps=300)
            yield "a provider that is not there", _changed(command, provider="telia")
        case "c-007":
            yield "a reserved AS number", _changed(command, peer_asn=65515)
            yield "half of a subnet pair", _changed(command, secondary_subnet=None)
        case "n-002":
            domain = {"routing_domain": "microsoft"}
            yield "enabling the peering as it is", _other(command, "enable-peering", domain)
        case "n-003":
            yield "a community that is in no catalogue", _changed(command, communities=["12076:5"])
        case "n-006":
            yield "connecting it before it has a gateway", _connect(command)
        case "c-010":
            yield "lowering without consent", _changed(command, accept_interruption=None)
            yield "deleting a circuit that still runs", _other(command, "delete-circuit", {})
        case _:
            return


def _changed(command: Message, **fields: Any) -> Message:
    data = {**command["data"], **fields}
    data = {name: value for name, value in data.items() if value is not None}
    return {**command, "id": f"{command['id']}-tried", "data": data}


def _other(command: Message, verb: str, data: Mapping[str, Any]) -> Message:
    kind = f"tieline.command.{verb}.v1"
    return {**command, "id": f"{command['id']}-other", "type": kind, "data": data}


def _connect(command: Message) -> Message:
    """Connect the network that a command is about."""
    network = {"network_id": command["subject"].partition("/")[2]}
    return _other(command, "connect-network", network) | {"subject": "circuit/acme-fra-1"}
