"""Whose a prefix is, and which peering uses it: the parts of the CSP's view that tell of addresses.

A row has the first and the last address of its prefix as text that sorts as the addresses do, so
that the database finds what overlaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, select

from projections.parts import Part
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.csp import events
    from domain.words.prefix import Prefix
    from projections.parts import Edit
    from projections.projection import Row, Tables

HOLDINGS: Final = Part("holdings", ("prefix", "customer_id"))
"""Claims and confirmations; those of the CSP itself have an empty customer_id, as a key column
can't be null.
"""
USES: Final = Part("uses", ("circuit_id", "routing_domain", "prefix", "is_link"))
"""What public and microsoft peerings use: the subnets of their links, and what they advertise."""


def tables_of(name: str) -> Tables:
    """The tables of both parts, for a view of this name."""
    holdings = Table(
        f"{name}_holdings",
        MetaData(),
        Column("csp_id", TEXT, primary_key=True),
        Column("prefix", TEXT, primary_key=True),
        Column("customer_id", TEXT, primary_key=True),
        Column("confirmed", Boolean, nullable=False),
        Column("origin_asn", Integer),
        Column("first", TEXT, nullable=False),
        Column("last", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    uses = Table(
        f"{name}_uses",
        MetaData(),
        Column("csp_id", TEXT, primary_key=True),
        Column("circuit_id", TEXT, primary_key=True),
        Column("routing_domain", TEXT, primary_key=True),
        Column("prefix", TEXT, primary_key=True),
        Column("is_link", Boolean, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("given", Boolean, nullable=False),
        Column("first", TEXT, nullable=False),
        Column("last", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    return {"holdings": holdings, "uses": uses}


def query(table: Table, overlapping: Prefix | None) -> Any:
    """The rows of one of the tables, all of them or those that overlap a prefix, by address."""
    found = select(table).order_by(table.c.first, table.c.last.desc(), *table.primary_key)
    if overlapping is None:
        return found
    span = _span(overlapping)
    return found.where(table.c.first <= span["last"], table.c.last >= span["first"])


def told(holdings: Iterator[Row], uses: Iterator[Row]) -> Iterator[Row]:
    """What is known of prefixes: first whose they are, then who uses them."""
    for each in holdings:
        yield {
            "prefix": each["prefix"],
            "state": "confirmed" if each["confirmed"] else "claimed",
            "customer_id": each["customer_id"] or None,
            "origin_asn": each["origin_asn"],
            "circuit_id": None,
            "routing_domain": None,
        }
    for each in uses:
        yield {
            "prefix": each["prefix"],
            "state": "link" if each["is_link"] else "given" if each["given"] else "advertised",
            "customer_id": each["customer_id"],
            "origin_asn": None,
            "circuit_id": each["circuit_id"],
            "routing_domain": each["routing_domain"],
        }


def _span(prefix: Prefix) -> dict[str, str]:
    """The first and the last address of a prefix, as text in their order."""
    family = prefix.version
    return {"first": f"{family}{prefix.first:032x}", "last": f"{family}{prefix.last:032x}"}


def _held(event: events.PrefixHeld) -> Sequence[Edit]:
    said = {"confirmed": event.confirmed, "origin_asn": event.origin_asn, **_span(event.prefix)}
    return [HOLDINGS.put(event.prefix.text, event.customer_id or "", **said)]


def _freed(event: events.PrefixFreed) -> Sequence[Edit]:
    return [HOLDINGS.remove(event.prefix.text, event.customer_id or "")]


def _used(event: events.AddressesUsed) -> Sequence[Edit]:
    """A peering's uses are told anew as a whole."""
    peering, given = (event.circuit_id, event.routing_domain), set(event.given)
    uses = [(each, True) for each in event.subnets] + [(each, False) for each in event.prefixes]
    puts = [
        USES.put(
            *peering,
            prefix.text,
            is_link,
            customer_id=event.customer_id,
            given=not is_link and prefix in given,
            **_span(prefix),
        )
        for prefix, is_link in uses
    ]
    return [USES.remove(*peering), *puts]


def _unused(event: events.AddressesFreed) -> Sequence[Edit]:
    return [USES.remove(event.circuit_id, event.routing_domain)]


EDITS: Final = {
    "tieline.csp.prefix-held.v1": _held,
    "tieline.csp.prefix-freed.v1": _freed,
    "tieline.csp.addresses-used.v1": _used,
    "tieline.csp.addresses-freed.v1": _unused,
}
