"""Dry runs: commands that follow on each other, or each by itself; nothing is written by either."""

from adapters.engine.planning import each_planned, planned
from domain.engine.log import Log
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, arrivals, order, register, submit
from tests.contract.test_workers import a_worker

TWICE = [register("p-1", "globex"), register("p-2", "globex")]


def test_each_is_planned_as_if_the_ones_before_had_been_written(log: Log) -> None:
    told = planned(a_worker(log), arrivals(TWICE), "/tieline").outcomes
    assert [each["data"]["accepted"] for each in told] == [True, False]


def test_each_is_planned_by_itself(log: Log) -> None:
    told = each_planned(a_worker(log), arrivals(TWICE), "/tieline")
    assert [each.outcomes[0]["data"]["accepted"] for each in told] == [True, True]
    assert [each.holds_for["customer/globex"] for each in told] == [0, 0]


def test_what_was_planned_leaves_nothing_behind(log: Log, store: Store) -> None:
    """Neither in the log nor in what the worker remembers, however often it is asked."""
    submit(log, *WORLD)
    worker, mark = a_worker(log), log.mark()
    wanted = arrivals([order("p-1", "c1"), order("p-2", "c1")])
    for _ in range(2):
        told = each_planned(worker, wanted, "/tieline")
        assert [len(each.outcomes[0]["data"]["events"]) > 1 for each in told] == [True, True]
    assert log.mark() == mark
    assert worker.state("circuit/c1") is None
    assert worker.state("location/frankfurt") == log.load("location/frankfurt")[0]
    other = store.open()
    submit(other, order("o-1", "c1"))
    other.close()
    for each in each_planned(worker, wanted, "/tieline"):
        assert each.outcomes[0]["data"]["refusal"]["code"] == "already-exists"
