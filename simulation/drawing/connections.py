"""What joins circuits to networks and to each other: connections and what allows them, peers."""

from typing import Any, Final

from domain.circuit.state import Circuit
from domain.network.state import Network
from simulation.drawing.known import NOWHERE, Asked, Draws, Known


def _issue(known: Known) -> Asked:
    circuit = known.circuit(fits=_may_connect)
    theirs = known.authorizations.setdefault(circuit, [])
    again = theirs and known.chance.happens(0.15)
    id = known.chance.one(theirs) if again else f"a{known.number()}"
    data = {"authorization_id": id}
    theirs.append(id)
    if known.chance.happens(0.2):
        data["subscription_id"] = f"{known.whose(circuit) or NOWHERE}-dev"
    return Asked("issue-authorization", f"circuit/{circuit}", data)


def _authorized(known: Known, share: float) -> str:
    """A circuit: in that share of cases one that has an authorization, the latest of all."""
    issued = list(known.authorizations)
    is_one = issued and known.chance.happens(share)
    return issued[-1] if is_one else known.circuit(fits=_may_connect)


def _authorization(known: Known, circuit: str) -> str:
    theirs = known.authorizations.get(circuit)
    return known.chance.one(theirs[-3:]) if theirs else NOWHERE


def _revoke(known: Known) -> Asked:
    circuit = _authorized(known, 0.7)
    data = {"authorization_id": _authorization(known, circuit)}
    return Asked("revoke-authorization", f"circuit/{circuit}", data)


def _connect(known: Known) -> Asked:
    circuit = _authorized(known, 0.4)
    seen, is_authorized = known.seen(circuit), known.authorizations.get(circuit)

    def needs_none(network: Network) -> bool:
        return seen is not None and network.subscription_id == seen.subscription_id

    has = _anything if is_authorized else needs_none
    data: dict[str, Any] = {"network_id": known.network(known.whose(circuit), has)}
    if is_authorized and known.chance.happens(0.7):
        data["authorization_id"] = _authorization(known, circuit)
    if known.chance.happens(0.5):
        data["weight"] = known.chance.between(0, 32_000)
    return Asked("connect-network", f"circuit/{circuit}", data)


def _disconnect(known: Known) -> Asked:
    circuit = known.circuit(fits=_connects)
    seen = known.seen(circuit)
    there = sorted(seen.connections) if seen else []
    data = {"network_id": known.mostly(there, known.network(known.whose(circuit)))}
    return Asked("disconnect-network", f"circuit/{circuit}", data)


def _peer(known: Known) -> Asked:
    circuit = known.circuit(fits=_may_peer)
    others = [known.circuit(known.whose(circuit), _may_peer) for _ in range(3)]
    data = {"other_circuit_id": next((each for each in others if each != circuit), circuit)}
    return Asked("peer-circuits", f"circuit/{circuit}", data)


def _unpeer(known: Known) -> Asked:
    circuit = known.circuit(fits=_peers)
    seen = known.seen(circuit)
    there = sorted(seen.peer_circuits) if seen else []
    data = {"other_circuit_id": known.mostly(there, known.circuit(known.whose(circuit)))}
    return Asked("unpeer-circuits", f"circuit/{circuit}", data)


def _anything(_: Network) -> bool:
    return True


def _may_connect(circuit: Circuit) -> bool:
    return circuit.running is None and circuit.peering("private") is not None


def _may_peer(circuit: Circuit) -> bool:
    return _may_connect(circuit) and circuit.tier != "local"


def _connects(circuit: Circuit) -> bool:
    return circuit.running is None and bool(circuit.connections)


def _peers(circuit: Circuit) -> bool:
    return circuit.running is None and bool(circuit.peer_circuits)


DRAWS: Final[Draws] = {
    "issue-authorization": (2.5, _issue),
    "revoke-authorization": (1.5, _revoke),
    "connect-network": (6, _connect),
    "disconnect-network": (1.5, _disconnect),
    "peer-circuits": (3, _peer),
    "unpeer-circuits": (1.2, _unpeer),
}
"""The commands about connections."""
