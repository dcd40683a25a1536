"""What goes on in the world to look at: changes that wait, stall and have ended, alarms, and what
hangs on a circuit.
"""

from typing import Any, Final

from tests.http.serving import Caller
from tests.waiting import until

PEERING: Final[dict[str, Any]] = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.0.0.0/30",
    "secondary_subnet": "10.0.0.4/30",
}
WRONG_KEYS: Final = 5
"""Steps of the provider in a row with a wrong key, after which an alarm is raised."""

_CONSENT: Final = {"accept_interruption": True}
_DRIFT: Final = {"bandwidth_mbps": 150}


def going_on(owner: Caller) -> None:
    """Begin it all, then wait for each to come to where it stays."""
    _hanging(owner)
    _alarms(owner)
    waits(owner, "acme-ams-1", "down", bandwidth_mbps=200)
    later = {"bandwidth_mbps": 500, "not_before": "2099-01-05T22:00:00Z", "change_id": "later"}
    owner.done("circuits/initech-par-1/change-bandwidth", {**later, **_CONSENT})
    changed(owner, "initech-fra-1", "up", bandwidth_mbps=500)
    changed(owner, "globex-lon-1", "down", bandwidth_mbps=500)
    changed(owner, "initech-lon-1", "back", bandwidth_mbps=100, strategy="replace-first")
    stalls(owner, "initech-ams-1", "stuck", bandwidth_mbps=200)
    abandon = {"change_id": "back", "reason": "the customer changed its mind"}
    owner.done("circuits/initech-lon-1/abandon-bandwidth-change", abandon)
    stands(owner, "initech-fra-1", "up", ended="increased")
    stands(owner, "globex-lon-1", "down", ended="decreased")
    stands(owner, "initech-lon-1", "back", ended="reverted")
    stands(owner, "acme-ams-1", "down", step="proceed")
    owner.at_rest()


def changed(owner: Caller, circuit: str, id: str, **asked: Any) -> None:
    """Ask for another bandwidth, whatever it interrupts."""
    data = {"change_id": id, **_CONSENT, **asked}
    owner.done(f"circuits/{circuit}/change-bandwidth", data)


def waits(owner: Caller, circuit: str, id: str, **asked: Any) -> None:
    """Ask for a decrease that waits for a person before the switch."""
    changed(owner, circuit, id, strategy="replace-first", auto_proceed=False, **asked)


def stalls(owner: Caller, circuit: str, id: str, **asked: Any) -> None:
    """Ask for a decrease that the provider refuses to begin."""
    changed(owner, circuit, id, **asked)
    key = owner.document(f"/v1/circuits/{circuit}")["service_key"]
    refusal = {"service_key": key, "reason": "maintenance of the patch panel"}

    def is_refused() -> bool:
        return owner.send(f"circuits/{circuit}/reject-deprovisioning", refusal).is_success

    until(f"{circuit} may be refused", is_refused)
    stands(owner, circuit, id, stalled=True)


def stands(owner: Caller, circuit: str, id: str, **as_it_should: Any) -> None:
    """Wait until a change stands so."""

    def does() -> bool:
        found = owner.get(f"/v1/changes/{circuit}/{id}").json()
        return all(found.get(name) == value for name, value in as_it_should.items())

    until(f"change {id} of {circuit} is {as_it_should}", does)


def alarmed(owner: Caller, circuit: str) -> None:
    """Have an alarm raised: the provider quotes wrong service keys."""
    for _ in range(WRONG_KEYS):
        owner.send(f"circuits/{circuit}/begin-provisioning", {"service_key": "wrong"})
    asked = {"circuit_id": circuit, "kind": "wrong-service-keys"}
    until("the alarm is raised", lambda: owner.document("/v1/alarms", params=asked)["items"])


def _alarms(owner: Caller) -> None:
    """One that is raised, one that somebody knows of, one that was cleared."""
    alarmed(owner, "globex-fra-1")
    for circuit, then in (("initech-fra-1", _DRIFT), ("globex-par-1", {"bandwidth_mbps": 1000})):
        for day, seen in (("01", _DRIFT), ("02", then)):
            report = {"observed_at": f"2026-01-{day}T00:00:00Z", **seen}
            owner.done(f"circuits/{circuit}/report-observation", report)
            drifts = seen == _DRIFT
            asked = {"circuit_id": circuit, "kind": "drift"}
            until(
                "drift is told",
                lambda asked=asked, drifts=drifts: (
                    bool(owner.document("/v1/alarms", params=asked)["items"]) is drifts
                ),
            )
    known = {"alarm": "drift", "reason": "the provider is looking into it"}
    owner.done("circuits/initech-fra-1/acknowledge-alarm", known)


def _hanging(owner: Caller) -> None:
    """Peerings, a network and authorizations of a circuit."""
    circuit = "circuits/globex-par-1"
    owner.done(f"{circuit}/configure-peering", {**PEERING, "vlan": 110})
    owner.done(
        "networks/globex-hub/register-network", {**_NETWORK, "address_space": ["10.9.0.0/16"]}
    )
    owner.done("networks/globex-hub/add-subnet", {"name": "GatewaySubnet", "prefix": "10.9.0.0/24"})
    owner.done("networks/globex-hub/add-gateway", {"kind": "expressroute"})
    owner.done(f"{circuit}/connect-network", {"network_id": "globex-hub", "weight": 10})
    for id in ("globex-lab", "globex-partner"):
        owner.done(f"{circuit}/issue-authorization", {"authorization_id": id})
    owner.done(
        f"{circuit}/advertise-routes", {"routing_domain": "private", "prefixes": ["10.20.0.0/16"]}
    )


_NETWORK: Final = {
    "customer_id": "globex",
    "subscription_id": "globex-prod",
    "region": "West Europe",
}
