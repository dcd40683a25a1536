"""What the files in deploy/ ask of Prometheus: the panels' queries and the alerts' conditions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import promql_parser as promql
import yaml

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
PROMETHEUS: Final = DEPLOY / "prometheus"
DASHBOARD: Final = DEPLOY / "grafana" / "dashboards" / "tieline.json"

_COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})


class Query(NamedTuple):
    """A query, and where it is written."""

    where: str
    text: str


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana reads it."""
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels, without its rows."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    """The alerts of all groups."""
    groups = read_yaml("alerts.yml")["groups"]
    return [rule for group in groups for rule in group["rules"]]


def read_yaml(name: str) -> dict[str, Any]:
    """One of Prometheus's files."""
    return cast("dict[str, Any]", yaml.safe_load((PROMETHEUS / name).read_text(encoding="utf-8")))


def panel_queries(window: str = "1m") -> list[Query]:
    """The panels' queries, for all cells, with rates over `window`."""
    return [
        Query(f"{panel['title']} ({target['refId']})", _filled(target["expr"], window))
        for panel in panels()
        for target in panel["targets"]
    ]


def alert_queries() -> list[Query]:
    """The alerts' queries."""
    return [Query(rule["alert"], rule["expr"]) for rule in alerts()]


def without_thresholds(query: Query, window: str) -> list[Query]:
    """An alert's query without thresholds, split at `or` and `unless`, with rates over `window`."""
    parsed = promql.transform(promql.parse(query.text), post_visit=_without_threshold)
    texts = [part.prettify() for part in _looked_at(parsed)]
    return [
        Query(f"{query.where} {number}", _with_window(text, window))
        for number, text in enumerate(texts, 1)
    ]


def selectors(query: Query) -> Iterator[Any]:
    """The series that a query reads."""
    found: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql.VectorSelector):
            found.append(node)

    promql.walk(promql.parse(query.text), pre_visit=visit)
    return iter(found)


def _filled(text: str, window: str) -> str:
    """A query as Grafana fills it in before it sends it."""
    return text.replace("$__rate_interval", window).replace("$cell", ".*")


def _without_threshold(node: Any) -> Any:
    if (
        isinstance(node, promql.BinaryExpr)
        and str(node.op) in _COMPARISONS
        and isinstance(node.rhs, promql.NumberLiteral)
    ):
        return node.lhs
    return None


def _looked_at(node: Any) -> list[Any]:
    if isinstance(node, promql.ParenExpr):
        return _looked_at(node.expr)
    if isinstance(node, promql.Call) and node.func.name == "label_replace":
        return _looked_at(node.args[0])
    if isinstance(node, promql.BinaryExpr) and str(node.op) in ("or", "unless"):
        return _looked_at(node.lhs) + _looked_at(node.rhs)
    if isinstance(node, promql.Call) and node.func.name == "absent":
        return [node.args[0]]
    return [node]


def _with_window(text: str, window: str) -> str:
    for written in ("15m", "10m", "5m"):
        text = text.replace(f"[{written}", f"[{window}")
    return text.replace(":30s]", ":1s]")
