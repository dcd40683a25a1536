"""Lives with networks: circuits that come, change and go, and all the acts of a life together."""

from random import Random
from typing import Any, Final, get_args

from domain.words.values import AlarmKind
from tests.domain.network_acts import (
    REASON,
    Acts,
    Drawn,
    among,
    around,
    changing,
    circuit,
    hung,
    network,
    on,
    some,
    within,
)
from tests.domain.network_foundation import ROUTERS, SMALLER
from tests.domain.world import Act

CONSENT: Final = {"accept_interruption": True}


def _private(primary: str, secondary: str, vlan: int, **more: Any) -> dict[str, Any]:
    subnets = {"primary_subnet": primary, "secondary_subnet": secondary}
    return {"routing_domain": "private", "vlan": vlan, "peer_asn": 65010, **subnets, **more}


def _microsoft(primary: str, secondary: str, *prefixes: str) -> dict[str, Any]:
    subnets = {"primary_subnet": primary, "secondary_subnet": secondary}
    advertised = {"advertised_prefixes": list(prefixes)}
    return {"routing_domain": "microsoft", "vlan": 200, "peer_asn": 3320, **subnets, **advertised}


PEERINGS: Final = [
    _private("10.255.0.0/30", "10.255.0.4/30", 100),
    _private("10.254.0.0/30", "10.254.0.4/30", 300, md5_key="abc"),
    _private("10.1.0.0/30", "10.3.0.4/30", 100),
    _private("198.51.100.0/30", "198.51.100.24/30", 150),
    _microsoft("198.51.100.0/30", "198.51.100.4/30", "203.0.113.0/24"),
    _microsoft("198.51.100.4/30", "198.51.100.8/30", "203.0.113.128/25", "192.0.2.0/24"),
    _microsoft("198.51.100.16/30", "198.51.100.20/30", "2001:db8:1::/48"),
    _microsoft("198.51.100.40/30", "198.51.100.44/30", *(f"192.0.2.{n}/32" for n in range(3))),
]
"""Links of which one lies in the space of networks, and public ones that overlap each other."""


def _peering(verb: str) -> Acts:
    return lambda random: Act(verb, circuit(random), random.choice(PEERINGS))


def _word(verb: str, of: Drawn = changing) -> Acts:
    """A person's answer to a circuit's change."""
    return on(of, f"{verb}-bandwidth-change", "change_id", **REASON)


def _step(verb: str, **data: Any) -> Acts:
    """A step of a provider with the right key, whether it fits or not."""
    return on(circuit, verb, "service_key", **data)


def _observed(**data: Any) -> Acts:
    return on(circuit, "report-observation", "observed_at", **data)


def _auto_proceeds(random: Random) -> bool:
    return random.choice((True, False))


def _session(random: Random) -> list[dict[str, Any]]:
    """What is seen of one peering: whether it is up, or how many prefixes are received."""
    domain = {"routing_domain": _domains(random)}
    seen = [{"state": "up"}, {"state": "down"}, {"prefixes": 1}, {"prefixes": 3}]
    return [domain | random.choice(seen)]


_domains = among("private", "private", "microsoft")
_rates = among(50, 100, 200, 200, 200, 500, 1000)
_alarms = among(*get_args(AlarmKind))
_prefixes = among("203.0.113.0/24", "203.0.113.128/25", "192.0.2.0/24")
_customers = among("customer/acme", "customer/globex")
_filter = some("route-filter")
_decided = {
    "strategy": among("teardown-first", "replace-first", "replace-first"),
    "auto_proceed": _auto_proceeds,
}
_microsofts = {"routing_domain": "microsoft"}

played: Final[list[Acts]] = [
    *[on("", "network")] * 7,
    *[on("", "process")] * 5,
    on("", "rest"),
    *[on(circuit, "provider")] * 3,
    *[on("", "alarms")] * 4,
    on("", "later", hours=among(1, 24, 200)),
]
"""The process, the providers, the alarm process, time."""

_order = within(
    "order-circuit",
    *("circuit/c6", "circuit/c7", "circuit/g2", "circuit/c1"),
    location_id=among("frankfurt", "london", "ashburn"),
    provider="colt",
    bandwidth_mbps=_rates,
    tier=among("standard", "standard", "premium", "local"),
    billing="unlimited",
)

