"""The files in deploy/ query only what parts expose, and tell operators what to do."""

import re
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from adapters.observe.health import Health
from adapters.observe.metrics import OF_PART, registry_of
from tests.observe.deployed import (
    DEPLOY,
    Query,
    alert_queries,
    alerts,
    dashboard,
    panel_queries,
    panels,
    read_yaml,
    selectors,
    without_thresholds,
)

QUERIES = [*panel_queries(), *alert_queries()]
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"

SCRAPED = {"job", "instance", "cell"}
"""Labels that Prometheus itself puts on every series."""


def each(queries: Iterable[Query]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("query", queries, ids=lambda query: query.where)


def exposed() -> dict[str, set[str]]:
    """Every series that parts expose, and its labels."""
    series: dict[str, set[str]] = {"up": set()}
    for part, metrics in OF_PART.items():
        health = Health(part, ("kafka",))
        for family in registry_of(part, "1.2.3", "/test", health).collect():
            for sample in family.samples:
                series.setdefault(sample.name, set()).update(sample.labels)
        for metric in metrics:
            for name, labels in _series_of(metric):
                series.setdefault(name, set()).update(labels)
    return series


def _series_of(metric: MetricWrapperBase) -> Iterable[tuple[str, set[str]]]:
    """The series that a metric will have; a labelled metric has none before it is used."""
    (family,) = metric.describe()
    labels: set[str] = set(getattr(metric, "_labelnames"))  # noqa: B009 - nothing public tells them
    match family.type:
        case "counter":
            yield f"{family.name}_total", labels
        case "histogram":
            yield f"{family.name}_bucket", labels | {"le"}
            yield f"{family.name}_sum", labels
            yield f"{family.name}_count", labels
        case _:
            yield family.name, labels


EXPOSED = exposed()


@each(QUERIES)
def test_a_query_is_one_and_reads_what_parts_expose(query: Query) -> None:
    read = list(selectors(query))
    assert read, "the query reads nothing"
    for selector in read:
        assert selector.name in EXPOSED, f"{selector.name} is exposed by no part"
        for matcher in selector.matchers.matchers:
            assert matcher.name in EXPOSED[selector.name] | SCRAPED


@each(QUERIES)
def test_a_query_groups_by_labels_that_are_there(query: Query) -> None:
    def check(node: Any) -> None:
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            there = set(SCRAPED)
            for selector in selectors(Query("", node.expr.prettify())):
                there |= EXPOSED[selector.name]
            assert set(node.modifier.labels) <= there

    promql.walk(promql.parse(query.text), pre_visit=check)


@each(panel_queries())
def test_a_panel_shows_the_cells_that_were_chosen(query: Query) -> None:
    for selector in selectors(query):
        assert "cell" in {matcher.name for matcher in selector.matchers.matchers}


@pytest.mark.parametrize("part", OF_PART)
def test_everything_a_part_exposes_is_shown(part: str) -> None:
    shown = {selector.name for query in panel_queries() for selector in selectors(query)}
    for metric in OF_PART[part]:
        assert {name for name, _ in _series_of(metric)} & shown, f"{metric} is in no panel"


def test_thresholds_can_be_left_out() -> None:
    query = Query("x", "min by (a) (x) > 0 and on (a) rate(y[5m]) == 0 unless on (a) z == 1")
    texts = [each.text for each in without_thresholds(query, "20s")]
    assert [re.sub(r"\s+", " ", text) for text in texts] == [
        "min by (a) (x) and on (a) rate(y[20s])",
        "z",
    ]


# --- alerts ---------------------------------------------------------------------------------------


def names_of(rules: Iterable[dict[str, Any]]) -> list[str]:
    return [rule["alert"] for rule in rules]


@pytest.mark.parametrize("alert", alerts(), ids=names_of(alerts()))
def test_an_alert_says_what_is_wrong_and_where_help_is(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in ("page", "ticket")
    told = alert["annotations"]
    assert set(told) == {"summary", "description", "runbook_url"}
    assert len(told["summary"]) < 100
    file, _, anchor = told["runbook_url"].partition("#")
    assert file == "docs/operations.md"
    assert anchor in headings(OPERATIONS.read_text(encoding="utf-8"))


def headings(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_alert_is_tested_raised_and_quiet() -> None:
    asked = [
        test for case in read_yaml("alerts_test.yml")["tests"] for test in case["alert_rule_test"]
    ]
    raised = {test["alertname"] for test in asked if test.get("exp_alerts")}
    quiet = {test["alertname"] for test in asked if not test.get("exp_alerts")}
    assert raised == quiet == set(names_of(alerts()))


def test_alerts_have_names_of_their_own() -> None:
    names = names_of(alerts())
    assert len(set(names)) == len(names)


# --- Prometheus and Grafana -----------------------------------------------------------------------


def test_every_kind_of_part_is_scraped() -> None:
    jobs = read_yaml("prometheus.yml")["scrape_configs"]
    assert {job["job_name"] for job in jobs} == {
        f"tieline-{part}" for part in OF_PART if part != "serve"
    }
    for job in jobs:
        (found,) = job["dns_sd_configs"]
        assert [f"tieline-{name}" for name in found["names"]] == [job["job_name"]]


def test_panels_have_ids_titles_and_room_of_their_own() -> None:
    board = dashboard()["panels"]
    assert len({panel["id"] for panel in board}) == len(board)
    assert len({panel["title"] for panel in panels()}) == len(panels())
    for one, other in combinations([panel["gridPos"] for panel in board], 2):
        assert (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )


def test_the_rows_are_those_of_the_system() -> None:
    rows = [panel["title"] for panel in dashboard()["panels"] if panel["type"] == "row"]
    assert rows == ["Commands", "Engine", "Relay", "Views", "Processes", "Health", "HTTP"]


@pytest.mark.parametrize(
    "file", sorted(DEPLOY.rglob("*.yml")), ids=lambda file: str(file.relative_to(DEPLOY))
)
def test_every_file_is_yaml(file: Path) -> None:
    assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)
