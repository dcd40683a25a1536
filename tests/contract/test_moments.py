"""States as of a moment: folded from a stream's events up to it, over every store."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.circuit.state import CIRCUIT
from domain.customer.state import CUSTOMER
from domain.engine.log import Log
from domain.engine.records import folded
from projections import moment as module
from projections.moment import Moment
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, order, submit
from tests.projections.histories import time_at
from tests.projections.planting import plant
from tests.projections.stories import WORLD as STORY_WORLD
from tests.projections.stories import a_teardown_first

CIRCUITS = ("c1", "c1.r2", "nowhere")


@pytest.fixture(params=[1, 500])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", request.param)


def expected(log: Log, last: int) -> Mapping[str, Any]:
    """The circuits' states by the events up to a position."""
    states = {
        id: folded(stream, [each for each in log.events(stream) if each.position <= last])
        for id, stream in ((id, CIRCUIT.stream(id)) for id in CIRCUITS)
    }
    return {id: state for id, state in states.items() if state is not None}


@pytest.mark.usefixtures("page")
def test_as_of_every_time_they_are_as_they_were(log: Log) -> None:
    events = plant(log, STORY_WORLD, a_teardown_first("c1"))
    for last in range(len(events) + 1):
        assert Moment(log, time_at(last)).states(CIRCUIT, CIRCUITS) == expected(log, last)


def test_before_the_first_event_nothing_is_there(log: Log) -> None:
    submit(log, *WORLD)
    assert Moment(log, "2020-01-01T00:00:00.000000Z").states(CUSTOMER, ["acme"]) == {}
    assert Moment(log).states(CUSTOMER, []) == {}


def test_now_is_where_the_log_ended_as_the_reading_began(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    submit(log, order("m-1", "c1"))
    moment, other = Moment(log), store.open()
    submit(other, order("m-2", "c2"))
    other.close()
    customer = moment.states(CUSTOMER, ["acme"])["acme"]
    assert list(customer.circuits) == ["c1"]
    assert list(moment.states(CIRCUIT, ["c1", "c2"])) == ["c1"]
    assert list(Moment(log).states(CIRCUIT, ["c1", "c2"])) == ["c1", "c2"]
