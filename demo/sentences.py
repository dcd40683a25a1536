"""Commands and events as sentences, for a reader who sees tieline for the first time.

A command or event without a sentence of its own is told by its name.
"""

from collections.abc import Mapping
from typing import Any, Final

COMMANDS: Final[Mapping[str, str]] = {
    "register-customer": "{actor} registers {name}, a {model} customer.",
    "add-subscription": "{actor} adds subscription {subscription_id} to {id}.",
    "open-location": "{actor} opens location {id} with {providers} and {pairs}.",
    "order-circuit": "{actor} orders circuit {id} for {customer_id}: {bandwidth_mbps} Mbit/s, "
    "{tier}, {billing}, with {provider} at {location_id}.",
    "configure-peering": "{actor} configures the {routing_domain} peering of {id}: VLAN {vlan}, "
    "AS {peer_asn}, {primary_subnet} and {secondary_subnet}.",
    "validate-peering": "{actor} validates the {routing_domain} peering of {id} on evidence: "
    "{evidence}.",
    "define-route-filter": "{actor} defines route filter {id} for {customer_id}: it lets "
    "{communities} through.",
    "attach-route-filter": "{actor} attaches route filter {route_filter_id} to the "
    "{routing_domain} peering of {id}.",
    "register-network": "{actor} registers network {id} of {customer_id}: {address_space}, in "
    "{subscription_id}.",
    "add-gateway": "{actor} adds a gateway ({kind}) to network {id}.",
    "connect-network": "{actor} connects network {network_id} to {id}.",
    "add-subnet": "{actor} adds subnet {name} ({prefix}) to network {id}.",
    "set-security-rule": "{actor} sets rule {name} of subnet {subnet} of {id}: {access} "
    "{direction} {protocol} from {source} to port {destination_ports}, at priority {priority}.",
    "advertise-routes": "{actor} says what the customer advertises on the {routing_domain} "
    "peering of {id}: {prefixes}.",
    "set-route": "{actor} gives subnet {subnet} of {id} a route of its own: {prefix} to "
    "{next_hop}.",
    "change-bandwidth": "{actor} asks for {bandwidth_mbps} Mbit/s on {id}{consent}.",
}

