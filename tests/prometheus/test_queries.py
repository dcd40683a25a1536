"""Every query of the dashboard and the alerts, sent to a Prometheus that scraped a real run."""

from collections.abc import Generator

import pytest

from tests.observe.deployed import (
    Query,
    alert_queries,
    alerts,
    panel_queries,
    without_thresholds,
)
from tests.prometheus.watching import Prometheus, a_run, watched
from tests.servers.shared import SharedPostgres

WINDOW = "60s"

LOOKED_AT = [part for query in alert_queries() for part in without_thresholds(query, WINDOW)]


@pytest.fixture(scope="module")
def prometheus(
    kafka: str,
    postgres: SharedPostgres,
    prometheus_program: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Prometheus]:
    folder = tmp_path_factory.mktemp("run")
    with (
        postgres.a_database() as database,
        a_run(kafka, database, folder) as run,
        watched(run, prometheus_program, folder) as prometheus,
    ):
        assert prometheus.wait_for("count(up == 1) == 6"), "not every part answers"
        run.load()
        yield prometheus


def named(query: Query) -> str:
    return query.where


@pytest.mark.parametrize("query", panel_queries(WINDOW), ids=named)
def test_a_panel_shows_something(prometheus: Prometheus, query: Query) -> None:
    assert prometheus.wait_for(query.text), query.text


@pytest.mark.parametrize("query", LOOKED_AT, ids=named)
def test_an_alert_looks_at_something(prometheus: Prometheus, query: Query) -> None:
    assert prometheus.wait_for(query.text), query.text


def test_the_parts_tell_what_happened(prometheus: Prometheus) -> None:
    """The series exist, and their numbers are the load's."""
    for outcome in ("accepted", "already-exists", "repeated"):
        assert prometheus.wait_for(f'tieline_commands_total{{outcome="{outcome}"}} > 0'), outcome
    assert prometheus.wait_for("tieline_dead_records_total == 1")
    assert prometheus.wait_for('tieline_relay_behind{what="events"} == 0')
    assert prometheus.wait_for('min(tieline_view_events_total{view="customers"}) > 100')


@pytest.mark.parametrize("part", ["engine", "relay", "process", "project", "http"])
def test_a_part_is_ready(prometheus: Prometheus, part: str) -> None:
    assert prometheus.wait_for(f'tieline_ready{{job="tieline-{part}"}} == 1')
    assert prometheus.wait_for(f'tieline_alive{{job="tieline-{part}"}} == 1')


def test_nobody_has_anything_left_to_read(prometheus: Prometheus) -> None:
    """At rest there is no lag; otherwise the alerts would report a reader that is stuck."""
    assert prometheus.wait_for("sum(tieline_consumer_lag_records) == 0"), prometheus.ask(
        "tieline_consumer_lag_records > 0"
    )


def test_a_run_raises_no_alert_but_that_of_its_dead_record(prometheus: Prometheus) -> None:
    rules = prometheus.rules()
    assert {rule["name"] for rule in rules} == {rule["alert"] for rule in alerts()}
    assert {rule["health"] for rule in rules} == {"ok"}
    raised = {rule["name"] for rule in rules if rule["state"] == "firing"}
    assert raised <= {"TielineDeadRecords"}
