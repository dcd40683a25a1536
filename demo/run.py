"""Running the generated year through the engine, week by week, and counting what came of it."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.words.messages import Message

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded
    from projections.database import Live


@dataclass
class Tally:
    """What a run has done so far; times in seconds."""

    submitted: int = 0
    decided: int = 0
    """Commands decided, including those that the network and the process sent."""
    deciding: float = 0.0
    viewing: float = 0.0

    @property
    def per_second(self) -> int:
        """Commands decided and recorded in a second, reactions included, views not."""
        return round(self.decided / self.deciding) if self.deciding else 0


def run(parts: "Embedded", weeks: Iterable[list[Message]], advance: Callable[[int], None]) -> Tally:
    """Let each week settle before the next begins: commands that follow from a provider's answer
    are in a later week.
    """
    tally = Tally()
    parts.catch_up = _timed(parts.catch_up, tally)
    before = parts.worker.log.last_outcome()
    for week in weeks:
        lines = [json.dumps(command) for command in week]
        started, viewed = time.perf_counter(), tally.viewing
        tally.submitted += len(parts.submit(lines))
        parts.settle()
        tally.deciding += time.perf_counter() - started - (tally.viewing - viewed)
        advance(1)
    tally.decided = parts.worker.log.last_outcome() - before
    return tally


def _timed(catch_up: Callable[[], None], tally: Tally) -> Callable[[], None]:
    def timed() -> None:
        started = time.perf_counter()
        catch_up()
        tally.viewing += time.perf_counter() - started

    return timed


@dataclass(frozen=True)
class Figures:
    """The closing page: counts, rates in Mbit/s."""

    customers: int
    circuits: list[dict[str, Any]]
    locations: list[dict[str, Any]]
    changes: dict[str, int]
    refusals: dict[str, int]
    hanging: dict[str, int]
    """How many there are of what hangs on circuits."""
    alarms: list[dict[str, Any]]
    events: int


def figures(live: "Live", events: int) -> Figures:
    """The figures, read from the views as anybody could read them."""
    from projections import (  # noqa: PLC0415 - heavy
        alarms,
        changes,
        circuits,
        customers,
        locations,
        trail,
    )

    return Figures(
        customers=sum(each["count"] for each in customers.totals(live)),
        circuits=[dict(each) for each in circuits.totals(live)],
        locations=sorted(
            (dict(each) for each in locations.capacity(live)),
            key=lambda each: (-each["taken_mbps"], each["location_id"]),
        ),
        changes=_ends(changes.totals(live)),
        refusals=dict(trail.refusals_by_code(live)),
        hanging=dict(_hanging(live)),
        alarms=[dict(each) for each in alarms.totals(live)],
        events=events,
    )


def _hanging(live: "Live") -> Iterator[tuple[str, int]]:
    """Networks, filters, and what they hang on, as far as none of it was removed."""
    from sqlalchemy import func, select  # noqa: PLC0415 - heavy

    from projections import circuits, networks, route_filters  # noqa: PLC0415 - heavy

    of_networks, of_filters = live.tables(networks.SHAPE), live.tables(route_filters.SHAPE)
    of_circuits = live.tables(circuits.SHAPE)["circuits"]
    counted = {
        "networks": select(of_networks["networks"]).where(~of_networks["networks"].c.deleted),
        "connections": select(of_networks["connections"]),
        "route_filters": select(of_filters["route_filters"]).where(
            ~of_filters["route_filters"].c.deleted
        ),
        "filtered_peerings": select(of_filters["attached_to"]),
        "drifting_circuits": select(of_circuits).where(of_circuits.c.drifting),
    }
    for name, query in counted.items():
        found = live.rows(select(func.count().label("count")).select_from(query.subquery()))
        yield name, next(iter(found))["count"]


def _ends(totals: Iterable[Any]) -> dict[str, int]:
    """The number of changes by how they ended; others are scheduled, running or stalled."""
    counts: dict[str, int] = {}
    for each in totals:
        open_one = "stalled" if each["stalled"] else "running"
        end = each["ended"] or ("scheduled" if each["kind"] == "scheduled" else open_one)
        counts[end] = counts.get(end, 0) + each["count"]
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def peak_mib() -> int:
    """The most memory this process ever held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
