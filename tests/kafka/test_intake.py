"""The intake: every record is decided once, answered, parked or put aside."""

import json
from typing import Any

import pytest

from adapters.kafka.binding import Outgoing, as_published, outcome_id, written
from adapters.kafka.clients import Brokers
from adapters.kafka.dead_letters import found, listed, resend
from adapters.speakers import parsed
from domain.engine.log import LogError
from tests.kafka.cells import ACells, register
from tests.kafka.records import everything, publish, taken

GARBAGE = Outgoing(b"k", b"\xff\x00", [("x", b"1"), ("x", b"2")])


def test_both_modes_are_decided_and_offsets_committed(cell: ACells, brokers: Brokers) -> None:
    structured = register("acme-2")
    line = json.dumps(structured).encode()
    commands = cell.cell.topics.commands
    publish(brokers, commands, written(register("acme-1")), as_published(line, structured))
    with cell.intake() as intake, brokers.admin() as admin:
        assert taken(intake, 2) == 0
        for _ in range(50):  # a new group may be rebalanced, and take them twice
            noted = admin.group_offsets(intake.group)
            if sum(offset for offset, _ in noted.values()) == 2:
                break
            intake.turn(100)
    assert cell.cell.log.mark().outcome == 2
    with cell.intake() as intake:
        assert sum(intake.turn(100).records for _ in range(10)) == 0


def test_what_was_decided_and_not_committed_is_answered_again(
    cell: ACells, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(brokers, cell.cell.topics.commands, written(register("acme-1")))
    with cell.intake() as intake:

        def dies(_: object) -> None:
            raise ConnectionError("killed before the offsets were committed")

        monkeypatch.setattr(intake, "_commit", dies)
        with pytest.raises(ConnectionError):
            taken(intake, 1)
    with cell.intake() as intake:
        taken(intake, 1)
    assert cell.cell.log.mark().position == 2
    (answer,) = everything(brokers, cell.cell.topics.outcomes)
    told = dict(answer.headers)
    assert told["ce_id"].decode() == outcome_id("/portal", "register-acme-1")
    assert "ce_place" not in told


def test_a_log_that_is_down_loses_nothing(
    cell: ACells, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(brokers, cell.cell.topics.commands, written(register("acme-1")))
    with cell.intake() as intake:
        handle = cell.worker.handle

        def down(_: object) -> Any:
            raise LogError("not there just now")

        monkeypatch.setattr(cell.worker, "handle", down)
        with pytest.raises(LogError):
            taken(intake, 1)
        monkeypatch.setattr(cell.worker, "handle", handle)
        assert taken(intake, 1) == 0
    assert cell.cell.log.mark().outcome == 1


def test_garbage_goes_to_the_dead_untouched_and_the_rest_goes_on(
    cell: ACells, brokers: Brokers
) -> None:
    topics = cell.cell.topics
    publish(brokers, topics.commands, GARBAGE, written(register("acme-1")))
    publish(brokers, topics.internal, Outgoing(b"k", None, []))
    publish(brokers, topics.http, Outgoing(b"k", None, []))
    with cell.intake() as intake:
        assert taken(intake, 4) == 3
    assert cell.cell.log.mark().outcome == 1
    dead = {each.origin.rsplit("/", 2)[0]: each for each in listed(brokers, topics)}
    assert set(dead) == set(topics.taken_in)
    came = dead[topics.commands]
    assert (came.key, came.value) == (GARBAGE.key, GARBAGE.value)
    assert list(came.headers)[:2] == GARBAGE.headers
    assert "no CloudEvent" in came.error


def test_a_dead_record_is_sent_again_as_it_came(cell: ACells, brokers: Brokers) -> None:
    topics = cell.cell.topics
    publish(brokers, topics.commands, GARBAGE)
    with cell.intake() as intake:
        taken(intake, 1)
        (dead,) = listed(brokers, topics)
        assert found(brokers, topics, ["9-9", dead.id]) == {dead.id: dead}
        assert resend(brokers, topics, dead) == topics.commands
        assert taken(intake, 1) == 1
    first, second = (each for each in everything(brokers, topics.commands))
    assert (first.key, first.value, first.headers) == (second.key, second.value, second.headers)


def test_a_source_that_may_not_speak_uses_up_no_id(cell: ACells, brokers: Brokers) -> None:
    speakers = parsed("/portal=user:owner", "user:owner")
    false = register("acme-1", source="/elsewhere", actor="user:owner")
    publish(brokers, cell.cell.topics.commands, written(false))
    with cell.intake(speakers) as intake:
        taken(intake, 1)
        ((_, refused),) = cell.cell.log.refusals(0, 10)
        assert json.loads(str(refused.body))["code"] == "not-permitted"
    publish(brokers, cell.cell.topics.commands, written(false))
    with cell.intake() as intake:
        taken(intake, 1)
    assert cell.cell.log.mark().position == 2


def test_the_internal_topic_may_say_what_outside_may_not(cell: ACells, brokers: Brokers) -> None:
    topics = cell.cell.topics
    own = register("acme-1", source="/tieline/process", actor="service:tieline")
    publish(brokers, topics.commands, written(own))
    with cell.intake() as intake:
        taken(intake, 1)
        ((_, refused),) = cell.cell.log.refusals(0, 10)
        assert json.loads(str(refused.body))["code"] == "not-permitted"
        publish(brokers, topics.internal, written(register("acme-2")))
        taken(intake, 1)
    assert cell.cell.log.mark().position == 2


def test_after_a_small_batch_commands_gather(
    cell: ACells, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []
    monkeypatch.setattr("adapters.clocks.sleep", rested.append)
    publish(brokers, cell.cell.topics.commands, written(register("acme-1")))
    with cell.intake() as intake:
        intake.gathering.seconds = 0.02
        while not intake.turn(100).records:
            assert not rested, "no pause follows an empty turn"
        intake.turn(0)
    assert rested == [0.02]
