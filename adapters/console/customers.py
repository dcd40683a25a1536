"""Customers: their list, and each with what it holds, uses and may do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.console.acting import has_right
from adapters.console.filling_more import new_of
from adapters.console.lately import lately
from adapters.console.lists import Shape, rows_of
from adapters.console.offers import of_customer, offered
from adapters.console.pages import Page, Shown
from adapters.console.seen import listed
from adapters.console.turn import PHASES, Phase, phase_of
from adapters.console.words import Tone, fullness, share
from adapters.http.asked import Asked
from adapters.http.nouns import found, listing_of, parameters_of
from adapters.http.problems import missing
from adapters.http.queries import flag
from projections import circuits
from projections.customer_report import report
from projections.isolation import isolation
from projections.projection import Row

SHAPE: Final = Shape(
    "customer",
    filters=("subscription_id", "model", "isolation"),
    columns=(("customer_id", "Customer"),),
)

MOST_CIRCUITS: Final = 20
MOST_LIMITS: Final = 12
"""Circuits and limits that are shown at first; the fullest limits come first."""


class Added(NamedTuple):
    """Circuits added up."""

    circuits: int
    bandwidth_mbps: int


class Used(NamedTuple):
    """What is used of a limit."""

    limit: str
    used: int
    allowed: int

    @property
    def percent(self) -> int:
        """Of what may be used."""
        part = round(100 * self.used / self.allowed) if self.allowed else 100
        return max(part, 1) if self.used else part

    @property
    def tone(self) -> Tone:
        """How urgent that is."""
        return fullness(self.percent)


def pages() -> Sequence[Page]:
    """The pages of customers."""
    return (
        Page("/customers", _list, parameters_of("customer", listing_of("customer"))),
        Page("/customers/{id}", _show, {"limits": flag}),
        Page("/customers/{id}/isolation", _isolation),
    )


def _list(asked: Asked) -> Shown:
    rows, values = rows_of(SHAPE, asked)
    totals = circuits.totals_by(asked.live, "customer_id", [each["customer_id"] for each in rows])
    shown = [(row, added(totals.get(row["customer_id"], ()))) for row in rows]
    return Shown("customers.html", {**values, "rows": shown, "new": new_of(asked, "customer")})


def added(totals: Iterable[Row]) -> Added:
    """Some totals in one."""
    counted = list(totals)
    return Added(
        sum(each["count"] for each in counted), sum(each["bandwidth_mbps"] for each in counted)
    )


def _show(asked: Asked) -> Shown:
    """Whoever sees a customer sees all of it: a role within a scope does not reach it."""
    customer = found("customer", listing_of("customer"), asked)
    id = customer["customer_id"]
    stream = f"customer/{id}"
    told = None if customer["deleted"] else report(asked.world.log, id)
    used = _limits(told)
    shown = used if asked.given.get("limits") else used[:MOST_LIMITS]
    theirs = listed(asked, "circuit", limit=MOST_CIRCUITS, customer_id=id)
    values = {
        "customer": customer,
        "phases": _phases(asked, id),
        "report": told,
        "circuits": [(each, phase_of(each)) for each in theirs.rows],
        "has_more_circuits": theirs.has_more,
        "networks": listed(asked, "network", limit=MOST_CIRCUITS, customer_id=id).rows,
        "limits": shown,
        "hidden_limits": len(used) - len(shown),
        "is_staff": asked.onlooker.looks_at_csp("now"),
        "lately": lately(asked, stream, customer["version"]),
        "actions": offered(asked, stream, of_customer(asked, customer)),
        "may_register_network": has_right(asked, id, "operate"),
        "json": f"/v1/customers/{id}",
    }
    return Shown("customer.html", values)


def _phases(asked: Asked, customer_id: str) -> Sequence[tuple[Phase, int, float]]:
    """How many circuits are in each phase, and which share of all."""
    counts: Counter[Phase] = Counter()
    for each in circuits.totals_by(asked.live, "customer_id", [customer_id]).get(customer_id, ()):
        counts[phase_of(each)] += each["count"]
    total = sum(counts.values())
    return [(phase, counts[phase], share(counts[phase], total)) for phase in PHASES if total]


def _limits(told: Mapping[str, Any] | None) -> Sequence[Used]:
    """What is used of each limit, the fullest first."""
    used = [Used(**each) for each in (told["limits"] if told else ())]
    return sorted(used, key=lambda each: (-each.percent, each.limit))


def _isolation(asked: Asked) -> Shown:
    """What the whole log says of one customer, for the CSP alone; read when it is asked for."""
    customer = found("customer", listing_of("customer"), asked)
    id = customer["customer_id"]
    if not asked.onlooker.looks_at_csp("now"):
        raise missing(f"page {asked.request.url.path}")
    told = isolation(asked.world.log, id)
    assert told is not None, "the customer is there"
    return Shown("isolation.html", {"customer": customer, "report": told})
