"""Histories to look at: events as recorded, a log of them in memory, stories of changes."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine

from domain.circuit.events import (
    BandwidthDecreased,
    CarriedOver,
    ChangeAbandoned,
    CircuitDeleted,
    CircuitOrdered,
    CircuitPlaced,
    DecreaseStarted,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRequested,
    PeeringConfigured,
    PeeringSwitch,
    Provisioned,
    ProvisioningBegun,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.customer.events import CircuitAttached, CircuitDetached
from domain.decisions import Written
from domain.location.events import CapacityReleased, CapacityTaken
from domain.log import Log, Mark
from domain.outcomes import Outcome, Stored
from domain.records import Recorded
from domain.refusals import refused
from domain.words import Event, Strategy, format_time
from projections.database import opened
from projections.projection import Row, View
from projections.runner import Runner
from projections.views import VIEWS
from tests.examples import ORDER, PEERING, a_world

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
OTHER_KEY = "99999999-3435-4637-b839-616263646566"


def time_at(position: int) -> str:
    """An event's time: its position in seconds after nine."""
    return format_time(START + timedelta(seconds=position))


def told(*facts: Written | Iterable[Written]) -> list[Recorded]:
    """Events as the log records them, one a second."""
    versions: dict[str, int] = {}
    events: list[Recorded] = []
    for position, (stream, event) in enumerate(_flat(facts), start=1):
        version = versions[stream] = versions.get(stream, 0) + 1
        events.append(
            Recorded(
                position,
                stream,
                version,
                time_at(position),
                "user:owner",
                f"cause-{position}",
                "correlation",
                None,
                None,
                event,
            )
        )
    return events


def _flat(facts: Iterable[Any]) -> Iterable[Written]:
    for fact in facts:
        if isinstance(fact, tuple):
            yield cast(Written, fact)
        else:
            yield from _flat(fact)


@dataclass
class InMemory:
    """As much of a log as views read, over events that were told."""

    told: Sequence[Recorded]
    refused: Sequence[tuple[int, Stored]] = ()
    asked: list[Collection[str]] = field(default_factory=list[Collection[str]])

    @property
    def log(self) -> Log:
        """It stands for a log here."""
        return cast(Log, self)

    def mark(self) -> Mark:
        last = max((place for place, _ in self.refused), default=0)
        return Mark(len(self.told), last, (0, 0))

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        self.asked.append(kinds)
        events = self.told[after:upto]
        return [each for each in events if not kinds or each.event.kind in kinds][:limit]

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        return [each for each in self.told if each.stream == stream][after:upto]

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        return [each for each in self.refused if each[0] > after][:limit]


def a_refusal(
    place: int, position: int, subject: str | None, code: str = "x", **facts: Any
) -> tuple[int, Stored]:
    """A refused attempt that stands after an event, with its place among all outcomes."""
    key = place.to_bytes(16, "big")
    outcome = Outcome(
        key,
        f"command-{place}",
        subject,
        f"command-{place}",
        time_at(position),
        refusal=refused(code, **facts),
        actor="user:eve",
        source="/test",
        type="tieline.command.order-circuit.v1",
    )
    return place, Stored(key, b"", position, 0, outcome.body())


def built(*facts: Written | Iterable[Written]) -> Engine:
    """A database in memory with all views of these events."""
    return built_from(InMemory(told(*facts)))


def built_from(log: InMemory, views: Sequence[View] = VIEWS, page: int = 1000) -> Engine:
    engine = opened("sqlite://")
    Runner(engine, log.log, views, page).catch_up()
    return engine


