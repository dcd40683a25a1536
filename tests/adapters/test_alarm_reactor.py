"""What the alarm process makes of a feed that may repeat what it gave, or be behind the log."""

from collections.abc import Generator, Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine

from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from domain.circuit.events import ProvisioningBegun
from domain.circuit.observation_events import DriftCleared
from domain.engine.records import Recorded
from domain.words.messages import Message
from tests.examples import a_customer, a_location, a_provisioned_circuit, an_ordered_circuit
from tests.examples.observations import a_drift
from tests.projections.histories import a_refusal, told

C1 = "circuit/c1"
FASTER = a_drift("bandwidth_mbps", 1, 2)
DRIFTING = told(a_customer(), a_location(), a_provisioned_circuit(), FASTER)
ORDERED = told(a_customer(), a_location(), an_ordered_circuit())


@pytest.fixture
def memory() -> Generator[Memory]:
    engine = create_engine("sqlite:///:memory:")
    yield Memory(engine, "alarms")
    engine.dispose()


def process(memory: Memory, log: Sequence[Recorded]) -> AlarmProcess:
    """The process over a log that holds these events."""
    return AlarmProcess(memory, lambda stream: [each for each in log if each.stream == stream])


def of_c1(events: Sequence[Recorded]) -> list[Recorded]:
    return [each for each in events if each.stream == C1]


def in_short(messages: Sequence[Message]) -> list[Any]:
    return [message["id"].split("/")[1:3] for message in messages]


def wrong_keys(count: int, after: int) -> list[Any]:
    """Refused attempts, one after another, after the event at a position."""
    code, circuit, places = "service-key-mismatch", "c1", range(1, count + 1)
    return [a_refusal(place, after, C1, code, circuit_id=circuit) for place in places]


def test_events_that_come_again_change_nothing(memory: Memory) -> None:
    reactor, events = process(memory, []), of_c1(DRIFTING)
    assert in_short(reactor.react(events)) == [["drift", "raise-alarm"]]
    again = reactor.react(events[:2])
    assert [each["id"] for each in again] == [each["id"] for each in reactor.react(events)]


def test_what_it_missed_it_reads_from_the_log(memory: Memory) -> None:
    """It stood by while the circuit began to drift; the event that it hears is another."""
    reactor, events = process(memory, DRIFTING), of_c1(DRIFTING)
    assert reactor.react(events[:1]) == []
    assert in_short(reactor.react(events[3:4])) == [["drift", "raise-alarm"]]


def test_a_feed_behind_the_log_raises_nothing_that_is_over(memory: Memory) -> None:
    over = told(
        a_customer(),
        a_location(),
        a_provisioned_circuit(),
        a_drift("bandwidth_mbps", 1, 2),
        [(C1, DriftCleared(field="bandwidth_mbps"))],
    )
    reactor, events = process(memory, over), of_c1(over)
    for event in events[1:]:
        assert reactor.react([event]) == []


def test_a_refused_attempt_that_comes_again_counts_once(memory: Memory) -> None:
    reactor, keys = process(memory, ORDERED), wrong_keys(5, len(ORDERED))
    assert reactor.heard([*keys[:4], *keys[:4]]) == []
    assert in_short(reactor.heard(keys[3:])) == [["wrong-service-keys", "raise-alarm"]]


def test_wrong_keys_heard_after_the_step_that_followed_them_do_not_count(memory: Memory) -> None:
    begun = told(a_customer(), a_location(), an_ordered_circuit(), [(C1, ProvisioningBegun())])
    reactor = process(memory, begun)
    assert reactor.heard(wrong_keys(5, len(ORDERED))) == []
    assert in_short(reactor.heard(wrong_keys(5, len(begun)))) == [
        ["wrong-service-keys", "raise-alarm"]
    ]


def test_what_it_saved_it_knows_again(memory: Memory) -> None:
    reactor = process(memory, ORDERED)
    reactor.react(of_c1(ORDERED))
    keys = wrong_keys(5, len(ORDERED))
    reactor.heard(keys[:4])
    reactor.save({"events": len(ORDERED)})
    reactor = process(memory, ORDERED)
    assert in_short(reactor.heard(keys[4:])) == [["wrong-service-keys", "raise-alarm"]]
    due = reactor.tick("2027-01-01T00:00:00.000000Z")
    assert ["half-provisioned", "raise-alarm"] in in_short(due)
