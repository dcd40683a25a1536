"""The trail: events and refused attempts of a subject, in the order of the log."""

from typing import Any

from projections import trail
from projections.database import reading
from tests.examples import a_customer
from tests.projections.histories import InMemory, a_refusal, built_from, told
from tests.projections.stories import WORLD

CELL = "/tieline"
MISSING: Any = {"code": "not-found", "kind": "customer", "id": "acme"}


def a_log() -> InMemory:
    """Refusals around the registration of acme, one of another subject, one without a subject."""
    refused = [
        a_refusal(1, 0, "customer/acme", **MISSING),
        a_refusal(3, 1, "customer/acme", **MISSING),
        a_refusal(4, 1, "customer/acme", "unknown-command", type="x"),
        a_refusal(5, 2, "customer/birch", **MISSING),
        a_refusal(7, 3, None, "unknown-command", type="y"),
    ]
    return InMemory(told(a_customer()), refused)


def entries(log: InMemory, subject: str, page: int = 1000) -> list[dict[str, Any]]:
    with reading(built_from(log, page=page)) as live:
        return list(trail.trail(live, subject, CELL))


def test_an_outcome_stands_after_the_last_event_before_it() -> None:
    kinds = [(entry["type"], entry["position"]) for entry in entries(a_log(), "customer/acme")]
    assert kinds == [
        ("tieline.outcome.refused.v1", 0),
        ("tieline.customer.registered.v1", 1),
        ("tieline.outcome.refused.v1", 1),
        ("tieline.outcome.refused.v1", 1),
        ("tieline.customer.subscription-added.v1", 3),
    ]


def test_events_are_the_logs_own_cloudevents() -> None:
    log = InMemory(told(WORLD))
    for stream in ("circuit/c1", "customer/acme", "location/frankfurt", "csp/self"):
        expected = [each.as_cloudevent(CELL) for each in log.told if each.stream == stream]
        assert entries(log, stream) == expected


def test_refused_attempts_are_the_logs_own_outcomes_and_say_who_tried_what() -> None:
    log = a_log()
    expected: list[dict[str, Any]] = []
    for _, stored in log.refused:
        outcome = stored.outcome()
        tried = {"actor": outcome.actor, "command": outcome.type, "position": stored.position}
        expected.append(outcome.as_cloudevent(CELL) | tried)
    assert all(each["actor"] and each["command"] for each in expected)
    found = entries(log, "customer/acme")
    assert [found[0], *found[2:4]] == expected[:3]
    assert entries(log, "customer/birch") == [expected[3]]


def test_pages_of_the_log_change_nothing() -> None:
    every = entries(a_log(), "customer/acme")
    for page in (1, 2, 3):
        assert entries(a_log(), "customer/acme", page) == every


def test_it_is_read_in_pages_from_any_place() -> None:
    with reading(built_from(a_log())) as live:
        every = trail.entries(live, "customer/acme", CELL)
        for count in range(len(every)):
            after = every[count - 1][0] if count else trail.START
            rest = trail.entries(live, "customer/acme", CELL, after, limit=2)
            assert list(rest) == list(every[count : count + 2])


def test_what_belongs_together_is_read_by_its_correlation_id_across_subjects() -> None:
    log = InMemory(told(WORLD), [a_refusal(9, 2, None, "unknown-command", type="y")])
    ids = {each.correlation_id for each in log.told}
    with reading(built_from(log)) as live:
        for id in ids:
            expected = [each.as_cloudevent(CELL) for each in log.told if each.correlation_id == id]
            assert [each for _, each in trail.correlated(live, id, CELL)] == expected
        ((place, refused),) = trail.correlated(live, "command-9", CELL)
        assert (place, refused["data"]["refusal"]["code"]) == ((2, 9), "unknown-command")
        assert trail.correlated(live, "command-9", CELL, after=place) == []


def test_refusals_by_code() -> None:
    with reading(built_from(a_log())) as live:
        assert trail.refusals_by_code(live) == {"not-found": 3, "unknown-command": 2}


def test_a_subject_of_which_nobody_heard() -> None:
    assert entries(a_log(), "customer/nobody") == []
