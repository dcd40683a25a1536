"""What the views show, as types: the fields of the JSON that each view's `rendered` makes.

The description of the interface is generated from them; a test holds every answer against them. A
field that a circuit's provider is not told is null for the provider.
"""

from typing import Any, TypedDict

from domain.words.values import (
    AlarmKind,
    AuthorizationState,
    Billing,
    CircuitState,
    Isolation,
    Manager,
    Model,
    PeeringState,
    ProviderState,
    ResourceState,
    Role,
    RoutingDomain,
    Strategy,
    Tier,
)


class CircuitChange(TypedDict):
    """The change of bandwidth that a circuit is part of, until it ends."""

    change_id: str
    kind: str
    strategy: Strategy | None
    step: str | None
    waits_for: str | None
    since: str | None
    overdue: bool


class Peering(TypedDict):
    """The BGP sessions of one routing domain; a secret is `***`."""

    routing_domain: RoutingDomain
    vlan: int
    peer_asn: int
    primary_subnet: str | None
    secondary_subnet: str | None
    primary_subnet_v6: str | None
    secondary_subnet_v6: str | None
    advertised_prefixes: list[str] | None
    registry: str | None
    md5_key: str | None
    state: PeeringState
    validation_pending: bool | None
    route_filter_id: str | None
    advertised_routes: list[str] | None


class Authorization(TypedDict):
    """A leave to connect a network of another subscription, and the network that uses it."""

    authorization_id: str
    state: AuthorizationState
    network_id: str | None


class NetworkConnection(TypedDict):
    """A network that is connected to a circuit."""

    network_id: str
    authorization_id: str | None
    weight: int


class Drift(TypedDict):
    """A field that was observed to be other than recorded."""

    field: str
    recorded: str | int | None
    observed: str | int | None
    since: str


class CircuitAlarm(TypedDict):
    """An alarm that is raised on a circuit."""

    alarm: AlarmKind
    since: str
    cause: str
    acknowledged_by: str | None


class Circuit(TypedDict):
    """A circuit with its three states; what was deleted is still shown, with `deleted` true."""

    circuit_id: str
    customer_id: str | None
    subscription_id: str | None
    location_id: str
    provider: str
    pair: str | None
    profile: str | None
    tier: Tier | None
    billing: Billing | None
    bandwidth_mbps: int
    wanted_bandwidth_mbps: int | None
    provider_state: ProviderState
    circuit_state: CircuitState
    resource_state: ResourceState
    service_key: str | None
    change: CircuitChange | None
    peerings: list[Peering]
    authorizations: list[Authorization]
    connections: list[NetworkConnection]
    peer_circuits: list[str]
    encryption: dict[str, Any] | None
    drift: list[Drift]
    alarms: list[CircuitAlarm]
    last_observed_at: str | None
    replaces: str | None
    replaced_by: str | None
    version: int
    deleted: bool


class IdentityStore(TypedDict):
    """Where a customer's identities are kept."""

    location: Manager
    directory: str
    replicated: bool


class Subscription(TypedDict):
    """A subscription of a customer, and who manages it."""

    subscription_id: str
    managed_by: Manager


class Grant(TypedDict):
    """A role that somebody was granted."""

    principal: str
    role: Role
    scope: str | None
    on_behalf: bool


class HeldPrefix(TypedDict):
    """A public prefix that a customer says is its own."""

    prefix: str
    state: str


class Customer(TypedDict):
    """A customer with its subscriptions, roles and prefixes."""

    customer_id: str
    name: str
    model: Model
    isolation: Isolation
    encapsulation_id: int
    identity_store: IdentityStore | None
    subscriptions: list[Subscription]
    roles: list[Grant]
    prefixes: list[HeldPrefix]
    networks: list[str]
    route_filters: list[str]
    version: int
    deleted: bool
    erased: bool


class LocationPair(TypedDict):
    """Two routers of a location, and what their circuits take of them."""

    name: str
    primary: str
    secondary: str
    capacity_mbps: int
    taken_mbps: int
    free_mbps: int
    provider: str | None


class Location(TypedDict):
    """A location with its providers and router pairs."""

    location_id: str
    providers: list[str]
    pairs: list[LocationPair]
    open: bool
    oversubscription: str
    local_regions: list[str]
    geopolitical_region: str | None
    version: int


class Route(TypedDict):
    """A route of a subnet's own."""

    prefix: str
    next_hop: str
    next_hop_address: str | None


class SecurityRule(TypedDict):
    """What a subnet lets in or out."""

    name: str
    priority: int
    direction: str
    access: str
    protocol: str
    source: list[str]
    source_ports: list[str]
    destination: list[str]
    destination_ports: list[str]


class Subnet(TypedDict):
    """A subnet with its routes and security rules."""

    name: str
    prefix: str
    routes: list[Route]
    security_rules: list[SecurityRule]


class CircuitConnection(TypedDict):
    """A circuit that a network is connected to."""

    circuit_id: str
    authorization_id: str | None
    weight: int


class Network(TypedDict):
    """A network with its subnets, gateways and links."""

    network_id: str
    customer_id: str
    subscription_id: str
    region: str | None
    address_space: list[str]
    subnets: list[Subnet]
    gateways: list[str]
    links: list[str]
    connections: list[CircuitConnection]
    version: int
    deleted: bool


class Attachment(TypedDict):
    """A peering that uses a route filter."""

    circuit_id: str
    routing_domain: RoutingDomain


class RouteFilter(TypedDict):
    """A route filter: the BGP communities that it lets through, and who uses it."""

    route_filter_id: str
    customer_id: str
    communities: list[str]
    attached_to: list[Attachment]
    version: int
    deleted: bool
