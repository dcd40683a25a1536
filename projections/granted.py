"""Whose rows somebody can see at all, as conditions of a query.

They narrow lists before rights are asked of each row: no more rows are read than may be theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, or_, select

from domain.bandwidth_change.successors import line_of
from projections import circuits, customers
from projections.listing import same_subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import ColumnElement, Table

    from projections.database import Live

MOST_SCOPES: Final = 50
"""Scopes by which circuits are narrowed; somebody with more is shown whole customers' to sift."""


def granting(live: Live, principal: str) -> Collection[str]:
    """The ids of the customers that have granted somebody a role."""
    roles = live.tables(customers.SHAPE)["roles"].c
    query = select(roles.customer_id).distinct().where(roles.principal == principal)
    return [row["customer_id"] for row in live.rows(query)]


def granted_to(principal: str) -> Callable[[Table, Live], ColumnElement[bool]]:
    """The rows of any view that are of a customer that has granted somebody a role; a provider's
    circuits as well. Of circuits those alone that lie in the scopes of the roles, or may do so.
    """
    kind, _, name = principal.partition(":")

    def such(table: Table, live: Live) -> ColumnElement[bool]:
        theirs = _of_grants(principal, table, live)
        if kind == "provider" and "provider" in table.c:
            return or_(theirs, table.c.provider == name)
        return theirs

    return such


def of_circuits_granted_to(principal: str) -> Callable[[Table, Live], ColumnElement[bool]]:
    """The rows of any view that are of such a circuit."""

    def such(table: Table, live: Live) -> ColumnElement[bool]:
        circuit = live.tables(circuits.SHAPE)["circuits"]
        theirs = granted_to(principal)(circuit, live)
        if table is circuit:
            return theirs
        return table.c.circuit_id.in_(select(circuit.c.circuit_id).where(theirs))

    return such


def _of_grants(principal: str, table: Table, live: Live) -> ColumnElement[bool]:
    roles = live.tables(customers.SHAPE)["roles"].c
    granting = select(roles.customer_id).where(roles.principal == principal)
    theirs = table.c.customer_id.in_(granting)
    if "circuit_id" not in table.c or "subscription_id" not in table.c:
        return theirs
    scoped = select(roles.scope).where(roles.principal == principal, roles.scope != "")
    scopes = [row["scope"] for row in live.rows(scoped.distinct().limit(MOST_SCOPES + 1))]
    if len(scopes) > MOST_SCOPES:
        return theirs
    whole = table.c.customer_id.in_(granting.where(roles.scope == ""))
    return or_(whole, and_(theirs, _may_lie_in(table, scopes)))


def _may_lie_in(table: Table, scopes: Collection[str]) -> ColumnElement[bool]:
    """The circuits of subscriptions, and circuits with all that their successors are called."""
    circuit = table.c.circuit_id
    return or_(
        same_subscription(table.c.subscription_id, scopes),
        circuit.in_(scopes),
        *(circuit.startswith(f"{line_of(each)}.r", autoescape=True) for each in sorted(scopes)),
    )
