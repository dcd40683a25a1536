"""What hangs on a circuit, in the view of circuits: authorizations, connected networks, peer
circuits, the routes that are advertised on its private peering, and the alarms that are raised.

Contract, second part, "Views".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Column, Integer, MetaData, Table

from projections.parts import Part
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from domain.circuit import alarm_events, connection_events, events
    from projections.parts import Edit
    from projections.projection import Row

AUTHORIZATIONS: Final = Part("authorizations", ("authorization_id",))
CONNECTIONS: Final = Part("connections", ("network_id",))
PEERS: Final = Part("peer_circuits", ("other_circuit_id",))
ROUTES: Final = Part("advertised_routes", ("routing_domain",))
ALARMS: Final = Part("raised_alarms", ("alarm",))
PARTS: Final = (AUTHORIZATIONS, CONNECTIONS, PEERS, ROUTES, ALARMS)


def tables(name: str) -> dict[str, Table]:
    """The child tables of the table of that name."""
    return {
        "authorizations": _part(name, AUTHORIZATIONS, Column("state", TEXT, nullable=False)),
        "connections": _part(
            name,
            CONNECTIONS,
            Column("authorization_id", TEXT),
            Column("weight", Integer, nullable=False),
        ),
        "peer_circuits": _part(name, PEERS),
        "advertised_routes": _part(name, ROUTES, Column("prefixes", JSON, nullable=False)),
        "raised_alarms": _part(
            name,
            ALARMS,
            Column("since", TEXT, nullable=False),
            Column("cause", TEXT, nullable=False),
            Column("acknowledged_by", TEXT),
        ),
    }


def _part(name: str, part: Part, *columns: Column[Any]) -> Table:
    return Table(
        f"{name}_{part.table}",
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        *(Column(each, TEXT, primary_key=True) for each in part.key),
        *columns,
        Column("version", Integer, nullable=False),
    )


def rendered(row: Row) -> Row:
    """The lists of the contract, by the names that they have there."""
    used_by = {each["authorization_id"]: each["network_id"] for each in row["connections"]}
    authorizations = [
        {
            "authorization_id": (id := each["authorization_id"]),
            "state": each["state"],
            "network_id": used_by.get(id),
        }
        for each in row["authorizations"]
    ]
    connections = [
        {name: each[name] for name in ("network_id", "authorization_id", "weight")}
        for each in row["connections"]
    ]
    return {
        "authorizations": authorizations,
        "connections": connections,
        "peer_circuits": [each["other_circuit_id"] for each in row["peer_circuits"]],
    }


def alarms_of(row: Row) -> Sequence[Row]:
    """The alarms that are raised, in that order."""
    shown = ("alarm", "since", "cause", "acknowledged_by")
    return [{name: each[name] for name in shown} for each in row["raised_alarms"]]


def with_routes(row: Row) -> Sequence[Row]:
    """The peerings of a circuit, each with the routes that are advertised on it."""
    routes = {each["routing_domain"]: each["prefixes"] for each in row["advertised_routes"]}
    return [
        {**each, "advertised_routes": routes.get(each["routing_domain"], [])}
        if each["routing_domain"] == "private"
        else {**each, "advertised_routes": None}
        for each in row["peerings"]
    ]


def _issued(event: connection_events.AuthorizationIssued) -> Sequence[Edit]:
    return [AUTHORIZATIONS.put(event.authorization_id, state="available")]


def _used(event: connection_events.AuthorizationUsed) -> Sequence[Edit]:
    return [AUTHORIZATIONS.amend(event.authorization_id, state="used")]


def _revoked(event: connection_events.AuthorizationRevoked) -> Sequence[Edit]:
    return [AUTHORIZATIONS.amend(event.authorization_id, state="revoked")]


def _connected(event: connection_events.NetworkConnected) -> Sequence[Edit]:
    by, weight = event.authorization_id, event.weight
    return [CONNECTIONS.put(event.network_id, authorization_id=by, weight=weight)]


def _disconnected(event: connection_events.NetworkDisconnected) -> Sequence[Edit]:
    return [CONNECTIONS.remove(event.network_id)]


def _peered(event: connection_events.CircuitPeered) -> Sequence[Edit]:
    return [PEERS.put(event.other_circuit_id)]


def _unpeered(event: connection_events.CircuitUnpeered) -> Sequence[Edit]:
    return [PEERS.remove(event.other_circuit_id)]


def _advertised(event: connection_events.RoutesAdvertised) -> Sequence[Edit]:
    prefixes = [str(each) for each in event.prefixes]
    return [ROUTES.put(event.routing_domain, prefixes=prefixes)]


def _alarm_raised(event: alarm_events.AlarmRaised) -> Sequence[Edit]:
    return [ALARMS.put(event.alarm, since=event.since, cause=event.cause, acknowledged_by=None)]


def _alarm_acknowledged(event: alarm_events.AlarmAcknowledged) -> Sequence[Edit]:
    return [ALARMS.amend(event.alarm, acknowledged_by=event.acknowledged_by)]


def _alarm_cleared(event: alarm_events.AlarmCleared) -> Sequence[Edit]:
    return [ALARMS.remove(event.alarm)]


def _peering_removed(event: events.PeeringRemoved) -> Sequence[Edit]:
    return [ROUTES.remove(event.routing_domain)]


EDITS: Final[Mapping[str, Callable[[Any], Sequence[Edit]]]] = {
    "tieline.circuit.authorization-issued.v1": _issued,
    "tieline.circuit.authorization-used.v1": _used,
    "tieline.circuit.authorization-revoked.v1": _revoked,
    "tieline.circuit.network-connected.v1": _connected,
    "tieline.circuit.network-disconnected.v1": _disconnected,
    "tieline.circuit.peered.v1": _peered,
    "tieline.circuit.unpeered.v1": _unpeered,
    "tieline.peering.routes-advertised.v1": _advertised,
    "tieline.peering.removed.v1": _peering_removed,
    "tieline.alarm.raised.v1": _alarm_raised,
    "tieline.alarm.acknowledged.v1": _alarm_acknowledged,
    "tieline.alarm.cleared.v1": _alarm_cleared,
}
"""What an event does to the rows of the child tables."""
