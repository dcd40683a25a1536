"""A command sent again is not decided again: it gets its first outcome."""

import pytest

from domain.engine.log import EventRow, Insertion, Log
from domain.engine.outcomes import Outcome, Stored
from domain.words.content import pair_of
from tests.contract.stores import Store
from tests.contract.submitting import (
    MIXED,
    NOW,
    WORLD,
    as_cloudevents,
    at,
    everything,
    many_orders,
    message,
    order,
    submit,
)


def test_the_first_outcome_again(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    first = as_cloudevents(submit(log, *MIXED))
    before = everything(log)

    assert as_cloudevents(submit(log, *MIXED)) == first
    assert everything(log) == before

    again = store.open()
    assert as_cloudevents(submit(again, *MIXED)) == first
    assert [as_cloudevents(submit(again, each))[0] for each in MIXED] == first
    again.close()


def test_within_one_batch_the_second_gets_the_outcome_of_the_first(log: Log) -> None:
    submit(log, *WORLD)

    first, refused, second, *_ = as_cloudevents(submit(log, *MIXED))

    assert first == second
    assert first["data"]["accepted"]
    assert not refused["data"]["accepted"]
    assert [each.event.kind for each in log.events("circuit/c1")] == [
        "tieline.circuit.ordered.v1",
        "tieline.circuit.placed.v1",
    ]


def test_one_batch_or_one_by_one_is_the_same(store: Store, log: Log) -> None:
    at_once = as_cloudevents([*submit(log, *WORLD), *submit(log, *MIXED)])
    events = log.feed(0, 100)

    one_by_one = store.another().open()

    assert [as_cloudevents(submit(one_by_one, each))[0] for each in [*WORLD, *MIXED]] == at_once
    assert one_by_one.feed(0, 100) == events
    one_by_one.close()


def test_more_keys_than_any_store_takes_at_once(log: Log) -> None:
    submit(log, *WORLD)
    orders = many_orders(700)
    first = as_cloudevents(submit(log, *orders))

    assert as_cloudevents(submit(log, *orders)) == first
    pairs = [pair_of("/test", each["id"]) for each in orders]
    keys = [pair.key for pair in pairs]
    none = [n.to_bytes(16) for n in range(40_000)]
    assert set(log.known([*none, *keys, *none])) == set(keys)


def test_warnings_are_told_again_with_the_events(log: Log) -> None:
    submit(log, *WORLD)
    head = f'{{"time":"{NOW}","actor":"user:a","causationid":"x-1","correlationid":"x"'
    state = f'{head},"data":{{"reason":"r"}}}}'.encode()
    rows = [
        EventRow("circuit/c1", n, "tieline.circuit.provisioning-begun.v1", state) for n in (1, 2)
    ]
    outcome = Outcome(
        bytes(16),
        "x-1",
        "circuit/c1",
        "x",
        NOW,
        [(f"{row.stream}/{row.version}", row.kind) for row in rows],
        [{"code": "prefix-limit-near", "message": "Careful."}],
        actor="user:a",
        source="/test",
        type="tieline.command.begin-provisioning.v1",
    )
    with log.appending() as tx:
        stored = Stored(bytes(16), b"digest", 0, len(rows), outcome.body())
        tx.insert(Insertion(rows, [stored]))

    again = log.known([bytes(16)])[bytes(16)]

    assert as_cloudevents([again.outcome()]) == as_cloudevents([outcome])
    assert again.digest == b"digest"
    assert log.refusals(0, 10) == []


def test_refusals_in_order_and_nothing_else(log: Log) -> None:
    submit(log, *WORLD)
    expected = [each for each in submit(log, *MIXED) if each.refusal]
    place = log.last_outcome()
    expected += submit(log, order("m-6", "c9", provider="nobody"))

    refusals = log.refusals(0, 100)

    assert as_cloudevents([stored.outcome() for _, stored in refusals]) == as_cloudevents(expected)
    places = [at for at, _ in refusals]
    assert places == sorted(set(places))
    assert places[-1] == log.last_outcome() == place + 1
    assert log.refusals(places[0], 2) == refusals[1:3]
    assert log.refusals(place, 100) == refusals[-1:]
    assert log.refusals(log.last_outcome(), 100) == []


@pytest.mark.parametrize(
    "text",
    ['","code":"x', "ü ∞ \U0001f50c", "a'b\\c\"d", "x\ny"],
    ids=["json", "wide", "quotes", "line"],
)
def test_any_text_comes_back(log: Log, text: str) -> None:
    submit(log, *WORLD)
    odd = [
        order(f"{text}1", "c1", correlationid=text),
        order(f"{text}2", "c2", provider="nobody"),
        message(f"{text}3", "add-subscription", "customer/acme", {"subscription_id": "acme-prod"}),
    ]
    first = as_cloudevents(submit(log, *odd))

    assert as_cloudevents(submit(log, *odd)) == first
    assert len(log.refusals(0, 10)) == 1
    assert log.events("circuit/c1")[0].correlation_id == text


def test_the_last_time_is_that_of_the_last_outcome(log: Log) -> None:
    later = "2026-01-06T00:00:00.000000Z"
    submit(log, *WORLD)
    assert log.last_time() == NOW

    submit(log, order("m-1", "c1", provider="nobody"), clock=at(later))
    assert log.last_time() == later

    submit(log, order("m-2", "c2"), clock=at(NOW))  # a clock that was set back
    assert log.last_time() == later
    assert log.events("circuit/c2")[0].time == later
