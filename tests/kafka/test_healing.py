"""Comparing topic and log, and healing: what is missing is found, named and published again."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.kafka import healing
from adapters.kafka.binding import NotOurs, event_of, outcome_of
from adapters.kafka.clients import Brokers
from adapters.kafka.healing import (
    DIFFERENT,
    FOREIGN,
    MISSING,
    UNREADABLE,
    Cell,
    Fault,
    compare,
    publish_again,
)
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.relay import Checkpoint, CheckpointLost, digest_of, published_checkpoint
from adapters.kafka.transactions import Transactions
from tests.kafka.cells import ACells, reset_group
from tests.kafka.records import Heard, everything, publish

Change = Callable[[str, Any], Any]


def _publish(cell: Cell, change: Change) -> None:
    """Publish the whole log, each record as `change` returns it; None leaves it out."""
    rows, outcomes = cell.log.rows(0, 1000), cell.log.outcomes(0, 1000)
    records = [
        (cell.topics.events, record)
        for position, row in rows
        if (record := change(f"{row.stream}/{row.version}", _event(cell, position, row)))
    ] + [
        (cell.topics.outcomes, record)
        for number, stored in outcomes
        if (record := change(str(number), _answer(cell, number, stored)))
    ]
    at = Checkpoint(rows[-1][0], outcomes[-1][0], digest_of(rows[-1][1]))
    noted = {partition(cell.topics.events, 0): committed_offset(at.position, at.as_metadata())}
    transactions = Transactions(cell.brokers, cell.relay)
    transactions.open()
    transactions.write(records, noted, cell.relay)
    transactions.give_up()
    transactions.open()  # waits until everybody sees the previous transaction
    transactions.give_up()
    assert published_checkpoint(cell.brokers, cell.relay) == at


def _event(cell: Cell, position: int, row: Any) -> Any:
    return event_of(position, row, cell.source.encode())


def _answer(cell: Cell, number: int, stored: Any) -> Any:
    return outcome_of(stored.outcome(), cell.source, (stored.position, number))


def _without(*ids: str) -> Change:
    return lambda id, record: None if id in ids else record


def test_what_is_missing_is_found_and_healed(cell: ACells) -> None:
    cell.customers(1, 4)
    _publish(cell.cell, _without("csp/self/2", "customer/acme-4/1", "3"))
    found = compare(cell.cell)
    assert found.faults == [
        Fault("event", "csp/self/2", MISSING),
        Fault("event", "customer/acme-4/1", MISSING),
        Fault("outcome", "3", MISSING),
    ]
    assert found.missing
    assert not found.foreign
    assert publish_again(cell.cell, found) == 5  # csp/self/2 to 4, a customer, an outcome
    assert compare(cell.cell).faults == []


def test_repeats_are_no_fault(cell: ACells) -> None:
    cell.customers(1, 2)
    _publish(cell.cell, _without())
    _publish(cell.cell, _without())
    assert compare(cell.cell).faults == []
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 8


def test_what_is_published_otherwise_is_found_and_not_touched(cell: ACells) -> None:
    cell.customers(1, 2)

    def changed(id: str, record: Any) -> Any:
        return record._replace(value=b"{}") if id in {"csp/self/1", "2"} else record

    _publish(cell.cell, changed)
    found = compare(cell.cell)
    assert found.faults == [
        Fault("event", "csp/self/1 to 2", DIFFERENT),
        Fault("outcome", "1 to 2", DIFFERENT),
    ]
    assert found.foreign
    assert not found.missing


def test_what_the_log_does_not_hold_is_found(cell: ACells, brokers: Brokers) -> None:
    cell.customers(1, 1)
    with cell.relay() as relay:
        relay.turn()
    position, row = cell.cell.log.rows(0, 1)[0]
    foreign = _event(cell.cell, position, replace(row, version=2))
    publish(brokers, cell.cell.topics.events, foreign)
    assert compare(cell.cell).faults == [Fault("event", "customer/acme-1/2", FOREIGN)]


def test_what_is_not_published_yet_is_no_fault(cell: ACells) -> None:
    cell.customers(1, 1)
    with cell.relay() as relay:
        relay.turn()
        cell.customers(2, 3)
        assert compare(cell.cell).faults == []


def test_the_relay_goes_on_after_healing(cell: ACells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.kafka.relay.TAKEOVER", 0.0)
    monkeypatch.setattr("adapters.kafka.relay.LOOK", 0.0)
    cell.customers(1, 2)
    _publish(cell.cell, _without("csp/self/1"))
    with cell.relay() as relay:
        relay.turn()
        publish_again(cell.cell, compare(cell.cell))
        cell.customers(3, 3)
        for _ in range(4):
            relay.turn()
    assert compare(cell.cell).faults == []


@pytest.mark.parametrize(
    ("left_out", "put_in"),
    [
        ("ce_position", []),
        ("ce_subject", []),
        ("ce_position", [("ce_position", b"first")]),
        ("ce_subject", [("ce_subject", b"\xff")]),
    ],
    ids=["no position", "no subject", "a position in words", "a subject in bytes"],
)
def test_a_record_in_our_name_that_no_relay_wrote_is_reported_and_passed_over(
    cell: ACells, brokers: Brokers, left_out: str, put_in: list[Any]
) -> None:
    cell.customers(1, 3)
    _publish(cell.cell, _without("csp/self/2"))
    position, row = cell.cell.log.rows(0, 1)[0]
    event = _event(cell.cell, position, row)
    foreign = event._replace(headers=[*_but(left_out, event.headers), *put_in])
    publish(brokers, cell.cell.topics.events, foreign)
    found = compare(cell.cell)
    stray = [each for each in found.faults if each.what == "record"]
    assert [each.fault for each in stray] == [UNREADABLE]
    assert stray[0].id.startswith(f"{cell.cell.topics.events}/")
    assert Fault("event", "csp/self/2", MISSING) in found.faults
    publish_again(cell.cell, found)
    assert compare(cell.cell).faults == stray


def test_an_outcome_in_our_name_that_no_relay_wrote_is_reported(
    cell: ACells, brokers: Brokers
) -> None:
    cell.customers(1, 1)
    _publish(cell.cell, _without())
    number, stored = cell.cell.log.outcomes(0, 1)[0]
    answer = _answer(cell.cell, number, stored)
    headers = [("ce_place", b"one"), *_but("ce_place", answer.headers)]
    publish(brokers, cell.cell.topics.outcomes, answer._replace(headers=headers))
    assert [each.fault for each in compare(cell.cell).faults] == [UNREADABLE]


@pytest.mark.parametrize("name", ["ce_position", "ce_subject", "ce_traceparent"])
def test_a_header_without_a_value_is_none_of_ours(name: str) -> None:
    """The client can read such headers, not write them."""
    told = [(name, None), ("ce_source", b"/c"), ("ce_sequence", b"1")]
    with pytest.raises(NotOurs):
        healing.event_at(Heard(b"{}", headers=told), "/c")


def _but(name: str, headers: Any) -> list[Any]:
    return [each for each in headers if each[0] != name]


def test_without_a_checkpoint_nothing_is_compared(cell: ACells) -> None:
    cell.customers(1, 1)
    _publish(cell.cell, _without())
    reset_group(cell.cell)
    with pytest.raises(CheckpointLost, match="publishes the whole log again"):
        compare(cell.cell)
