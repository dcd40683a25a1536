"""What is called by some words, or begins so: circuits, customers, locations, networks, route
filters, changes; of each what the reader may see.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from sqlalchemy import ColumnElement, Table, or_, select

from adapters.console.steps import headline, standing_of
from adapters.console.words import rate
from adapters.http.asked import Asked
from projections import changes, circuits, customers, locations, networks, route_filters
from projections.granted import granted_to, of_circuits_granted_to
from projections.projection import Shape

MOST: Final = 25
"""Hits of each kind; of more, the first."""

_READ: Final = 8 * MOST
"""Rows that are read of each kind, to find so many that the reader may see."""


class Hit(NamedTuple):
    """Something that was found."""

    kind: str
    id: str
    href: str
    about: str
    names: Sequence[str] = ()
    """What else it is called by, beside its id."""

    def is_called(self, words: str) -> bool:
        """Whether it has exactly this name."""
        return words.lower() in [name.lower() for name in (self.id, *self.names) if name]

    def begins(self, words: str) -> bool:
        """Whether one of its names begins so."""
        names = [name for name in (self.id, *self.names) if name]
        return any(name.lower().startswith(words.lower()) for name in names)


def hits(asked: Asked, words: str) -> list[Hit]:
    """Everything that is called so or begins so, and that the reader may see."""
    kinds = (_circuits, _customers, _locations, _networks, _filters, _changes)
    return [hit for kind in kinds for hit in list(kind(asked, words))[:MOST]]


def _circuits(asked: Asked, words: str) -> Iterator[Hit]:
    """By id and service key; by customer and subscription for those who see these."""
    names = ("circuit_id", "service_key", "customer_id", "subscription_id")
    rows = _beginning(asked, circuits.SHAPE, words, names, granted_to)
    looks = asked.onlooker.at([f"circuit/{row['circuit_id']}" for row in rows])
    for row in rows:
        id, allowed = row["circuit_id"], looks[f"circuit/{row['circuit_id']}"]
        sees_all = "now" in allowed
        whose = f"{row['customer_id']} · " if sees_all else ""
        about = f"{whose}{row['location_id']} · {rate(row['bandwidth_mbps'])}"
        hit = Hit("circuit", id, _address("circuits", id), about, [row["service_key"] or ""])
        if sees_all or ("service" in allowed and hit.begins(words)):
            yield hit


def _customers(asked: Asked, words: str) -> Iterator[Hit]:
    """By id, and by the name, which several may have."""
    rows = _beginning(asked, customers.SHAPE, words, ("customer_id", "name"), granted_to)
    looks = asked.onlooker.at([f"customer/{row['customer_id']}" for row in rows])
    for row in rows:
        id = row["customer_id"]
        if "now" in looks[f"customer/{id}"]:
            yield Hit("customer", id, _address("customers", id), row["name"])


def _locations(asked: Asked, words: str) -> Iterator[Hit]:
    """Everybody with a role sees them."""
    if asked.onlooker.has_role:
        for row in _beginning(asked, locations.SHAPE, words, ("location_id",), None):
            id, providers = row["location_id"], ", ".join(row["providers"])
            yield Hit("location", id, _address("locations", id), providers)


def _networks(asked: Asked, words: str) -> Iterator[Hit]:
    for row in _things(asked, networks.SHAPE, words, "network"):
        id, spaces = row["network_id"], ", ".join(row["address_space"])
        about = f"{row['customer_id']} · {spaces}"
        yield Hit("network", id, _address("networks", id), about)


def _filters(asked: Asked, words: str) -> Iterator[Hit]:
    for row in _things(asked, route_filters.SHAPE, words, "route-filter"):
        id = row["route_filter_id"]
        yield Hit("route filter", id, f"/v1/route-filters/{quote(id, safe='')}", row["customer_id"])


def _changes(asked: Asked, words: str) -> Iterator[Hit]:
    """By their own ids: by its circuit's, the circuit is found."""
    rows = _beginning(asked, changes.SHAPE, words, ("change_id",), of_circuits_granted_to)
    looks = asked.onlooker.at([f"circuit/{row['circuit_id']}" for row in rows])
    for row in rows:
        circuit_id, id = row["circuit_id"], row["change_id"]
        if looks[f"circuit/{circuit_id}"] & {"now", "service"}:
            about = f"{circuit_id} · {headline(row)} · {standing_of(row).words}"
            yield Hit(
                "change", id, f"{_address('changes', circuit_id)}/{quote(id, safe='')}", about
            )


def _things(asked: Asked, shape: Shape, words: str, noun: str) -> Iterator[Mapping[str, Any]]:
    """Those of a noun's things that the reader may see as they are, found by their id."""
    key = f"{noun.replace('-', '_')}_id"
    rows = _beginning(asked, shape, words, (key,), granted_to)
    looks = asked.onlooker.at([f"{noun}/{row[key]}" for row in rows])
    return (row for row in rows if "now" in looks[f"{noun}/{row[key]}"])


_Granted = Callable[[str], Callable[[Table, Any], ColumnElement[bool]]]


def _beginning(
    asked: Asked,
    shape: Shape,
    words: str,
    names: Sequence[str],
    granted: _Granted | None,
) -> Sequence[Mapping[str, Any]]:
    """Rows of a view's own table in which one of these columns begins so, of what may be the
    reader's.
    """
    table = asked.live.tables(shape)[shape.name]
    begins = [table.c[name].istartswith(words, autoescape=True) for name in names]
    query = select(table).where(or_(*begins)).order_by(*table.primary_key.columns)
    if granted and not asked.onlooker.sees_everybody:
        query = query.where(granted(asked.onlooker.principal)(table, asked.live))
    return list(asked.live.rows(query.limit(_READ)))


def _address(plural: str, id: str) -> str:
    return f"/{plural}/{quote(id, safe='')}"