EVENTS: Final[Mapping[str, str]] = {
    "tieline.customer.registered.v1": "{name} is a customer",
    "tieline.csp.encapsulation-id-allocated.v1": "{customer_id} gets encapsulation id "
    "{encapsulation_id}, which keeps its traffic apart and is never used again",
    "tieline.csp.subscription-held.v1": "{subscription_id} is {customer_id}'s: no other customer "
    "can have it",
    "tieline.customer.subscription-added.v1": "subscription {subscription_id} is there, managed by "
    "the {managed_by}",
    "tieline.customer.circuit-attached.v1": "{circuit_id} counts under {subscription_id}",
    "tieline.customer.circuit-detached.v1": "{circuit_id} no longer counts",
    "tieline.customer.prefix-confirmed.v1": "{prefix} is confirmed for this customer",
    "tieline.csp.prefix-held.v1": "{prefix} is {customer_id}'s: nobody else may use it",
    "tieline.csp.addresses-used.v1": "the {routing_domain} peering of {circuit_id} uses {subnets}, "
    "and advertises {prefixes}",
    "tieline.csp.addresses-freed.v1": "the {routing_domain} peering of {circuit_id} uses no public "
    "addresses any more",
    "tieline.customer.route-filter-attached.v1": "{route_filter_id} is a filter of this customer",
    "tieline.customer.network-attached.v1": "{network_id} counts under {subscription_id}",
    "tieline.location.opened.v1": "orders can be placed here",
    "tieline.location.capacity-taken.v1": "{bandwidth_mbps} Mbit/s taken on both routers of {pair} "
    "for {circuit_id}",
    "tieline.location.capacity-released.v1": "{bandwidth_mbps} Mbit/s of {circuit_id} given back "
    "on {pair}",
    "tieline.circuit.ordered.v1": "ordered: {bandwidth_mbps} Mbit/s under the rules of '{profile}'",
    "tieline.circuit.placed.v1": "placed on {pair} ({primary} and {secondary}); the provider "
    "quotes service key {service_key}",
    "tieline.circuit.provisioning-begun.v1": "provisioning begun",
    "tieline.circuit.provisioned.v1": "provisioned: traffic could flow",
    "tieline.circuit.deprovisioning-requested.v1": "its teardown is asked for",
    "tieline.circuit.deprovisioning-begun.v1": "teardown begun: no traffic from here on",
    "tieline.circuit.deprovisioned.v1": "torn down",
    "tieline.circuit.deleted.v1": "deleted; from now on it is history",
    "tieline.peering.configured.v1": "{routing_domain} peering on VLAN {vlan}: {state}",
    "tieline.peering.validated.v1": "{routing_domain} peering validated: it is enabled",
    "tieline.peering.route-filter-attached.v1": "the {routing_domain} peering has filter "
    "{route_filter_id}",
    "tieline.peering.route-filter-detached.v1": "the {routing_domain} peering has filter "
    "{route_filter_id} no longer",
    "tieline.peering.routes-advertised.v1": "advertised on the {routing_domain} peering: "
    "{prefixes}",
    "tieline.circuit.network-connected.v1": "network {network_id} ({address_space}) is connected",
    "tieline.circuit.network-disconnected.v1": "network {network_id} is no longer connected",
    "tieline.route-filter.defined.v1": "defined: {communities}",
    "tieline.route-filter.attached.v1": "in use by the {routing_domain} peering of {circuit_id}",
    "tieline.route-filter.detached.v1": "no longer in use by the {routing_domain} peering of "
    "{circuit_id}",
    "tieline.network.registered.v1": "a network with {address_space}",
    "tieline.network.gateway-added.v1": "it has a gateway: {gateway}",
    "tieline.network.connected.v1": "connected to {circuit_id} at {location_id}",
    "tieline.network.disconnected.v1": "no longer connected to {circuit_id}",
    "tieline.network.subnet-added.v1": "subnet {name} is there",
    "tieline.network.security-rule-set.v1": "rule {name} decides at priority {priority}",
    "tieline.network.route-set.v1": "subnet {subnet} sends {prefix} to {next_hop}",
    "tieline.bandwidth.increase-requested.v1": "{bandwidth_mbps} Mbit/s wanted, {from_mbps} agreed "
    "until the provider confirms",
    "tieline.bandwidth.increased.v1": "{bandwidth_mbps} Mbit/s agreed, nothing was interrupted",
    "tieline.bandwidth.decrease-started.v1": "a teardown and recreate begins: from {from_mbps} to "
    "{bandwidth_mbps} Mbit/s, {successor} will take over",
    "tieline.bandwidth.carried-over.v1": "everything of {replaces} stands here, too",
    "tieline.bandwidth.decreased.v1": "done: {replaced_by} carries on with {bandwidth_mbps} Mbit/s",
}


def of_command(command: Mapping[str, Any]) -> str:
    """What somebody asks for."""
    verb = str(command["type"]).split(".")[2]
    data: dict[str, Any] = dict(command.get("data", {}))
    actor = str(command.get("actor", "user:owner"))
    words = {
        **{name: listed(value) for name, value in data.items()},
        "actor": "The CSP" if actor == "user:owner" else actor,
        "id": str(command["subject"]).partition("/")[2],
        "pairs": " and ".join(_pair(each) for each in data.get("routers", [])),
        "consent": _consent(data),
    }
    sentence = COMMANDS.get(verb)
    if sentence is None:
        return f"{words['actor']} sends {verb} to {command['subject']}."
    return sentence.format_map(words)


def of_event(event: Mapping[str, Any]) -> str:
    """What happened."""
    sentence = EVENTS.get(event["type"])
    if sentence is None:
        return " ".join(str(event["type"]).split(".")[1:-1]).replace("-", " ")
    return sentence.format_map({name: listed(value) for name, value in event["data"].items()})


def listed(value: Any) -> str:
    """A list as people say it: a, b and c."""
    if not isinstance(value, list):
        return str(value)
    words = [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] JSON
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _pair(pair: Mapping[str, Any]) -> str:
    routers = f"{pair['primary']} and {pair['secondary']}"
    return f"{pair['name']} ({routers}, {pair['capacity_mbps']} Mbit/s)"


def _consent(data: Mapping[str, Any]) -> str:
    if data.get("accept_interruption"):
        return f", and accepts the interruption that lowering takes ({data['strategy']})"
    return ""
