"""Alarms, in the view of a circuit and in the list over all circuits."""

from typing import Any

from domain.circuit.alarm_events import AlarmCleared
from projections import alarm_rows, alarms, circuits
from projections.database import reading, scratch
from projections.past import build_then
from tests.examples import a_customer, a_provisioned_circuit, a_world
from tests.examples.alarms import CAUSE, SINCE, an_alarm
from tests.projections.histories import InMemory, built, built_from, time_at, told
from tests.projections.test_listing import in_pages

C1 = "circuit/c1"
GONE = (C1, AlarmCleared(alarm="billed-and-idle"))
TWICE = [*an_alarm(seen_by="user:anna"), GONE, *an_alarm()]
BIRCH = [
    *a_customer("birch", number=2),
    *a_provisioned_circuit("b1", customer_id="birch"),
    *an_alarm("drift", "b1"),
]


def shown(*facts: Any) -> Any:
    with reading(built(a_world(), *facts)) as live:
        found = circuits.show(live, "c1")
        return found and found["alarms"]


def listed(*facts: Any, **filters: Any) -> list[Any]:
    with reading(built(a_world(), *facts)) as live:
        return list(alarms.LISTING.every(live, filters))


def entry(alarm: str = "billed-and-idle", by: str | None = None) -> dict[str, Any]:
    return {"alarm": alarm, "since": SINCE, "cause": CAUSE, "acknowledged_by": by}


def line(by: str | None = None, cleared_at: str | None = None) -> dict[str, Any]:
    return {"circuit_id": "c1", "customer_id": "acme", **entry(by=by), "cleared_at": cleared_at}


def test_a_circuit_shows_the_alarms_that_are_raised_in_the_order_they_were() -> None:
    assert shown() == []
    assert shown(an_alarm("drift"), an_alarm()) == [entry("drift"), entry()]
    assert shown(an_alarm(seen_by="user:anna")) == [entry(by="user:anna")]
    assert shown(an_alarm(), an_alarm("drift"), [GONE]) == [entry("drift")]
    assert shown(TWICE) == [entry()], "the next one starts unacknowledged"


def test_the_list_keeps_every_one_that_was_ever_raised() -> None:
    cleared_at = time_at(len(a_world()) + 3)
    first, second = line("user:anna", cleared_at), line()
    assert listed(TWICE) == [first, second]
    assert listed(TWICE, raised=True) == [second]
    assert listed(TWICE, raised=False) == [first]


def test_the_list_is_narrowed_by_customer_circuit_and_kind() -> None:
    facts = (an_alarm(), BIRCH)
    assert [each["circuit_id"] for each in listed(*facts)] == ["b1", "c1"]
    for narrowed in ({"customer_id": "birch"}, {"circuit_id": "b1"}, {"alarm": "drift"}):
        assert [each["circuit_id"] for each in listed(*facts, **narrowed)] == ["b1"]
    assert listed(*facts, customer_id="acme", alarm="drift") == []


def test_the_list_in_pages_of_any_size() -> None:
    """Its key has a column that is not shown."""
    with reading(built(a_world(), TWICE, BIRCH)) as live:
        every = list(alarms.LISTING.every(live))
        assert len(every) == 3
        for limit in range(1, 5):
            assert in_pages(live, alarms.LISTING, limit) == every


def test_the_list_as_it_was() -> None:
    """From the log alone, moment by moment as the view was then."""
    history = told(a_world(), TWICE, BIRCH)
    log = InMemory(history).log
    for end in range(len(a_world()), len(history) + 1):
        with (
            scratch() as past,
            reading(built_from(InMemory(history[:end]), [alarm_rows.VIEW])) as live,
        ):
            build_then(past, log, time_at(end), [alarms.SHAPE])
            with reading(past) as then:
                for filters in ({}, {"raised": True}, {"customer_id": "acme"}):
                    expected = list(alarms.LISTING.every(live, filters))
                    assert list(alarms.LISTING.every(then, filters)) == expected
