"""One well-formed example of every command that can be sent from outside, by its name."""

from typing import Any, NamedTuple

from tests.examples import KEY, ORDER, PEERING


class Example(NamedTuple):
    """A subject, and data that has every field."""

    subject: str
    data: dict[str, Any]

    def message(self, verb: str, **attributes: Any) -> dict[str, Any]:
        """As a CloudEvent."""
        return {
            "specversion": "1.0",
            "id": "c-001",
            "source": "/test",
            "type": f"tieline.command.{verb}.v1",
            "subject": self.subject,
            "data": self.data,
        } | attributes


ROUTERS: list[dict[str, Any]] = [
    {"name": "pair-1", "primary": "fra-r1", "secondary": "fra-r2", "capacity_mbps": 10000},
    {
        "name": "pair-2",
        "primary": "fra-r3",
        "secondary": "fra-r4",
        "capacity_mbps": 10000,
        "provider": "colt",
    },
]

_ROLE = {"principal": "user:bob", "role": "reader", "scope": "acme-prod", "on_behalf": False}
_PREFIX = {"prefix": "203.0.113.0/24", "evidence": "letter of 2026-01-05"}
_KEY, _NOTE = {"service_key": KEY}, {"service_key": KEY, "note": "ticket 4711"}
_REASON = {"reason": "asked for by phone"}
_CHANGE = {"change_id": "up-1", "reason": "asked for by phone"}
_DOMAIN = {"routing_domain": "private"}


def _customer(**data: Any) -> Example:
    return Example("customer/acme", data)


def _location(**data: Any) -> Example:
    return Example("location/frankfurt", data)


def _circuit(**data: Any) -> Example:
    return Example("circuit/c1", data)


ASKING: dict[str, Example] = {
    "register-customer": _customer(
        name="Acme GmbH", model="connect-through", isolation="shared", owner="user:anna"
    ),
    "change-model": _customer(model="connect-to"),
    "record-identity-store": _customer(location="csp", directory="acme.example", replicated=True),
    "remove-customer": _customer(),
    "add-subscription": _customer(subscription_id="acme-dev", managed_by="csp"),
    "remove-subscription": _customer(subscription_id="acme-dev"),
    "grant-role": _customer(**_ROLE),
    "revoke-role": _customer(**_ROLE),
    "claim-prefix": _customer(**_PREFIX),
    "confirm-prefix": _customer(**_PREFIX),
    "reject-prefix": _customer(**_PREFIX),
    "release-prefix": _customer(**_PREFIX),
    "open-location": _location(
        providers=["colt", "equinix"],
        routers=ROUTERS,
        oversubscription="1.5",
        local_regions=["Germany West Central"],
        geopolitical_region="Europe",
    ),
    "resize-location": _location(routers=ROUTERS),
    "close-location": _location(),
    "reopen-location": _location(),
    "add-provider": _location(provider="megaport"),
    "remove-provider": _location(provider="colt"),
    "order-circuit": _circuit(**ORDER, profile="2016"),
    "begin-provisioning": _circuit(**_NOTE),
    "confirm-provisioned": _circuit(**_NOTE),
    "reject-provisioning": _circuit(**_NOTE, **_REASON),
    "request-deprovisioning": _circuit(**_REASON, accept_interruption=True),
    "begin-deprovisioning": _circuit(**_NOTE),
    "confirm-deprovisioned": _circuit(**_NOTE),
    "reject-deprovisioning": _circuit(**_NOTE, **_REASON),
    "delete-circuit": _circuit(),
    "change-tier": _circuit(tier="premium"),
    "change-billing": _circuit(billing="unlimited"),
    "change-bandwidth": _circuit(
        bandwidth_mbps=200,
        change_id="down-1",
        accept_interruption=True,
        strategy="replace-first",
        auto_proceed=False,
        not_before="2026-02-01T00:00:00.000000Z",
    ),
    "confirm-bandwidth": _circuit(change_id="up-1"),
    "reject-bandwidth": _circuit(**_CHANGE),
    "proceed-bandwidth-change": _circuit(**_CHANGE),
    "retry-bandwidth-change": _circuit(**_CHANGE),
    "abandon-bandwidth-change": _circuit(**_CHANGE),
    "configure-peering": _circuit(
        **PEERING
        | {
            "routing_domain": "microsoft",
            "primary_subnet_v6": "2001:db8::/126",
            "secondary_subnet_v6": "2001:db8::4/126",
            "advertised_prefixes": ["203.0.113.0/24", "2001:db8:1::/48"],
            "registry": "ripe",
        }
    ),
    "change-peering": _circuit(**_DOMAIN, vlan=101),
    "validate-peering": _circuit(**_DOMAIN, evidence="letter of 2026-01-05"),
    "reject-validation": _circuit(**_DOMAIN, **_REASON),
    "enable-peering": _circuit(**_DOMAIN),
    "disable-peering": _circuit(**_DOMAIN),
    "remove-peering": _circuit(**_DOMAIN),
}
