"""Views in the log's own file, beside a worker that writes it."""

import json
from pathlib import Path
from typing import Any

from adapters.clocks import SetClock
from adapters.engine.worker import Worker
from adapters.log import open_log
from domain.decider.states import Terms
from projections import circuits, locations, trail
from projections.database import reading
from projections.feed import LogFeed
from projections.rebuild import rebuild, verify
from projections.runner import Runner
from projections.time_travel import show_at_version
from projections.views import VIEWS
from tests.doors import a_door
from tests.examples import ORDER, PEERING
from tests.projections.histories import opened, time_at

DATABASES = ("sqlite",)

PAIR = {"name": "pair-1", "primary": "r1", "secondary": "r2", "capacity_mbps": 10000}
COMMANDS: list[tuple[str, str, dict[str, Any]]] = [
    ("register-customer", "customer/acme", {"name": "Acme", "model": "connect-through"}),
    ("add-subscription", "customer/acme", {"subscription_id": "acme-prod"}),
    ("open-location", "location/frankfurt", {"providers": ["colt"], "routers": [PAIR]}),
    ("configure-peering", "circuit/c1", PEERING),
    ("order-circuit", "circuit/c1", ORDER),
    ("order-circuit", "circuit/c1", ORDER),
    ("order-circuit", "circuit/c2", {**ORDER, "bandwidth_mbps": 300}),
    ("nonsense", "circuit/c1", {}),
]


def lines() -> list[str]:
    return [
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"c-{number}",
                "source": "/test",
                "type": f"tieline.command.{verb}.v1",
                "subject": subject,
                "data": data,
            }
        )
        for number, (verb, subject, data) in enumerate(COMMANDS)
    ]


def test_a_worker_and_its_views_share_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tieline.db'}"
    log, engine = open_log(url), opened(url)
    worker = Worker(log, Terms("user:owner"), SetClock(time_at(0)))
    runner = Runner(engine, LogFeed(log), VIEWS, page=3)
    for line in lines():
        worker.handle(a_door().from_lines([line]))
        runner.catch_up()
    rebuild(engine, LogFeed(log), VIEWS)
    assert all(comparison.equal for comparison in verify(engine, LogFeed(log), VIEWS))
    with reading(engine) as live:
        circuit: Any = circuits.show(live, "c1")
        location: Any = locations.show(live, "frankfurt")
        entries = list(trail.trail(live, "circuit/c1", "/tieline"))
    assert (circuit["pair"], location["pairs"][0]["taken_mbps"]) == ("pair-1", 500)
    assert [entry["type"].split(".", 1)[1] for entry in entries] == [
        "outcome.refused.v1",
        "circuit.ordered.v1",
        "circuit.placed.v1",
        "outcome.refused.v1",
        "outcome.refused.v1",
    ]
    codes = [entry["data"].get("refusal", {}).get("code") for entry in entries]
    assert codes == ["not-found", None, None, "already-exists", "unknown-command"]
    assert show_at_version(log, "circuit", "c1", 2) == circuit
    log.close()


def test_a_worker_goes_on_while_views_are_rebuilt(tmp_path: Path) -> None:
    """What is recorded between the pages of a rebuild is in the rebuilt view."""
    url = f"sqlite:///{tmp_path / 'tieline.db'}"
    log, engine = open_log(url), opened(url)
    worker = Worker(log, Terms("user:owner"), SetClock(time_at(0)))
    runner = Runner(engine, LogFeed(log), VIEWS)
    left = iter(lines())
    worker.handle(a_door().from_lines([next(left)]))
    runner.catch_up()

    def meanwhile(_: int) -> None:
        for line in left:
            worker.handle(a_door().from_lines([line]))
            runner.catch_up()
            break

    rebuild(engine, LogFeed(log), VIEWS, meanwhile, page=1)
    assert all(status.generation == 2 for status in runner.status())
    runner.catch_up()
    assert all(comparison.equal for comparison in verify(engine, LogFeed(log), VIEWS))
    log.close()
