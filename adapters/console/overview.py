"""The overview: how many circuits stand where, what waits for whom, and what is out of order."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from adapters.console.acting import may_order
from adapters.console.pages import Page, Shown
from adapters.console.seen import visible
from adapters.console.turn import PHASES, Phase, phase_of
from adapters.console.words import Tone, fullness, share
from adapters.http.asked import Asked
from adapters.http.attempts import Attempts
from projections import alarms, changes, circuits, locations, trail
from projections.feed import read_events
from projections.projection import Row
from projections.views import VIEWS

SHOWN: Final = 8
"""Lines of each list; the rest has a page of its own."""


class Filled(NamedTuple):
    """How much of a location's capacity is taken."""

    location: Row
    taken: int
    capacity: int

    @property
    def percent(self) -> int:
        """Of what may be sold."""
        return round(100 * self.taken / self.capacity) if self.capacity else 0

    @property
    def tone(self) -> Tone:
        """How urgent that is."""
        return fullness(self.percent)


def page() -> Page:
    """The page at `/`."""
    return Page("/", _show)


def _show(asked: Asked) -> Shown:
    counts, rates = _circuits(asked)
    total = sum(counts.values())
    filled = _filled(asked)
    running = visible(asked, changes.LISTING, {"running": True}, looks=("now", "service"))
    raised = visible(asked, alarms.LISTING, {"raised": True})
    refused = _refused(asked)
    values = {
        "phases": [(phase, counts[phase], share(counts[phase], total)) for phase in PHASES],
        "total": total,
        "bandwidth": sum(rates.values()),
        "filled": filled[:SHOWN],
        "more_locations": len(filled) - SHOWN,
        "changes": running[:SHOWN],
        "changes_total": len(running),
        "waiting": Counter(each["waits_for"] for each in running),
        "alarms": raised[:SHOWN],
        "alarms_total": len(raised),
        "kinds": Counter(each["alarm"] for each in raised).most_common(),
        "refusals": refused[:SHOWN],
        "refusals_total": len(refused),
        "codes": Counter(each["code"] for each in refused).most_common(4),
        "lags": _lags(asked) if asked.onlooker.sees_everybody else None,
        "may_order": may_order(asked),
    }
    return Shown("overview.html", values)


def _circuits(asked: Asked) -> tuple[Counter[Phase], Counter[Phase]]:
    """How many circuits are in each phase, and their rates added up, as far as they are seen."""
    if asked.onlooker.sees_everybody:
        return _added(circuits.totals(asked.live))
    looks = ("now", "service")
    rows = visible(asked, circuits.LISTING, {"deleted": False}, looks=looks, limit=100_000)
    return _added({**row, "count": 1} for row in rows)


def _added(rows: Iterable[Row]) -> tuple[Counter[Phase], Counter[Phase]]:
    counts: Counter[Phase] = Counter()
    rates: Counter[Phase] = Counter()
    for row in rows:
        if not row["deleted"]:
            counts[phase_of(row)] += row["count"]
            rates[phase_of(row)] += row["bandwidth_mbps"]
    return counts, rates


def _filled(asked: Asked) -> Sequence[Filled]:
    """The locations, the fullest first; everybody with a role sees them."""
    if not asked.onlooker.has_role:
        return []
    found = [filled_of(each) for each in locations.LISTING.every(asked.live)]
    return sorted(found, key=lambda each: -each.percent)


def filled_of(location: Row) -> Filled:
    """How much of a location is taken."""
    pairs: Sequence[Mapping[str, Any]] = location["pairs"]
    taken = sum(each["taken_mbps"] for each in pairs)
    return Filled(location, taken, taken + sum(each["free_mbps"] for each in pairs))


def _refused(asked: Asked) -> Sequence[Row]:
    """The attempts of the last day that were refused, the newest first, as far as one may be told
    of them.
    """
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    found = trail.latest_refusals(asked.live, since, asked.world.cell)
    if not asked.onlooker.looks_at_csp("then"):
        looks = asked.onlooker.at({each["subject"] for each in found})
        attempts = Attempts(asked)
        theirs = [each for each in found if "then" in looks[each["subject"]]]
        told = [attempts.seen(each["subject"], each) for each in theirs]
        found = [each for each in told if each]
    return [{**each, **each["data"]["refusal"]} for each in found]


def _lags(asked: Asked) -> Sequence[tuple[str, int]]:
    """The views, each with how many events it is behind the log."""
    end = asked.world.log.mark().position
    reached = ((view.shape, asked.live.checkpoint(view.shape)) for view in VIEWS)
    return [(shape.name, max(0, end - read_events(place))) for shape, place in reached]