changed: Final[list[Acts]] = [
    *[_order] * 5,
    *[on(circuit, "change-bandwidth", bandwidth_mbps=_rates, **CONSENT, **_decided)] * 10,
    on(
        circuit,
        "change-bandwidth",
        bandwidth_mbps=_rates,
        not_before="2026-01-06T00:00:00Z",
        **CONSENT,
    ),
    *[_word("abandon")] * 4,
    *[_word("proceed")] * 5,
    *[_word("retry")] * 2,
    *[on(circuit, "change-tier", tier=among("standard", "standard", "premium", "local"))] * 4,
    _step("reject-provisioning", **REASON),
    _step("begin-deprovisioning"),
    _step("reject-deprovisioning", **REASON),
    on(circuit, "reject-bandwidth", "change_id", **REASON),
    on("location/london", "reopen-location"),
]
"""Circuits."""

peered: Final[list[Acts]] = [
    *[_peering("configure-peering")] * 3,
    _peering("change-peering"),
    on(circuit, "enable-peering", routing_domain=_domains),
    on(circuit, "disable-peering", routing_domain=_domains),
    on(circuit, "validate-peering", **_microsofts, evidence="a letter"),
    on(circuit, "reject-validation", **_microsofts, **REASON),
    on(_customers, "claim-prefix", prefix=_prefixes),
    on(_customers, "confirm-prefix", prefix=_prefixes),
    on(_customers, "release-prefix", prefix=_prefixes),
    *[on(circuit, "attach-route-filter", **_microsofts, route_filter_id=_filter)] * 2,
    on(circuit, "detach-route-filter", **_microsofts, route_filter_id=_filter),
    on(
        among("route-filter/f2", "route-filter/h2"),
        "define-route-filter",
        customer_id=among("acme", "globex"),
        communities=["12076:51004"],
    ),
]
"""Peerings, prefixes and filters."""

seen: Final[list[Acts]] = [
    _observed(provider_state=among("not-provisioned", "provisioned")),
    _observed(bandwidth_mbps=_rates),
    *[_observed(peerings=_session)] * 2,
    *[on(circuit, "wrong-keys", times=among(1, 5))] * 2,
    on(circuit, "raise-alarm", alarm=_alarms, since="2026-01-05T09:00:00Z", cause="it is said"),
    on(circuit, "clear-alarm", alarm=_alarms),
    *[on(circuit, "acknowledge-alarm", alarm=some("alarms"), **REASON)] * 4,
]
"""What is observed, and alarms: as they are due, and as nobody should ask."""

ended: Final[list[Acts]] = [
    *[on(circuit, "request-deprovisioning", **CONSENT)] * 2,
    *[on(circuit, "delete-circuit")] * 2,
    on(circuit, "remove-peering", routing_domain=_domains),
    on(network, "remove-network"),
    on(network, "remove-gateway", kind=among("expressroute", "vpn")),
    on(_filter, "remove-route-filter"),
]
"""What ends something for good, or for long."""

others: Final[list[Acts]] = [
    *[_step(verb) for verb in ("begin-provisioning", "confirm-provisioned")],
    _step("confirm-deprovisioned"),
    on(changing, "confirm-bandwidth", "change_id"),
    on(circuit, "change-billing", billing=among("metered", "unlimited")),
    on(circuit, "reveal-secret", field="private/md5_key", **REASON),
    on(_filter, "change-route-filter", communities=["12076:51005"]),
    on("location/london", "close-location"),
    on("location/frankfurt", "resize-location", routers=among(ROUTERS, SMALLER)),
    on("location/london", "add-provider", provider="equinix"),
    on("location/london", "remove-provider", provider=among("colt", "equinix")),
    on("location/frankfurt", "open-location", providers=["colt"], routers=ROUTERS),
    on(_customers, "add-subscription", subscription_id=among("acme-dev", "acme-new")),
    on(_customers, "remove-subscription", subscription_id=among("acme-dev", "acme-new")),
    on(_customers, "reject-prefix", prefix=_prefixes),
    on(_customers, "grant-role", principal="user:anna", role="reader"),
    on(_customers, "revoke-role", principal="user:anna", role="reader"),
    on(_customers, "change-model", model="connect-to"),
    on(_customers, "record-identity-store", location="csp", directory="d", replicated=True),
    on(_customers, "register-customer", name="Again", model="connect-through"),
    on(_customers, "remove-customer"),
    on(_customers, "erase-customer"),
]
"""What else can be asked."""

regretted: Final[list[Acts]] = [_word("abandon", some("switched"))]
"""What is given up although traffic has gone to the successor: while the provider waits."""

_OFTEN: Final = [
    *[played] * 6,
    *[hung] * 5,
    *[changed] * 5,
    *[around] * 4,
    *[peered, peered, seen] * 2,
    *(ended, others, regretted),
]
"""The groups of acts, each as often as it is drawn."""


def an_act(seed: int, number: int) -> Act:
    """The act of that number in a life."""
    random = Random(f"{seed} {number}")
    return random.choice(random.choice(_OFTEN))(random)
