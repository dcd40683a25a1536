"""What whoever pastes a configuration should know, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.router_config.model import End
    from adapters.router_config.policies import Announced
    from projections.projection import Row

_WHY_NOTHING: Final = {
    "private": "Nothing is connected over the private peering",
    "microsoft": "The microsoft peering has no route filter",
}
"""Why the cloud announces nothing."""


def carries_traffic(circuit: Row) -> bool:
    """Whether sessions of the circuit may come up at all (rule book, "The circuit")."""
    return (circuit["provider_state"], circuit["circuit_state"]) == ("provisioned", "enabled")


def notes_on(circuit: Row, announced: Mapping[str, Announced], end: End) -> Iterator[str]:
    """In the order in which they are read: the router, the circuit, each peering."""
    if end.assumed:
        yield f"Port {end.interface} is assumed; --interface names another."
    if end.side == "provider":
        yield "For the default table of the router; a VRF or an outer tag takes your own template."
    if not any(each[f"{end.connection}_subnet"] for each in circuit["peerings"]):
        yield "No session is over IPv4, so BGP needs a router id that is configured elsewhere."
    if not carries_traffic(circuit):
        states = f"{circuit['provider_state']} and {circuit['circuit_state']}"
        yield f"The circuit is {states}, so every session is shut."
    for peering in circuit["peerings"]:
        yield from _on_peering(peering, announced[peering["routing_domain"]])


def _on_peering(peering: Row, announced: Announced) -> Iterator[str]:
    domain, state = peering["routing_domain"], peering["state"]
    if state != "enabled":
        yield f"The {domain} peering is {state}, so its sessions are shut."
    if not announced.is_shown:
        yield f"Routes and keys of the {domain} peering are the customer's to tell; none passes."
        return
    if peering["md5_key"]:
        yield f"Replace <md5-key-of-{domain}> by the key of the {domain} peering."
    if not announced.by_customer:
        yield f"No route of the customer is recorded for the {domain} peering, so none passes."
    if announced.nothing_by_cloud:
        yield f"{_WHY_NOTHING[domain]}, so the cloud announces nothing there."
