"""A world of two customers, one of each model, with a circuit at a provider each; and everybody who
might look at it. Whatever belongs to somebody bears a mark by which it is found again.
"""

from itertools import count
from typing import Any, Final, NamedTuple

from tests.http.serving import OWNER, Caller
from tests.running import ORDER, PAIR
from tests.waiting import until

BOSS: Final = "user:beta-boss"
"""Owns beta, whose CSP may only look."""

HELD: Final = "9a2f6a3e-subscription"
"""A subscription of beta's that does not bear its mark, and that is tried for acme."""

CIRCUITS: Final = {"c-one": "acme", "c-two": "beta", "c-three": "acme"}

OF_ACME: Final = ("acme", "10.70.", "172.20.")
OF_BETA: Final = ("beta", "10.80.", "172.30.")
OF_ONE: Final = ("c-one", "10.77.")
OF_TWO: Final = ("c-two", "10.88.")
OF_THREE: Final = ("c-three",)


class Somebody(NamedTuple):
    """Who looks, and the marks that they must never see."""

    principal: str
    hidden: tuple[str, ...]


ACMES_ROLES: Final = ("reader", "network-operator", "contributor", "auditor", "owner")

EVERYBODY: Final = (
    Somebody(OWNER, ()),
    Somebody("user:staff-auditor", ()),
    Somebody("user:staff-reader", ()),
    *(Somebody(f"user:acme-{each}", (*OF_BETA, *OF_TWO)) for each in ACMES_ROLES),
    Somebody(BOSS, (*OF_ACME, *OF_ONE, *OF_THREE)),
    Somebody("user:acme-scoped", (*OF_BETA, *OF_TWO, *OF_ONE, "10.70.", "172.20.", "acme-net")),
    Somebody("provider:colt", (*OF_ACME, *OF_BETA, *OF_TWO)),
    Somebody("provider:equinix", (*OF_ACME, *OF_BETA, *OF_ONE, *OF_THREE)),
    Somebody("user:stranger", (*OF_ACME, *OF_BETA, *OF_ONE, *OF_TWO, *OF_THREE)),
)


def crowd(owner: Caller) -> dict[str, str]:
    """Make the world; returns the service keys of the circuits."""
    boss, number = owner.named(BOSS), count()
    managers = {"acme": owner, "beta": boss}

    def told(who: Caller, customer: str, path: str, data: Any = None) -> None:
        """A command whose id and correlation bear its customer's mark, as a part of it."""
        headers = {"Idempotency-Key": f"{customer}-{next(number)}"}
        who.done(path, data, headers=headers)

    providers = {"providers": ["colt", "equinix"], "routers": [PAIR]}
    owner.done("locations/fra/open-location", providers)
    for staff in ("auditor", "reader"):
        granted = {"principal": f"user:staff-{staff}", "role": staff}
        owner.done("csp/self/grant-role", granted)
    acme = {"name": "acme", "model": "connect-through"}
    beta = {"name": "beta", "model": "connect-to", "owner": BOSS}
    told(owner, "acme", "customers/acme/register-customer", acme)
    told(owner, "beta", "customers/beta/register-customer", beta)
    for customer, who in managers.items():
        for subscription in ("prod", "more"):
            named = {"subscription_id": f"{customer}-{subscription}"}
            told(who, customer, f"customers/{customer}/add-subscription", named)
        _network(told, who, customer)
    told(boss, "beta", "customers/beta/add-subscription", {"subscription_id": HELD})
    _grant(owner)
    _order(told, managers)
    for circuit, customer in (("c-one", "acme"), ("c-two", "beta")):
        owner.provisioned(circuit)
        _live(told, owner, managers[customer], circuit, customer)
    _attempt(owner, boss)
    until("changes have ended", lambda: _have_ended(owner))
    owner.at_rest()
    return {each: owner.document(f"/v1/circuits/{each}")["service_key"] for each in CIRCUITS}


def _network(told: Any, who: Caller, customer: str) -> None:
    space = "10.70.0.0/16" if customer == "acme" else "10.80.0.0/16"
    whose = {"customer_id": customer, "subscription_id": f"{customer}-prod"}
    net = f"networks/{customer}-net"
    network = {**whose, "region": "West Europe", "address_space": [space]}
    told(who, customer, f"{net}/register-network", network)
    subnet = {"name": "web", "prefix": space.replace("0.0/16", "1.0/24")}
    told(who, customer, f"{net}/add-subnet", subnet)


def _grant(owner: Caller) -> None:
    for role in ACMES_ROLES:
        granted = {"principal": f"user:acme-{role}", "role": role}
        owner.done("customers/acme/grant-role", granted)
    scoped = {"principal": "user:acme-scoped", "role": "reader", "scope": "acme-more"}
    owner.done("customers/acme/grant-role", scoped)


def _order(told: Any, managers: dict[str, Caller]) -> None:
    for circuit, customer in CIRCUITS.items():
        subscription = "more" if circuit == "c-three" else "prod"
        named = {"customer_id": customer, "subscription_id": f"{customer}-{subscription}"}
        provider = {"provider": "equinix" if customer == "beta" else "colt"}
        order = {**ORDER, **named, **provider}
        told(managers[customer], customer, f"circuits/{circuit}/order-circuit", order)


def _live(told: Any, owner: Caller, who: Caller, circuit: str, customer: str) -> None:
    """A peering, what is advertised on it, drift, an alarm, and a change."""
    subnet, prefix = (
        ("10.77.0", "172.20.0.0/16") if customer == "acme" else ("10.88.0", "172.30.0.0/16")
    )
    subnets = {"primary_subnet": f"{subnet}.0/30", "secondary_subnet": f"{subnet}.4/30"}
    peering = {"routing_domain": "private", "vlan": 177, "peer_asn": 65001, **subnets}
    told(who, customer, f"circuits/{circuit}/configure-peering", peering)
    routes = {"routing_domain": "private", "prefixes": [prefix]}
    told(who, customer, f"circuits/{circuit}/advertise-routes", routes)
    seen = {"observed_at": "2020-01-01T00:00:00Z", "circuit_state": "disabled"}
    owner.done(f"circuits/{circuit}/report-observation", seen)
    change = {"bandwidth_mbps": 1000, "change_id": "up"}
    told(who, customer, f"circuits/{circuit}/change-bandwidth", change)


def _attempt(owner: Caller, boss: Caller) -> None:
    """Everybody tries what is refused, also at what is not theirs."""
    order = {**ORDER, "customer_id": "beta", "subscription_id": "beta-nothing"}
    boss.send("circuits/c-one/order-circuit", order)
    owner.named("user:acme-owner").send(
        "circuits/c-two/order-circuit",
        {**order, "customer_id": "acme", "subscription_id": "acme-nothing"},
    )
    owner.send("customers/acme/add-subscription", {"subscription_id": HELD})
    for circuit in ("c-one", "c-two"):
        for _ in range(5):
            owner.send(f"circuits/{circuit}/begin-provisioning", {"service_key": "wrong"})


def _have_ended(owner: Caller) -> bool:
    changes = owner.document("/v1/changes")["items"]
    return len(changes) == 2 and all(each["ended"] for each in changes)
