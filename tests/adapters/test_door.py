"""The one way in: who may speak, what is read, and that no secret stays in the clear."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator

from adapters.clocks import SetClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.observe.logs import logger
from adapters.speakers import everybody, parsed
from domain.decider.states import Terms
from domain.engine.batch import Arrival
from domain.engine.log import Parked
from domain.words.content import content_digest
from domain.words.data import CommandData, Data, subject_of
from domain.words.messages import Command, Faulty, Unreadable
from domain.words.secret import Secret
from tests.observe.lines import lines_from

OWNER = "user:owner"
CLEAR = "hunter2andmore"
START = "2026-01-05T09:00:00.000000Z"


def _letters_and_digits(secret: Secret) -> Secret:
    if not secret.reveal().isalnum():
        raise ValueError("letters and digits")
    return secret


class Peer(Data):
    password: Secret


class GuardPeering(CommandData):
    subject = subject_of("circuit")
    note: str = ""
    key: Annotated[Secret, AfterValidator(_letters_and_digits)] | None = None
    peers: list[Peer] | None = None


def guard(data: Any, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "g-1",
        "source": "/portal",
        "type": "tieline.command.guard-peering.v1",
        "subject": "circuit/c1",
        "actor": "user:ada",
        "data": data,
        **more,
    }


KINDS = {"guard-peering": GuardPeering}


class Keys:
    """Keys whose work can be looked at."""

    def digest_key(self) -> bytes:
        return b"digest"

    def opened(self, sealed: str, subject: str) -> str:
        raise ValueError(f"{sealed} is for nobody on {subject}")

    def keep_at_door(self, secret: Secret) -> str:
        return f"kept-{secret.reveal()[::-1]}"

    def take_from_door(self, kept: str) -> str:
        return kept.removeprefix("kept-")[::-1]


def a_door(**options: Any) -> Door:
    return Door(everybody(OWNER), bytes, kinds=KINDS, inside_kinds=KINDS, **options)


def from_everywhere(door: Door, message: Any) -> Sequence[Arrival]:
    """The same message from a file, from Kafka, and from a part of the engine."""
    line = json.dumps(message)
    (from_file,) = door.from_lines([line])
    (from_part,) = door.from_own_parts([message])
    record = door.from_outside(message, line.encode()), door.from_inside(message, line.encode())
    return [from_file, from_part, *record]


@pytest.mark.parametrize(
    ("source", "actor", "may"),
    [("/portal", "user:ada", True), ("/portal", "provider:colt", False), ("/x", "user:a", False)],
)
def test_the_door_knows_who_speaks_for_whom(source: str, actor: str, *, may: bool) -> None:
    speakers = parsed("/portal=user:* /carrier/colt=provider:colt", OWNER)
    message = guard({}, source=source, actor=actor)
    asked = Door(speakers, kinds=KINDS, inside_kinds=KINDS)
    assert asked.from_outside(message, None).spoken_for is may
    assert asked.from_lines([json.dumps(message)])[0].spoken_for is may
    assert asked.from_inside(message).spoken_for
    assert asked.from_outside("no event", None).spoken_for


def test_who_speaks_where_nobody_is_named() -> None:
    asked = Door(parsed("/carrier/colt=provider:colt", OWNER), kinds=KINDS)
    named = guard({}, source="/carrier/colt")
    del named["actor"]
    arrival = asked.from_outside(named, None)
    assert isinstance(arrival.read, Command)
    assert arrival.read.actor == arrival.principal == "provider:colt"
    assert arrival.read.digest == content_digest(named, "provider:colt")


def test_only_own_parts_send_what_is_sent_inside() -> None:
    door = Door(everybody(OWNER), bytes, kinds={}, inside_kinds=KINDS)
    assert isinstance(door.from_outside(guard({}), None).read, Faulty)
    inside = door.from_inside(guard({}))
    assert isinstance(inside.read, Command)
    assert inside.inside


def test_bits_come_from_the_source_of_chance_or_follow_from_a_seed() -> None:
    drawn = a_door().from_outside(guard({}), None)
    assert isinstance(drawn.read, Command)
    assert drawn.entropy == drawn.read.entropy == bytes(16)
    one, other = a_door(seed="1"), a_door(seed="2")
    bits = [each.entropy for each in from_everywhere(one, guard({"note": "a"}))]
    assert len(set(bits)) == 1
    assert bits[0] not in (bytes(16), other.from_outside(guard({}), None).entropy)
    assert bits[0] != one.from_outside(guard({}, id="g-2"), None).entropy


def test_a_secret_is_kept_nowhere_in_the_clear() -> None:
    for data in ({"key": CLEAR, "note": "n"}, {"peers": [{"password": CLEAR}]}):
        for arrival in from_everywhere(a_door(), guard(data)):
            assert isinstance(arrival.read, Command)
            assert CLEAR not in repr(arrival)
            assert CLEAR not in json.dumps(arrival.message)
            assert "***" in repr(arrival.message)
            assert arrival.read.digest == content_digest(guard(data), OWNER)
    arrival = a_door().from_outside(guard({"key": CLEAR}), None)
    assert isinstance(arrival.read, Command)
    assert isinstance(arrival.read.data, GuardPeering)
    assert arrival.read.data.key == Secret(CLEAR)


def test_what_holds_no_secret_is_kept_with_its_digest_alone() -> None:
    for data in ({}, {"key": None, "note": "n"}):
        message = a_door().from_outside(guard(data), None).message
        assert message == guard(data) | {"digest": content_digest(guard(data), OWNER).hex()}


def test_what_may_hold_a_secret_is_compared_by_a_digest_that_needs_a_key() -> None:
    """A malformed one, too; the digest that it had before there were keys still counts."""
    wrong = [guard({"key": f"{CLEAR}!"}), guard({"note": 1.5e300})]
    for message in (guard({"key": CLEAR}), guard({}), *wrong[:1]):
        for arrival in from_everywhere(a_door(keys=Keys()), message):
            assert not isinstance(arrival.read, Unreadable)
            assert arrival.read.digest == content_digest(message, OWNER, b"digest")
            assert arrival.read.plain_digest == content_digest(message, OWNER)
    doors = a_door(keys=Keys()), a_door()
    with_keys, without = (each.from_outside(wrong[1], b"as written").read for each in doors)
    assert isinstance(with_keys, Faulty)
    assert isinstance(without, Faulty)
    assert with_keys.digest != without.digest == with_keys.plain_digest


WRONG: dict[str, Any] = {
    "characters": guard({"key": f"{CLEAR}!"}),
    "another field": guard({"key": CLEAR, "note": 7}),
    "an unknown field": guard({"key": CLEAR, "more": CLEAR}),
    "no text": guard({"key": [CLEAR]}),
    "no object": guard({"key": {CLEAR: CLEAR}}),
    "deep": guard({"peers": [{"password": [CLEAR]}]}),
    "an attribute": guard({"key": CLEAR}, specversion="0.3"),
    "the subject": guard({"key": CLEAR}, subject="customer/acme"),
    "no canonical form": guard({"key": CLEAR, "note": 1.5e300}),
    "an unknown command": guard({"key": CLEAR}, type="tieline.command.guard-peerings.v1"),
    "the data": guard([CLEAR]),
}


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG)
def test_a_malformed_command_shows_no_secret(message: dict[str, Any]) -> None:
    for arrival in from_everywhere(a_door(), message):
        assert isinstance(arrival.read, Faulty)
        assert CLEAR not in repr(arrival)
        assert CLEAR not in repr(arrival.read.refusal.as_json())
        assert arrival.message is None


def test_an_unreadable_line_shows_none() -> None:
    (arrival,) = a_door().from_lines([json.dumps(guard({"key": CLEAR}))[:-1]])
    assert isinstance(arrival.read, Unreadable)
    assert CLEAR not in repr(arrival)


@pytest.fixture
def parked(tmp_path: Path) -> Parked:
    """A command with a secret, parked because it has no rule."""
    log = open_log(f"sqlite:///{tmp_path / 'log.db'}")
    arrival = a_door().from_outside(guard({"key": CLEAR, "note": "n"}), None)
    with lines_from("debug") as lines:
        Worker(log, Terms(), SetClock(START)).handle([arrival])
        logger(__name__).error("told", arrival=arrival, secret=Secret(CLEAR))
    kept = log.parked()
    log.close()
    assert len(lines.of("parked")) == 1
    assert "***" in lines.text
    assert CLEAR not in lines.text
    assert CLEAR.encode() not in (tmp_path / "log.db").read_bytes()
    return kept[0]


def test_a_parked_command_is_kept_without_its_secret(parked: Parked) -> None:
    assert json.loads(parked.message)["data"] == {"key": "***", "note": "n"}


def test_what_stands_for_a_secret_is_taken_for_none(parked: Parked) -> None:
    arrival = a_door().from_parked(parked)
    assert isinstance(arrival.read, Faulty)
    assert (arrival.seq, arrival.entropy) == (parked.seq, parked.entropy)
    assert "send the secret itself" in repr(arrival.read.refusal.as_json())


def test_with_keys_it_is_decided_later_as_it_came(tmp_path: Path) -> None:
    log, door = open_log(f"sqlite:///{tmp_path / 'log.db'}"), a_door(keys=Keys())
    came = door.from_outside(guard({"key": CLEAR, "note": "n"}), None)
    Worker(log, Terms(), SetClock(START)).handle([came])
    (parked,) = log.parked()
    log.close()
    assert CLEAR not in parked.message
    again = door.from_parked(parked)
    assert isinstance(again.read, Command)
    assert isinstance(came.read, Command)
    assert (again.read.data, again.read.digest) == (came.read.data, came.read.digest)


def test_sent_again_while_it_is_parked_it_is_the_same_command(tmp_path: Path) -> None:
    log, door = open_log(f"sqlite:///{tmp_path / 'log.db'}"), a_door(keys=Keys())
    worker = Worker(log, Terms(), SetClock(START))
    came = door.from_outside(guard({"key": CLEAR}), None)
    other = door.from_outside(guard({"key": f"{CLEAR}2"}), None)
    assert [each.parked is None for each in worker.handle([came, came, other])] == [
        False,
        False,
        True,
    ]
    (again, reused) = worker.handle([came, other])
    assert again.parked
    assert reused.refusal
    assert reused.refusal.code == "command-id-reused"
    log.close()
