"""Events by whose they are: by customer, by provider and by subject, in the order of the log."""

from collections.abc import Collection

import pytest

from domain.circuit.events import CircuitOrdered
from domain.engine.records import Recorded
from domain.words.structs import as_json
from projections.database import reading, writing
from projections.events_of import Span, Whose, events_of, whole
from projections.rows import remove
from projections.trail import SHAPE
from tests.examples import a_customer
from tests.projections.histories import InMemory, built_from, told
from tests.projections.stories import WORLD as ONE

WORLD = [*ONE, *a_customer("birch", number=2, subscription="birch-prod"), ONE[-1]]

ALL = Span(0, 10**9)
OWNED = ("circuit", "network", "route-filter")


def positions(events: Collection[Recorded]) -> list[int]:
    return [each.position for each in events]


def customers(log: InMemory) -> dict[str, str]:
    """The customer of each stream, told by the events that name one."""
    found: dict[str, str] = {}
    for each in log.told:
        kind, _, id = each.stream.partition("/")
        if kind == "customer":
            found[each.stream] = id
        elif kind in OWNED and each.version == 1:
            found[each.stream] = as_json(each.event)["customer_id"]
    return found


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_the_events_of_each_customer_are_the_logs_own(page: int) -> None:
    log = InMemory(told(WORLD))
    owners = customers(log)
    assert len(set(owners.values())) > 1
    with reading(built_from(log, page=page)) as live:
        for customer in set(owners.values()):
            expected = [each for each in log.told if owners.get(each.stream) == customer]
            assert events_of(live, [Whose("customer_id", customer)], ALL, 1000) == expected


def test_the_events_of_a_provider_are_those_of_its_circuits() -> None:
    log = InMemory(told(WORLD))
    providers = {
        each.stream: each.event.provider
        for each in log.told
        if isinstance(each.event, CircuitOrdered)
    }
    with reading(built_from(log)) as live:
        for provider in set(providers.values()):
            expected = [each for each in log.told if providers.get(each.stream) == provider]
            assert events_of(live, [Whose("provider", provider)], ALL, 1000) == expected
        assert events_of(live, [Whose("provider", "nobody")], ALL, 1000) == []


def test_an_event_of_several_is_there_once_and_in_order() -> None:
    log = InMemory(told(WORLD))
    whose = [Whose("customer_id", each) for each in sorted(set(customers(log).values()))]
    whose += [Whose("subject", "circuit/c1"), Whose("subject", "csp/self")]
    with reading(built_from(log)) as live:
        found = positions(events_of(live, whose, ALL, 1000))
        assert found == sorted(set(found))
        assert {each.position for each in log.told if each.stream == "csp/self"} <= set(found)
        assert positions(events_of(live, whose, ALL, 5)) == found[:5]
        rest = events_of(live, whose, Span(found[2], found[-2]), 1000)
        assert positions(rest) == found[3:-1]


@pytest.mark.parametrize("missing", [1, 2, 900, 2500, 3001])
def test_the_view_is_whole_up_to_what_is_missing(missing: int) -> None:
    log = InMemory(told([*WORLD, *([WORLD[-1]] * (3000 - len(WORLD)))]))
    engine = built_from(log)
    with reading(engine) as live:
        events = live.tables(SHAPE)["events"]
    with writing(engine) as connection:
        remove(connection, events, [(missing,)])
    with reading(engine) as live:
        assert whole(live) == missing - 1
        assert whole(live, since=max(0, missing - 3)) == missing - 1
