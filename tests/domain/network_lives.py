"""Lives with networks: circuits that come, change and go, and all the acts of a life together."""

from typing import Any, Final, get_args

from hypothesis import strategies as st

from domain.words.values import AlarmKind
from tests.domain.drawing import CONSENT, REASON, drawn
from tests.domain.network_acts import (
    Acts,
    around,
    circuit,
    domains,
    hung,
    on,
    rates,
    route_filter,
)
from tests.domain.network_world import LOCATIONS, SUBSCRIPTIONS, an_order
from tests.domain.world import Act

PRIVATE: Final = [
    ("10.255.0.0/30", "10.255.0.4/30", 100),
    ("10.254.0.0/30", "10.254.0.4/30", 300),
    ("10.1.0.0/30", "10.3.0.4/30", 100),
]
"""The subnets of private links, the last of them in the space of networks; a VLAN."""

MICROSOFT: Final = [
    ("198.51.100.0/30", "198.51.100.4/30", ["203.0.113.0/24"]),
    ("198.51.100.4/30", "198.51.100.8/30", ["203.0.113.128/25", "192.0.2.0/24"]),
    ("198.51.100.16/30", "198.51.100.20/30", ["2001:db8:1::/48"]),
]
"""The subnets of public links, and what is advertised; some of it is used by another peering."""


def _private(which: tuple[str, str, int]) -> dict[str, Any]:
    primary, secondary, vlan = which
    subnets = {"primary_subnet": primary, "secondary_subnet": secondary}
    return {"routing_domain": "private", "vlan": vlan, "peer_asn": 65010, **subnets}


def _microsoft(which: tuple[str, str, list[str]]) -> dict[str, Any]:
    primary, secondary, prefixes = which
    subnets = {"primary_subnet": primary, "secondary_subnet": secondary}
    advertised = {"advertised_prefixes": prefixes}
    return {"routing_domain": "microsoft", "vlan": 200, "peer_asn": 3320, **subnets, **advertised}


wanted = (
    st.sampled_from(PRIVATE).map(_private)
    | st.sampled_from(PRIVATE).map(lambda each: {**_private(each), "md5_key": "abc"})
    | st.sampled_from(MICROSOFT).map(_microsoft)
    | st.sampled_from(MICROSOFT).map(_microsoft)
)


def _with(verb: str, data: st.SearchStrategy[dict[str, Any]]) -> Acts:
    return st.tuples(circuit, data).map(lambda drew: Act(verb, drew[0], drew[1]))


def _ordered(drew: tuple[str, str, str, dict[str, Any]]) -> Act:
    id, subscription, location, data = drew
    return Act("order-circuit", f"circuit/{id}", an_order(subscription, location, **data))


def _orders() -> Acts:
    tiers = st.sampled_from(["standard", "standard", "premium", "local"])
    return st.tuples(
        st.sampled_from(["c4", "c5", "g2", "c1"]),
        st.sampled_from(list(SUBSCRIPTIONS)),
        st.sampled_from(list(LOCATIONS)),
        drawn({"bandwidth_mbps": rates, "tier": tiers}),
    ).map(_ordered)


def _word(verb: str) -> Acts:
    """A person's answer to a circuit's change."""
    return on(circuit, f"{verb}-bandwidth-change", "change_id", **REASON)


def _step(verb: str, **data: Any) -> Acts:
    """A step of a provider with the right key, whether it fits or not."""
    return on(circuit, verb, "service_key", **data)


def _observed(**data: Any) -> Acts:
    return on(circuit, "report-observation", "observed_at", **data)


_kinds = st.sampled_from(get_args(AlarmKind))
_strategies = {
    "strategy": st.sampled_from(["teardown-first", "replace-first"]),
    "auto_proceed": st.booleans(),
}
_changes = on(circuit, "change-bandwidth", bandwidth_mbps=rates, **CONSENT, **_strategies)
_sessions = {"routing_domain": domains, "state": st.sampled_from(["up", "down"])}
_counts = {"routing_domain": domains, "prefixes": st.integers(0, 4)}
_hours = st.sampled_from([1, 24, 200])
_prefixes = st.sampled_from(["203.0.113.0/24", "203.0.113.128/25", "192.0.2.0/24"])
_customers = st.sampled_from(["customer/acme", "customer/globex"])

played: Final[list[Acts]] = [
    *[st.just(Act("network"))] * 6,
    *[st.just(Act("process"))] * 2,
    circuit.map(lambda each: Act("provider", each)),
    st.just(Act("alarms")),
    _hours.map(lambda hours: Act("later", data={"hours": hours})),
]
"""The process, the providers, the alarm process, time."""

changed: Final[list[Acts]] = [
    _orders(),
    *[_changes] * 6,
    on(circuit, "change-bandwidth", bandwidth_mbps=rates, not_before="2026-01-06T00:00:00Z"),
    *[_word("abandon")] * 3,
    *[_word("proceed")] * 2,
    _word("retry"),
    on(circuit, "change-tier", tier=st.sampled_from(["standard", "premium", "local"])),
    on(circuit, "request-deprovisioning", **CONSENT),
    on(circuit, "delete-circuit"),
    _step("reject-provisioning", **REASON),
    _step("begin-deprovisioning"),
    _step("reject-deprovisioning", **REASON),
    on(circuit, "reject-bandwidth", "change_id", **REASON),
    on("location/london", "close-location"),
    on("location/london", "reopen-location"),
]
"""Circuits."""

peered: Final[list[Acts]] = [
    *[_with("configure-peering", wanted)] * 3,
    _with("change-peering", wanted),
    on(circuit, "remove-peering", routing_domain=domains),
    on(circuit, "enable-peering", routing_domain=domains),
    on(circuit, "disable-peering", routing_domain=domains),
    on(circuit, "validate-peering", routing_domain="microsoft", evidence="a letter"),
    on(circuit, "reject-validation", routing_domain="microsoft", **REASON),
    on(_customers, "claim-prefix", prefix=_prefixes),
    on(_customers, "confirm-prefix", prefix=_prefixes),
    on(_customers, "release-prefix", prefix=_prefixes),
    *[on(circuit, "attach-route-filter", routing_domain="microsoft", route_filter_id=route_filter)]
    * 2,
    on(circuit, "detach-route-filter", routing_domain="microsoft", route_filter_id=route_filter),
    *[
        on(
            f"route-filter/{id}",
            "define-route-filter",
            customer_id=whose,
            communities=["12076:51004"],
        )
        for id, whose in (("f1", "acme"), ("f2", "acme"), ("h1", "globex"))
    ],
    on(route_filter, "remove-route-filter"),
]
"""Peerings, prefixes and filters."""

seen: Final[list[Acts]] = [
    _observed(provider_state=st.sampled_from(["not-provisioned", "provisioned"])),
    _observed(bandwidth_mbps=rates),
    _observed(peerings=st.tuples(drawn(_sessions)).map(list)),
    _observed(peerings=st.tuples(drawn(_counts)).map(list)),
    *[on(circuit, "wrong-keys", times=st.integers(1, 5))] * 2,
    on(circuit, "raise-alarm", alarm=_kinds, since="2026-01-05T09:00:00Z", cause="so it is said"),
    on(circuit, "clear-alarm", alarm=_kinds),
    on(circuit, "acknowledge-alarm", alarm=_kinds, **REASON),
]
"""What is observed, and alarms: as they are due, and as nobody should ask."""

kinds: Final = [played, played, hung, hung, changed, changed, around, peered, seen]
anything = st.sampled_from([each for kind in kinds for each in kind]).flatmap(lambda act: act)
lives = st.lists(anything, min_size=40, max_size=80)
