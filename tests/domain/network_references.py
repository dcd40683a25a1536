"""Every reference is known on both sides, after every command: also in the middle of a decrease.

Contract, second part, "While a decrease runs", says what names what meanwhile.
"""

from typing import Final

from domain.bandwidth_change.change import Decrease
from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.drift import FIELDS
from domain.circuit.observation_events import DriftCleared, DriftRaised
from domain.circuit.state import Circuit
from tests.domain.network_world import Hanging, NetworkWorld, hanging_on

NOTHING: Final = Hanging({}, frozenset(), frozenset(), (), None)


def connections_are_on_both_sides(world: NetworkWorld) -> None:
    """A circuit and a network name each other, and the network knows where the circuit is."""
    at = {each.circuit_id: each.location_id for each in world.circuits}
    circuits = {(c.circuit_id, id): c.location_id for c in world.circuits for id in c.connections}
    networks = {
        (id, n.network_id): where for n in world.networks for id, where in n.connections.items()
    }
    assert circuits == networks
    assert all(at[id] == where for (id, _), where in networks.items())


def links_and_peers_are_on_both_sides(world: NetworkWorld) -> None:
    """Each names the other; a peer circuit is known with its location."""
    links = {(each.network_id, other) for each in world.networks for other in each.links}
    assert links == {(other, one) for one, other in links}
    circuits = {each.circuit_id: each for each in world.circuits}
    peers = {(each.circuit_id, other) for each in world.circuits for other in each.peer_circuits}
    assert peers == {(other, one) for one, other in peers}
    for one, other in peers:
        assert circuits[one].peer_circuits[other].location_id == circuits[other].location_id


def filters_are_on_both_sides(world: NetworkWorld) -> None:
    """A peering names its filter, the filter the circuit; one that was removed names none."""
    peerings = {
        (circuit.circuit_id, peering.routing_domain, peering.route_filter_id)
        for circuit in world.circuits
        for peering in circuit.peerings
        if peering.route_filter_id
    }
    used = {(id, do, f.route_filter_id) for f in world.filters for id, do in f.attached.items()}
    assert peerings == used
    assert not any(each.attached for each in world.filters if each.removed_at)


def authorizations_stand_behind_connections(world: NetworkWorld) -> None:
    """A connection's is used, and for its subscription; each is behind one connection at most."""
    networks = {each.network_id: each for each in world.networks}
    for circuit in world.circuits:
        used: list[str] = []
        for id, connection in circuit.connections.items():
            theirs, by = networks[id].subscription_id, connection.authorization_id
            if by is None:
                assert theirs == circuit.subscription_id
                continue
            authorization = circuit.authorizations[by]
            assert authorization.state == "used"
            assert authorization.subscription_id in (None, theirs)
            used.append(by)
        assert len(set(used)) == len(used)


def customers_know_what_is_theirs(world: NetworkWorld) -> None:
    """Circuits, networks and filters; how many count in each subscription."""
    for customer in world.customers:
        id = customer.customer_id
        networks = {
            each.network_id: each.subscription_id
            for each in world.networks
            if each.customer_id == id and not each.removed_at
        }
        assert dict(customer.networks) == networks
        filters = [each for each in world.filters if each.customer_id == id and not each.removed_at]
        assert set(customer.route_filters) == {each.route_filter_id for each in filters}
        attached = customer.circuits
        for circuit in world.circuits:
            if circuit.customer_id == id and not (circuit.removed_at or circuit.running):
                place = attached[circuit.circuit_id]
                where = place.subscription_id, place.location_id
                assert where == (circuit.subscription_id, circuit.location_id)
        for key, count in customer.networks_in.items():
            assert count == list(networks.values()).count(key)


def nothing_is_lost_while_a_decrease_runs(world: NetworkWorld) -> None:
    """What hung on the circuit hangs on it or on its successor as a whole, but for connections
    whose authorization was revoked; filters may be on both.
    """
    for old, new, began in world.running():
        change = old.running
        assert isinstance(change, Decrease)
        on_old, left = hanging_on(old), _without_revoked(began, old)
        on_new = hanging_on(new) if new else NOTHING
        assert on_old.peerings == began.peerings
        both = [_moves(on_old), _moves(on_new)]
        assert both in ([_moves(left), _moves(NOTHING)], [_moves(NOTHING), _moves(left)])
        assert on_old.filters | on_new.filters == left.filters
        if new and new.peerings and not change.reverting:
            assert (on_new.peerings, on_new.encryption) == (began.peerings, began.encryption)
            assert new.authorizations == old.authorizations


def _moves(hanging: Hanging) -> tuple[dict[str, str | None], frozenset[str]]:
    """What is on one circuit of a change at a time."""
    return hanging.connections, hanging.peers


def what_ended_has_everything(world: NetworkWorld) -> None:
    """A decrease that ended, or was given up, has left everything on one circuit; a successor that
    was given up has no authorization to give.
    """
    for ended in world.ended:
        circuit = world.circuit(ended.circuit_id)
        assert circuit is not None
        assert hanging_on(circuit) == _without_revoked(ended.began, circuit)
        if ended.how == "reverted":
            given_up = [each for each in world.circuits if each.replaces == ended.circuit_id]
            left = [each.state for one in given_up for each in one.authorizations.values()]
            assert set(left) <= {"revoked"}


def nothing_hangs_on_what_is_deleted(world: NetworkWorld) -> None:
    """Once no change runs."""
    for circuit in world.circuits:
        if circuit.removed_at and not circuit.running:
            filters = [each.route_filter_id for each in circuit.peerings if each.route_filter_id]
            hanging = [*filters, *circuit.connections, *circuit.peer_circuits]
            assert hanging == [], circuit.circuit_id


def _without_revoked(began: Hanging, circuit: Circuit) -> Hanging:
    kept = {
        id: by
        for id, by in began.connections.items()
        if by is None or circuit.authorizations[by].state != "revoked"
    }
    return began._replace(connections=kept)


def alarms_and_drift_are_raised_by_turns(world: NetworkWorld) -> None:
    """Once per circuit and kind until cleared; the state says the same; what ended has none. The
    alarm of drift is raised only while something drifts.
    """
    raised: dict[tuple[str, str], bool] = {}
    for each in world.log:
        match each.event:
            case AlarmRaised(alarm=kind) | DriftRaised(field=kind):
                assert (each.stream, kind) not in raised, kind
                if kind == "drift":
                    assert any((each.stream, field) in raised for field in FIELDS)
                raised[each.stream, kind] = False
            case AlarmAcknowledged(alarm=kind):
                assert raised[each.stream, kind] is False
                raised[each.stream, kind] = True
            case AlarmCleared(alarm=kind) | DriftCleared(field=kind):
                del raised[each.stream, kind]
            case _:
                continue
    assert raised == {
        (f"circuit/{each.circuit_id}", kind): kind in each.acknowledged
        for each in world.circuits
        for kind in (*each.alarms, *each.drift)
    }
    for circuit in world.circuits:
        if circuit.removed_at:
            assert set(circuit.alarms) <= ({"step-overdue"} if circuit.running else set())


def drift_is_alarmed_at_rest(world: NetworkWorld) -> None:
    """Whoever cleared the alarm meanwhile, and however far the alarm process was behind."""
    for circuit in world.circuits if world.at_rest else ():
        if not circuit.removed_at:
            assert ("drift" in circuit.alarms) == bool(circuit.drift), circuit.circuit_id
