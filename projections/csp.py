"""The view of the CSP itself, which is there from the start: the roles of its own staff, and whose
each prefix is.

Other events of csp/self only move its version. Prefixes are many, so they are asked for apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Integer, MetaData, Table

from projections import prefixes as addresses
from projections.fold import Fold
from projections.listing import Listing
from projections.parts import Part
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.csp import events
    from domain.words.prefix import Prefix
    from projections.database import Live
    from projections.parts import Edit

SELF: Final = "self"
"""The id of the only CSP there is."""

ROLES: Final = Part("roles", ("principal", "role"))
PARTS: Final = (ROLES, addresses.HOLDINGS, addresses.USES)


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_csp_{generation}"
    csp = Table(
        name,
        MetaData(),
        Column("csp_id", TEXT, primary_key=True),
        Column("last_encapsulation_id", Integer, nullable=False),
        Column("version", Integer, nullable=False),
    )
    roles = Table(
        f"{name}_roles",
        MetaData(),
        Column("csp_id", TEXT, primary_key=True),
        Column("principal", TEXT, primary_key=True),
        Column("role", TEXT, primary_key=True),
        Column("version", Integer, nullable=False),
    )
    return {"csp": csp, "roles": roles, **addresses.tables_of(name)}


SHAPE: Final = Shape("csp", 1, _tables)


def show(live: Live, csp_id: str) -> Row | None:
    """The CSP, before any event too; None for any other id."""
    found = LISTING.show(live, csp_id)
    unwritten = FOLD.unwritten(csp_id)
    return found or (unwritten and rendered(unwritten))


def prefixes(live: Live, overlapping: Prefix | None) -> Iterator[Row]:
    """Whose prefixes are and who uses them, by address: all of them, or what overlaps one."""
    tables = live.tables(SHAPE)
    found = [live.rows(addresses.query(tables[n], overlapping)) for n in ("holdings", "uses")]
    return addresses.told(*found)


def rendered(row: Row) -> Row:
    """The CSP as JSON; its roles in the order in which they were granted."""
    return {
        "csp_id": row["csp_id"],
        "last_encapsulation_id": row["last_encapsulation_id"],
        "roles": [{"principal": each["principal"], "role": each["role"]} for each in row["roles"]],
        "version": row["version"],
    }


LISTING: Final = Listing(
    SHAPE,
    columns=("csp_id", "last_encapsulation_id", "version"),
    filters={},
    rendered=rendered,
    parts=(ROLES,),
)


def _at_first(id: str) -> Row | None:
    return {"csp_id": id, "last_encapsulation_id": 0, "version": 0} if id == SELF else None


def _allocated(row: Row, event: events.EncapsulationIdAllocated) -> None:
    row["last_encapsulation_id"] = event.encapsulation_id


def _role_granted(event: events.CspRoleGranted) -> Sequence[Edit]:
    return [ROLES.put(event.principal, event.role)]


def _role_revoked(event: events.CspRoleRevoked) -> Sequence[Edit]:
    return [ROLES.remove(event.principal, event.role)]


def _passed_over(row: Row, event: object) -> None:
    """Only the version moves."""


FOLD: Final = Fold(
    "csp",
    "csp",
    "csp_id",
    first={},
    then={"tieline.csp.encapsulation-id-allocated.v1": _allocated},
    parts=PARTS,
    edits={
        "tieline.csp.role-granted.v1": _role_granted,
        "tieline.csp.role-revoked.v1": _role_revoked,
        **addresses.EDITS,
    },
    initial=_at_first,
    otherwise=_passed_over,
)
