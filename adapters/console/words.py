"""The words of the console: how states, rates and events are said, and in which tone."""

from collections.abc import Mapping
from typing import Final, Literal

Tone = Literal["ok", "busy", "warn", "bad", "quiet"]

_TONES: Final[Mapping[str, Tone]] = {
    "provisioned": "ok",
    "enabled": "ok",
    "succeeded": "ok",
    "available": "ok",
    "provisioning": "busy",
    "enabling": "busy",
    "updating": "busy",
    "deprovisioning": "busy",
    "disabling": "busy",
    "deleting": "busy",
    "validation-needed": "warn",
    "overdue": "warn",
    "failed": "bad",
    "revoked": "bad",
    "refused": "bad",
}

FULL: Final = 90
"""Percent from which on something is nearly full."""

_ABBREVIATIONS: Final = {
    "asn": "ASN",
    "bgp": "BGP",
    "csp": "CSP",
    "tcp": "TCP",
    "udp": "UDP",
    "icmp": "ICMP",
    "vlan": "VLAN",
    "md5": "MD5",
    "id": "ID",
    "v6": "IPv6",
}

_LABELS: Final[Mapping[str, str]] = {
    "bandwidth_mbps": "Bandwidth",
    "customer_id": "Customer",
    "subscription_id": "Subscription",
    "location_id": "Location",
    "change_id": "Change",
    "circuit_id": "Circuit",
    "auto_proceed": "Switch over without asking",
    "accept_interruption": "Accept the interruption",
    "not_before": "Not before",
    "capacity_mbps": "Mbit/s",
    "network_id": "Network",
    "encapsulation_id": "Encapsulation ID",
    "managed_by": "Managed by",
    "on_behalf": "On the customer’s behalf",
    "csp": "CSP",
}


EXAMPLES: Final[Mapping[str, str]] = {
    "principal": "user:ann",
    "owner": "user:ann",
    "subscription_id": "acme-prod",
    "prefix": "10.20.1.0/24",
    "address_space": "10.20.0.0/16",
    "next_hop_address": "10.20.2.4",
    "region": "West Europe",
    "provider": "colt",
    "providers": "colt",
    "scope": "all of the customer",
    "source": "10.20.0.0/16",
    "destination": "any",
    "source_ports": "any",
    "destination_ports": "443",
}
"""What may stand in a field, shown while it is blank."""


def tone_of(word: str) -> Tone:
    """The tone in which a state is shown."""
    return _TONES.get(word, "quiet")


def spoken(word: str) -> str:
    """A word of the contract as people read it: `not provisioned`."""
    return word.replace("-", " ").replace("_", " ")


def sentence_case(word: str) -> str:
    """A word of the contract as it begins a line: `Not provisioned`, `Peer ASN`."""
    if word in _LABELS:
        return _LABELS[word]
    words = " ".join(_ABBREVIATIONS.get(each, each) for each in spoken(word).split())
    return words[:1].upper() + words[1:]


def title_of_event(kind: str) -> str:
    """An event's or a command's type as people say it: `tieline.circuit.ordered.v1` is `Ordered`.

    >>> title_of_event("tieline.bandwidth.decrease-started.v1")
    'Decrease started'
    """
    *_, noun, what, _ = ["", "", *kind.split(".")]
    if noun in ("peering", "alarm", "drift"):
        return sentence_case(f"{noun}-{what}")
    return sentence_case(what)


def fullness(percent: int) -> Tone:
    """How urgent it is that so much of something is taken."""
    return "bad" if percent >= FULL else "ok"


def share(count: int, total: int) -> float:
    """Percent of a total, of which there may be nothing."""
    return round(100 * count / total, 2) if total else 0


def rate(mbps: int | None) -> str:
    """A rate as people say it: `500 Mbit/s`, `10 Gbit/s`."""
    if mbps is None:
        return "–"
    if mbps >= 1000 and mbps % 10 == 0:  # noqa: PLR2004 - a thousand is a thousand
        return f"{mbps / 1000:g} Gbit/s"
    return f"{mbps} Mbit/s"