class Shelf:
    """A view's tables as plain dicts, rows kept as JSON: applies any events in any pages."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.tables = view.shape.tables(1)
        self.rows: dict[str, dict[Any, str]] = {name: {} for name in self.tables}

    def apply(self, events: Sequence[Recorded]) -> None:
        """One page."""
        kinds = self.view.kinds
        events = [each for each in events if kinds is None or each.event.kind in kinds]
        work = self.view.work(self._fetch, events)
        for each in events:
            work.apply(each)
        for name, rows in work.written().items():
            for row in rows:
                assert set(row) == {column.name for column in self.tables[name].columns}
                self.rows[name][self._key(name, row)] = json.dumps(row)

    def _fetch(self, name: str, keys: Collection[Any]) -> Iterable[Row]:
        rows = self.rows[name]
        return [json.loads(rows[key]) for key in keys if key in rows]

    def _key(self, name: str, row: Mapping[str, Any]) -> Any:
        columns = [column.name for column in self.tables[name].primary_key.columns]
        return row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns)


def up_to(facts: Sequence[Written], kind: type[Event], stream: str | None = None) -> list[Written]:
    """The history up to and with the last event of a kind (on a stream)."""
    last = max(
        place
        for place, (where, event) in enumerate(facts)
        if isinstance(event, kind) and stream in {None, where}
    )
    return list(facts[: last + 1])


def a_peering(**fields: Any) -> PeeringConfigured:
    """A private peering, enabled."""
    said: dict[str, Any] = {**PEERING, "state": "enabled", **fields}
    return PeeringConfigured(**said)


def _started(strategy: Strategy, old: str) -> list[Written]:
    started = DecreaseStarted(
        change_id="down-1",
        from_mbps=500,
        bandwidth_mbps=200,
        strategy=strategy,
        auto_proceed=True,
        successor=f"{old}.r2",
        customer_id="acme",
        location_id="frankfurt",
    )
    return [(f"circuit/{old}", a_peering()), (f"circuit/{old}", started)]


def _torn_down(id: str, released: int) -> list[Written]:
    stream = f"circuit/{id}"
    return [
        (stream, DeprovisioningRequested()),
        (stream, DeprovisioningBegun()),
        (stream, Deprovisioned()),
        (
            "location/frankfurt",
            CapacityReleased(
                circuit_id=id, provider="colt", pair="pair-1", bandwidth_mbps=released
            ),
        ),
        (stream, CircuitDeleted()),
    ]


def _succeeded(strategy: Strategy, old: str) -> list[Written]:
    successor, customer = f"{old}.r2", "customer/acme"
    stream = f"circuit/{successor}"
    said: dict[str, Any] = {**ORDER, "bandwidth_mbps": 200}
    ordered = CircuitOrdered(
        **said,
        profile="current",
        replaces=old,
        change_id="down-1",
        strategy=strategy,
    )
    place = {"subscription_id": "acme-prod", "location_id": "frankfurt"}
    taken = CapacityTaken(circuit_id=successor, provider="colt", pair="pair-1", bandwidth_mbps=200)
    placed = CircuitPlaced(
        pair="pair-1", primary="pair-1-a", secondary="pair-1-b", service_key=OTHER_KEY
    )
    state = "enabled" if strategy == "teardown-first" else "disabled"
    return [
        (stream, ordered),
        (customer, CircuitDetached(circuit_id=old)),
        (customer, CircuitAttached(circuit_id=successor, **place)),
        *([("location/frankfurt", taken)] if strategy == "replace-first" else []),
        (stream, placed),
        (stream, ProvisioningBegun()),
        (stream, Provisioned()),
        (stream, a_peering(state=state)),
        (stream, CarriedOver(change_id="down-1", replaces=old)),
    ]


def _switch(state: Any) -> list[PeeringSwitch]:
    return [PeeringSwitch(routing_domain="private", state=state, validation_pending=False)]


def _switched(old: str) -> list[Written]:
    over: dict[str, Any] = {"change_id": "down-1", "replaced_by": f"{old}.r2"}
    return [
        (f"circuit/{old}", SwitchedOver(**over, peerings=_switch("disabled"))),
        (f"circuit/{old}.r2", SwitchedOver(**over, peerings=_switch("enabled"))),
    ]


def _finished(old: str, event: Event) -> list[Written]:
    return [(f"circuit/{old}", event), (f"circuit/{old}.r2", event)]


def _decreased(old: str) -> list[Written]:
    done = BandwidthDecreased(change_id="down-1", bandwidth_mbps=200, replaced_by=f"{old}.r2")
    return _finished(old, done)


def a_teardown_first(old: str = "c1") -> list[Written]:
    """From 500 to 200 Mbit/s by teardown and recreate, start to end."""
    return [
        *_started("teardown-first", old),
        *_torn_down(old, 300),
        *_succeeded("teardown-first", old),
        *_decreased(old),
    ]


def a_replace_first(old: str = "c1") -> list[Written]:
    """From 500 to 200 Mbit/s with the successor beside the old circuit, start to end."""
    return [
        *_started("replace-first", old),
        *_succeeded("replace-first", old),
        *_switched(old),
        *_torn_down(old, 500),
        *_decreased(old),
    ]


def a_revert(old: str = "c1") -> list[Written]:
    """A replace-first that was abandoned after the switch, and everything back."""
    abandoned = ChangeAbandoned(change_id="down-1", reason="too slow", reverting=True)
    back = [
        (f"circuit/{old}", Reverted(change_id="down-1", peerings=_switch("enabled"))),
        (f"circuit/{old}.r2", Reverted(change_id="down-1", peerings=_switch("disabled"))),
    ]
    return [
        *_started("replace-first", old),
        *_succeeded("replace-first", old),
        *_switched(old),
        (f"circuit/{old}", abandoned),
        *back,
        *_torn_down(f"{old}.r2", 200),
        *_finished(old, RevertFinished(change_id="down-1")),
    ]


WORLD = a_world()
