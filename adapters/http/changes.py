"""Changes of bandwidth, alarms and drift over all circuits: each row for those who see its circuit.

Of a change the provider of its circuits sees what it needs; of alarms and drift nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.pages import PAGED, listed, page
from adapters.http.problems import missing
from adapters.http.provided import provided_change
from adapters.http.queries import Parse, flag, moment, of_kind, text
from domain.decider.looks import Look
from projections import alarms, changes, drift
from projections import question_shapes as shapes
from projections.granted import of_circuits_granted_to

if TYPE_CHECKING:
    from projections.database import Live
    from projections.listing import After, Listing
    from projections.projection import Row

OF_CHANGES: Final[Mapping[str, Parse]] = {
    name: of_kind(kind) for name, kind in changes.LISTING.filters.items()
}
OF_ALARMS: Final[Mapping[str, Parse]] = {
    "circuit_id": text,
    "customer_id": text,
    "kind": of_kind(alarms.LISTING.filters["alarm"]),
    "all": flag,
}
_OF_DRIFT: Final[Mapping[str, Parse]] = {
    name: text for name in drift.LISTING.filters if name != "drifting"
}


def questions() -> list[Question]:
    """About all circuits together."""
    return [
        Question(
            "/v1/changes",
            _changes,
            "Changes of bandwidth, those that have ended included.",
            {**OF_CHANGES, **PAGED},
            shapes.Change,
        ),
        Question(
            "/v1/changes/{circuit}/{change_id}",
            _change,
            "One change: its steps done and to come, and who is waited for since when.",
            answers=shapes.ChangeCourse,
        ),
        Question(
            "/v1/alarms",
            _alarms,
            "The alarms that are raised; with `all` those that were cleared, too.",
            {**OF_ALARMS, "as_of": moment, **PAGED},
            shapes.Alarm,
        ),
        Question(
            "/v1/drift",
            _drift,
            "Fields that the network side sees other than they are recorded.",
            {**_OF_DRIFT, "as_of": moment, **PAGED},
            shapes.DriftOfCircuit,
        ),
    ]


def _changes(asked: Asked) -> Response:
    filters = {name: value for name, value in asked.given.items() if name in OF_CHANGES}
    listing = narrowed(asked, changes.LISTING)
    read = listed(lambda after, limit: listing.page(asked.live, filters, after=after, limit=limit))
    return page(asked, read, partial(seen_of_circuits, asked, "now", provided_change))


def _change(asked: Asked) -> Response:
    return answer(change_of(asked))


def change_of(asked: Asked) -> "Row":
    """The change that is asked for, as the caller may see it. A change is named by its old circuit,
    and seen by those who see that. Raises Problem.
    """
    circuit, change_id = asked.named("circuit"), asked.named("change_id")
    stream = f"circuit/{circuit}"
    looks = asked.onlooker.at([stream])[stream]
    row = changes.show(asked.live, circuit, change_id) if looks else None
    if row is None or not looks & {"now", "service"}:
        raise missing(f"change {change_id} of circuit {circuit}")
    return row if "now" in looks else provided_change(row)


def _alarms(asked: Asked) -> Response:
    as_of, listing = asked.given.get("as_of"), alarms.LISTING
    if as_of is None:
        return _alarms_from(asked, asked.live, narrowed(asked, listing), "now")
    with asked.world.views_then(as_of, *listing.shapes) as live:
        return _alarms_from(asked, live, listing, "then")


def _drift(asked: Asked) -> Response:
    """As it was is read from the circuits that ever drifted, not from all of them."""
    filters = {name: value for name, value in asked.given.items() if name in _OF_DRIFT}
    as_of, live = asked.given.get("as_of"), asked.live
    listing = narrowed(asked, drift.LISTING)

    def read(after: "After | None", limit: int) -> "Sequence[drift.Entry]":
        if as_of is None:
            return drift.entries(listing, live, filters, after, limit)
        return drift.entries_as_of(asked.world.log, as_of, filters, after)[:limit]

    look: Look = "now" if as_of is None else "then"
    return page(asked, read, partial(seen_of_circuits, asked, look, None), str, int)


def _alarms_from(asked: Asked, live: "Live", listing: "Listing", look: Look) -> Response:
    names = {"circuit_id": "circuit_id", "customer_id": "customer_id", "kind": "alarm"}
    filters = {names[name]: value for name, value in asked.given.items() if name in names}
    if not asked.given.get("all"):
        filters["raised"] = True
    read = listed(lambda after, limit: listing.page(live, filters, after=after, limit=limit))
    return page(asked, read, partial(seen_of_circuits, asked, look, None))


def narrowed(asked: Asked, listing: "Listing") -> "Listing":
    """A list, of circuits alone of which somebody may see anything."""
    if asked.onlooker.sees_everybody:
        return listing
    return listing.only(of_circuits_granted_to(asked.onlooker.principal))


def seen_of_circuits(
    asked: Asked,
    look: Look,
    reduced: "Callable[[Row], Row] | None",
    rows: "Sequence[Row]",
) -> "Sequence[Row | None]":
    """Rows of circuits, each as those see it who look at its circuit so."""
    looks = asked.onlooker.at({f"circuit/{row['circuit_id']}" for row in rows})
    seen: list[Row | None] = []
    for row in rows:
        allowed = looks[f"circuit/{row['circuit_id']}"]
        if look in allowed:
            seen.append(row)
        else:
            seen.append(reduced(row) if reduced and "service" in allowed else None)
    return seen
