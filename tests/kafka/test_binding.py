"""The CloudEvents Kafka binding: what is read, what is written, and what is neither."""

import json
from datetime import datetime
from typing import Any

import orjson
import pytest
from cloudevents.core.v1.event import CloudEvent

from adapters.kafka.binding import (
    NotOurs,
    Outgoing,
    as_published,
    event_of,
    message_of,
    outcome_id,
    outcome_of,
    recorded,
    refusal,
    written,
)
from adapters.kafka.outcomes import as_cloudevent
from domain.catalogue import COMMANDS
from domain.engine.log import EventRow
from domain.engine.outcomes import Outcome
from domain.words.messages import Command, Faulty, Unreadable
from domain.words.reading import read_command as read_message
from domain.words.refusals import Blocker, refused
from domain.words.structs import as_json
from tests.kafka.records import Heard, heard

CELL = b"/tieline"
COMMAND: dict[str, Any] = {
    "specversion": "1.0",
    "id": "c-1",
    "source": "/portal",
    "type": "tieline.command.change-bandwidth.v1",
    "subject": "circuit/acme-fra-1",
    "actor": "user:ada",
    "data": {"bandwidth_mbps": 1000},
}


def test_a_command_in_binary_mode_is_read_as_it_was_written() -> None:
    message, value = message_of(heard(written(COMMAND)))
    assert message == COMMAND | {"datacontenttype": "application/json"}
    assert value == b'{"bandwidth_mbps":1000}'


def test_a_command_in_structured_mode_is_read_as_it_was_written() -> None:
    line = json.dumps(COMMAND).encode()
    record = as_published(line, COMMAND)
    assert record.key == b"circuit/acme-fra-1"
    assert message_of(heard(record)) == (COMMAND, line)


def test_both_modes_have_the_same_content() -> None:
    line = json.dumps(COMMAND).encode()
    binary, structured = (
        read_message(*_asked(heard(record)))
        for record in (written(COMMAND), as_published(line, COMMAND))
    )
    assert isinstance(binary, Command)
    assert isinstance(structured, Command)
    assert binary.digest == structured.digest


def test_the_version_that_a_command_is_for_is_read_in_both_modes() -> None:
    message = COMMAND | {"ifversion": 7}
    line = json.dumps(message).encode()
    for record in (written(message), as_published(line, message)):
        read = read_message(*_asked(heard(record)))
        assert isinstance(read, Command)
        assert read.if_version == 7


def _asked(record: Heard) -> tuple[Any, Any, str, bytes | None]:
    message, value = message_of(record)
    return message, COMMANDS, "user:owner", value


@pytest.mark.parametrize(
    ("header", "path"),
    [("ce_actor", "actor"), ("CE_Actor", "actor"), ("ce_subject", "subject")],
)
def test_a_header_that_is_there_twice_is_malformed(header: str, path: str) -> None:
    record = heard(written(COMMAND))
    record.headers = [(header, b"user:eve"), *record.headers]
    read = read_message(*_asked(record))
    assert isinstance(read, Faulty)
    assert read.refusal.facts["faults"] == [{"path": path, "fault": "is given more than once"}]


@pytest.mark.parametrize("header", ["ce_id", "ce_source", "CE_TYPE"])
def test_a_header_that_names_the_command_twice_leaves_it_unreadable(header: str) -> None:
    record = heard(written(COMMAND))
    record.headers = [*record.headers, (header, b"other")]
    assert isinstance(read_message(*_asked(record)), Unreadable)


def test_a_member_of_binary_data_that_is_there_twice_is_malformed() -> None:
    record = heard(written(COMMAND))
    record.value = b'{"bandwidth_mbps":50,"bandwidth_mbps":1000}'
    read = read_message(*_asked(record))
    assert isinstance(read, Faulty)
    assert [each["path"] for each in read.refusal.facts["faults"]] == ["data.bandwidth_mbps"]


def test_header_names_count_whatever_their_case() -> None:
    record = heard(written(COMMAND))
    record.headers = [(name.upper(), value) for name, value in record.headers]
    assert message_of(record)[0]["id"] == "c-1"


@pytest.mark.parametrize(
    "record",
    [
        Heard(b"{}"),
        Heard(None),
        Heard(b"x", headers=[("other", b"1")]),
        Heard(b"x", headers=[("ce_id", b"\xff")]),
        Heard(b"x", headers=[("ce_id", None)]),
        Heard(b"not json", headers=[("content-type", b"application/cloudevents+json")]),
        Heard(None, headers=[("content-type", b"application/cloudevents+json")]),
    ],
)
def test_what_is_no_cloudevent_can_not_be_read(record: Heard) -> None:
    assert isinstance(read_message(*_asked(record)), Unreadable)


