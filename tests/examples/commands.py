"""One table of examples: every command that can be sent from outside, by its name.

Whoever adds a command adds a line here. Shapes, rights, the command line and stored events are all
tested from it.
"""

from typing import Any, Final

from tests.examples import IPSEC, KEY, ORDER, PEERING
from tests.examples.example import Example, Sender

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


_FILTER = {"routing_domain": "microsoft", "route_filter_id": "f1"}

_KEY_OPTION = f"--service-key {KEY}"
_FILTER_OPTIONS = "--routing-domain microsoft --route-filter f1"


def _customer(sender: Sender, typed: str, **data: Any) -> Example:
    return Example("customer/acme", sender, typed, data)


def _location(typed: str, **data: Any) -> Example:
    return Example("location/frankfurt", "csp", typed, data)


def _network(typed: str, **data: Any) -> Example:
    return Example("network/n1", "operator", typed, data)


def _filter(typed: str, **data: Any) -> Example:
    return Example("route-filter/f1", "operator", typed, data)


def _circuit(sender: Sender, typed: str, **data: Any) -> Example:
    return Example("circuit/c1", sender, typed, data)


EXAMPLES: Final[dict[str, Example]] = {
    "register-customer": _customer(
        "csp",
        "--name Acme --model connect-to --owner user:anna",
        name="Acme GmbH",
        model="connect-through",
        isolation="shared",
        owner="user:anna",
    ),
    "change-model": _customer("csp", "--model connect-to", model="connect-to"),
    "record-identity-store": _customer(
        "csp",
        "--location csp --directory acme.example --replicated",
        location="csp",
        directory="acme.example",
        replicated=True,
    ),
    "remove-customer": _customer("csp", ""),
    "erase-customer": _customer("csp", ""),
    "add-subscription": _customer(
        "contributor",
        "--subscription acme-prod --managed-by customer",
        subscription_id="acme-dev",
        managed_by="csp",
    ),
    "remove-subscription": _customer(
        "contributor", "--subscription-id acme-prod", subscription_id="acme-dev"
    ),
    "grant-role": _customer(
        "owner", "--principal user:anna --role reader --scope acme-prod --on-behalf", **_ROLE
    ),
    "revoke-role": _customer("owner", "--principal user:anna --role reader", **_ROLE),
    "claim-prefix": _customer("contributor", "--prefix 203.0.113.0/24 --evidence RIPE", **_PREFIX),
    "confirm-prefix": _customer("csp", "--prefix 203.0.113.0/24", **_PREFIX),
    "reject-prefix": _customer("csp", "--prefix 203.0.113.0/24", **_PREFIX),
    "release-prefix": _customer("contributor", "--prefix 2001:db8::/32", **_PREFIX),
    "open-location": _location(
        "--provider colt --provider bt --pair p1:a:b:10000 --pair p2:c:d:1000:bt"
        " --oversubscription 1.5 --local-region Germany --geopolitical-region Europe",
        providers=["colt", "equinix"],
        routers=ROUTERS,
        oversubscription="1.5",
        local_regions=["Germany West Central"],
        geopolitical_region="Europe",
    ),
    "resize-location": _location("--pair p1:a:b:20000", routers=ROUTERS),
    "close-location": _location(""),
    "reopen-location": _location(""),
    "add-provider": _location("--provider bt", provider="megaport"),
    "remove-provider": _location("--provider bt", provider="colt"),
    "register-network": _network(
        "--customer acme --subscription acme-prod --address-space 10.1.0.0/16"
        " --address-space 2001:db8:1::/56 --region Europe",
        customer_id="acme",
        subscription_id="acme-prod",
        address_space=["10.1.0.0/16", "2001:db8:1::/56"],
        region="West Europe",
    ),
    "change-address-space": _network("--address-space 10.2.0.0/16", address_space=["10.2.0.0/16"]),
    "remove-network": _network(""),
    "add-gateway": _network("--kind vpn", kind="expressroute"),
    "remove-gateway": _network("--kind vpn", kind="expressroute"),
    "add-subnet": _network("--name web --prefix 10.1.0.0/24", name="web", prefix="10.1.0.0/24"),
    "remove-subnet": _network("--name web", name="web"),
    "set-route": _network(
        "--subnet web --prefix 0.0.0.0/0 --next-hop VirtualAppliance --next-hop-address 10.1.0.4",
        subnet="web",
        prefix="0.0.0.0/0",
        next_hop="VirtualAppliance",
        next_hop_address="10.1.0.4",
    ),
    "remove-route": _network("--subnet web --prefix 0.0.0.0/0", subnet="web", prefix="0.0.0.0/0"),
    "set-security-rule": _network(
        "--subnet web --name https --priority 100 --direction inbound --access allow"
        " --protocol tcp --source internet --source-port any"
        " --destination 10.1.0.0/24 --destination-port 443",
        subnet="web",
        name="https",
        priority=100,
        direction="inbound",
        access="allow",
        protocol="tcp",
        source=["internet"],
        source_ports=["any"],
        destination=["10.1.0.0/24"],
        destination_ports=["443", "8000-8999"],
    ),
    "remove-security-rule": _network("--subnet web --name https", subnet="web", name="https"),
    "link-networks": _network("--network n2", network_id="n2"),
    "unlink-networks": _network("--network n2", network_id="n2"),
    "define-route-filter": _filter(
        "--customer acme --community 12076:51004 --community 12076:5010",
        customer_id="acme",
        communities=["12076:51004", "12076:5010"],
    ),
    "change-route-filter": _filter("--community 12076:51005", communities=["12076:51005"]),
    "remove-route-filter": _filter(""),
    "order-circuit": _circuit(
        "contributor",
        "--customer acme --subscription acme-prod --location ffm --provider colt"
        " --bandwidth 500 --tier standard --billing metered --profile current",
        **ORDER,
        profile="2016",
    ),
    "begin-provisioning": _circuit("provider", _KEY_OPTION, **_NOTE),
    "confirm-provisioned": _circuit("provider", f"{_KEY_OPTION} --note done", **_NOTE),
    "reject-provisioning": _circuit(
        "provider", f"{_KEY_OPTION} --reason nofibre", **_NOTE, **_REASON
    ),
    "request-deprovisioning": _circuit(
        "contributor", "--accept-interruption --reason move", **_REASON, accept_interruption=True
    ),
    "begin-deprovisioning": _circuit("provider", _KEY_OPTION, **_NOTE),
    "confirm-deprovisioned": _circuit("provider", _KEY_OPTION, **_NOTE),
    "reject-deprovisioning": _circuit(
        "provider", f"{_KEY_OPTION} --reason busy", **_NOTE, **_REASON
    ),
    "delete-circuit": _circuit("contributor", ""),
    "change-tier": _circuit("contributor", "--tier premium", tier="premium"),
    "change-billing": _circuit("contributor", "--billing unlimited", billing="unlimited"),
    "change-bandwidth": _circuit(
        "operator",
        "--bandwidth-mbps 200 --change down-1 --no-auto-proceed --strategy replace-first"
        " --accept-interruption --not-before 2027-01-01T00:00:00Z",
        bandwidth_mbps=200,
        change_id="down-1",
        accept_interruption=True,
        strategy="replace-first",
        auto_proceed=False,
        not_before="2026-02-01T00:00:00.000000Z",
    ),
    "confirm-bandwidth": _circuit("provider", "--change up-1", change_id="up-1"),
    "reject-bandwidth": _circuit("provider", "--change up-1 --reason full", **_CHANGE),
    "proceed-bandwidth-change": _circuit("operator", "--change down-1 --reason go", **_CHANGE),
    "retry-bandwidth-change": _circuit("operator", "--change down-1 --reason again", **_CHANGE),
    "abandon-bandwidth-change": _circuit(
        "operator", "--change-id down-1 --reason enough", **_CHANGE
    ),
    "configure-peering": _circuit(
        "operator",
        "--routing-domain private --vlan 100 --peer-asn 65010"
        " --primary-subnet 10.0.0.0/30 --secondary-subnet 10.0.0.4/30",
        **PEERING
        | {
            "routing_domain": "microsoft",
            "primary_subnet_v6": "2001:db8::/126",
            "secondary_subnet_v6": "2001:db8::4/126",
            "advertised_prefixes": ["203.0.113.0/24", "2001:db8:1::/48"],
            "registry": "ripe",
        },
    ),
    "change-peering": _circuit(
        "operator",
        "--routing-domain private --vlan 200 --clear registry --clear advertised-prefixes",
        **_DOMAIN,
        vlan=101,
    ),
    "validate-peering": _circuit(
        "csp",
        "--routing-domain private --evidence letter",
        **_DOMAIN,
        evidence="letter of 2026-01-05",
    ),
    "reject-validation": _circuit(
        "csp", "--routing-domain private --reason forged", **_DOMAIN, **_REASON
    ),
    "reveal-secret": _circuit(
        "operator",
        "--field private/md5_key --reason migration",
        field="private/md5_key",
        reason="migration",
    ),
    "enable-peering": _circuit("operator", "--routing-domain private", **_DOMAIN),
    "disable-peering": _circuit("operator", "--routing-domain private", **_DOMAIN),
    "remove-peering": _circuit("operator", "--routing-domain private", **_DOMAIN),
    "attach-route-filter": _circuit("operator", _FILTER_OPTIONS, **_FILTER),
    "detach-route-filter": _circuit("operator", _FILTER_OPTIONS, **_FILTER),
    "issue-authorization": _circuit(
        "contributor",
        "--authorization a1 --subscription acme-dev",
        authorization_id="a1",
        subscription_id="acme-prod",
    ),
    "revoke-authorization": _circuit("contributor", "--authorization a1", authorization_id="a1"),
    "connect-network": _circuit(
        "operator",
        "--network n1 --authorization a1 --weight 100",
        network_id="n1",
        authorization_id="a1",
        weight=100,
    ),
    "disconnect-network": _circuit("operator", "--network n1", network_id="n1"),
    "peer-circuits": _circuit("operator", "--other-circuit c3", other_circuit_id="c3"),
    "unpeer-circuits": _circuit("operator", "--other-circuit c3", other_circuit_id="c3"),
    "advertise-routes": _circuit(
        "operator",
        "--routing-domain private --prefix 192.168.0.0/16 --prefix 0.0.0.0/0",
        routing_domain="private",
        prefixes=["192.168.0.0/16", "0.0.0.0/0"],
    ),
    "set-encryption": _circuit(
        "operator",
        "--kind ipsec --ike-encryption gcm-aes-256 --ike-integrity sha-384 --dh-group ecp-384"
        " --ipsec-encryption aes-256 --ipsec-integrity sha-256 --pfs-group ecp-384"
        " --sa-lifetime-seconds 3600 --secret-reference vault/acme/psk",
        **IPSEC,
    ),
    "remove-encryption": _circuit("operator", ""),
    "report-observation": _circuit(
        "provider",
        "--observed-at 2026-01-05T08:59:00Z --provider-state provisioned --circuit-state enabled"
        " --bandwidth 500 --peering private:up:12 --peering microsoft::3",
        observed_at="2026-01-05T08:59:00.000000Z",
        provider_state="provisioned",
        circuit_state="enabled",
        bandwidth_mbps=1000,
        peerings=[{"routing_domain": "private", "state": "up", "prefixes": 12}],
    ),
    "acknowledge-alarm": _circuit(
        "operator",
        "--alarm billed-and-idle --reason known",
        alarm="billed-and-idle",
        reason="known",
    ),
}

ON_CSP: Final = {
    "grant-role": "--principal user:anna --role contributor",
    "revoke-role": "--principal user:anna --role contributor",
    "claim-prefix": "--prefix 203.0.113.0/24",
    "confirm-prefix": "--prefix 203.0.113.0/24",
    "reject-prefix": "--prefix 203.0.113.0/24",
    "release-prefix": "--prefix 203.0.113.0/24",
}
"""The commands that can also be addressed to csp/self, with the options typed in that case."""


def sent_by(*senders: Sender) -> frozenset[str]:
    """The commands whose least sender is one of the given senders."""
    return frozenset(verb for verb, each in EXAMPLES.items() if each.sender in senders)


def missing(commands: Any) -> str:
    """What to do about commands without an example; empty if every command has one."""
    lacking = sorted(set(commands) - set(EXAMPLES))
    return (
        ""
        if not lacking
        else f"add an example of {', '.join(lacking)} to tests/examples/commands.py"
    )