@pytest.mark.parametrize("value", [b"not json", b"[1]", b'"text"', b"\xff", None, b"NaN"])
def test_binary_data_that_is_no_object_is_answered_and_not_decided(value: bytes | None) -> None:
    record = heard(written(COMMAND))
    record.value = value
    as_read = read_message(*_asked(record))
    assert isinstance(as_read, Faulty)
    assert as_read.refusal.code == "malformed-command"


def test_two_kinds_of_garbage_under_one_id_are_not_the_same_command() -> None:
    record = heard(written(COMMAND))
    digests = set[bytes]()
    for record.value in (b"not json", b"nor this"):
        as_read = read_message(*_asked(record))
        assert isinstance(as_read, Faulty)
        digests.add(as_read.digest)
    assert len(digests) == 2


def test_an_unknown_type_of_event_is_not_passed_over() -> None:
    record = _event()
    headers = [each for each in record.headers if each[0] != "ce_type"]
    record.headers = [*headers, ("ce_type", b"tieline.circuit.teleported.v1")]
    with pytest.raises(KeyError):
        recorded(record, CELL)


def test_an_event_is_read_as_the_log_holds_it() -> None:
    event = recorded(_event(), CELL)
    assert (event.position, event.id, event.time) == (7, "circuit/acme-fra-1/5", TIME)
    assert as_json(event.event) == {"reason": "moved"}
    assert (event.on_behalf_of, event.traceparent) == ("acme", "00-1")


def test_an_event_is_published_as_the_same_bytes_each_time() -> None:
    assert event_of(7, _row(), CELL) == event_of(7, _row(), CELL)


def test_an_event_is_a_cloudevent_for_others() -> None:
    message = as_cloudevent(_event())
    data = message.pop("data")
    message["time"] = datetime.fromisoformat(message["time"])
    event = CloudEvent(message, data)
    assert (event.get_id(), event.get_extension("sequence")) == ("circuit/acme-fra-1/5", 5)


@pytest.mark.parametrize(
    "change",
    [
        {"ce_source": b"/elsewhere"},
        {"ce_sequence": b"five"},
        {"ce_position": None},
        {"ce_subject": b"\xff"},
    ],
)
def test_a_record_of_others_on_the_events_is_told_apart(change: dict[str, bytes | None]) -> None:
    record = _event()
    told = dict(record.headers) | change
    record.headers = [(name, value) for name, value in told.items() if value is not None]
    with pytest.raises(NotOurs):
        recorded(record, CELL)


@pytest.mark.parametrize("value", [b"not json", b"{}", b'{"reason":"x","more":1}'])
def test_an_event_with_other_data_is_not_ours(value: bytes) -> None:
    record = _event()
    record.value = value
    if value == b"{}":
        assert recorded(record, CELL).event.kind == KIND  # the reason may be left out
    else:
        with pytest.raises(NotOurs):
            recorded(record, CELL)


def test_a_refusal_is_read_as_the_log_keeps_it() -> None:
    blockers = [Blocker("peering private", "remove-peering")]
    said = refused("deletion-blocked", *blockers, circuit_id="acme-fra-1", count=1)
    outcome = Outcome(
        bytes(range(16)),
        "c-1",
        "circuit/acme-fra-1",
        "k-1",
        TIME,
        refusal=said,
        actor="user:ada",
        source="/portal",
        type="tieline.command.delete-circuit.v1",
    )
    place, stored = refusal(heard(outcome_of(outcome, "/tieline", (41, 12))), CELL) or (0, None)
    assert place == 12
    assert stored is not None
    assert (stored.key, stored.position, stored.body) == (outcome.key, 41, outcome.body())


def test_what_was_accepted_or_is_given_again_is_no_refusal_of_the_trail() -> None:
    accepted = Outcome(bytes(16), "c-1", "circuit/a", "k", TIME, [("circuit/a/1", KIND)])
    assert refusal(heard(outcome_of(accepted, "/tieline", (1, 1))), CELL) is None
    again = Outcome(bytes(16), "c-1", "circuit/a", "k", TIME, refusal=NOT_FOUND)
    assert refusal(heard(outcome_of(again, "/tieline")), CELL) is None


def test_the_id_of_an_outcome_follows_from_source_and_id() -> None:
    assert outcome_id("/portal", "c-1") == outcome_id("/portal", "c-1")
    assert outcome_id("/portal", "c-1") != outcome_id("/portal", "c-2")


NOT_FOUND = refused("not-found", kind="circuit", id="a")
TIME = "2026-01-05T09:00:00.000000Z"
KIND = "tieline.circuit.deprovisioning-requested.v1"


def _row() -> EventRow:
    stored = {
        "time": TIME,
        "actor": "user:ada",
        "causationid": "c-1",
        "correlationid": "k-1",
        "onbehalfof": "acme",
        "traceparent": "00-1",
        "data": {"reason": "moved"},
    }
    return EventRow("circuit/acme-fra-1", 5, KIND, orjson.dumps(stored))


def _event() -> Heard:
    record: Outgoing = event_of(7, _row(), CELL)
    return heard(record)
