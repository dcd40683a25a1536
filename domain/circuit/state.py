"""The state of a circuit that the rules see: how far it has come, its peerings, its change."""

from collections.abc import Sequence
from typing import Any, Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.bandwidth_change.change import Change, Decrease, Running, Scheduled
from domain.circuit.encryption_commands import Encryption
from domain.circuit.observation import Observation
from domain.circuit.provider_states import ProviderFields
from domain.circuit.resource_state import resource_state
from domain.decider.concern import Concern
from domain.decider.states import Key
from domain.profiles import PROFILES, Profile
from domain.words.persistent import EMPTY, Persistent
from domain.words.prefix import Prefix
from domain.words.sealed import Sealed
from domain.words.structs import Frozen
from domain.words.values import (
    AlarmKind,
    AuthorizationState,
    Billing,
    CircuitState,
    PeeringState,
    ProviderState,
    ResourceState,
    RoutingDomain,
    Tier,
)


class WantedPeering(Frozen):
    """A peering as it is asked for; each subnet belongs to one of the two connections."""

    routing_domain: RoutingDomain
    vlan: int
    peer_asn: int
    primary_subnet: Prefix | None
    secondary_subnet: Prefix | None
    primary_subnet_v6: Prefix | None
    secondary_subnet_v6: Prefix | None
    advertised_prefixes: tuple[Prefix, ...] | None
    registry: str | None

    @property
    def subnets(self) -> Sequence[tuple[str, Prefix]]:
        """The subnets it has, each with its field's name."""
        fields = (
            ("primary_subnet", self.primary_subnet),
            ("secondary_subnet", self.secondary_subnet),
            ("primary_subnet_v6", self.primary_subnet_v6),
            ("secondary_subnet_v6", self.secondary_subnet_v6),
        )
        return [(name, subnet) for name, subnet in fields if subnet is not None]

    @property
    def described_subnets(self) -> Sequence[tuple[str, Prefix]]:
        """The subnets, each with what it is: `primary_subnet of the private peering`."""
        where = f"of the {self.routing_domain} peering"
        return [(f"{name} {where}", subnet) for name, subnet in self.subnets]

    @property
    def is_public(self) -> bool:
        """Whether it needs public addresses."""
        return self.routing_domain != "private"

    @property
    def public(self) -> Sequence[Prefix]:
        """What must not be another customer's: its prefixes, then the subnets of public links."""
        links = [subnet for _, subnet in self.subnets] if self.is_public else []
        return (*(self.advertised_prefixes or ()), *links)

    @property
    def origins(self) -> tuple[int, tuple[Prefix, ...] | None]:
        """What is judged when somebody asks whose it is: the ASN, and what it announces."""
        return self.peer_asn, self.advertised_prefixes

    def beside(self, before: "WantedPeering") -> "WantedPeering":
        """Only those subnets and prefixes that a peering did not have before."""
        stand: dict[str, Any] = {name: None for name, _ in set(self.subnets) & set(before.subnets)}
        known = set(before.advertised_prefixes or ())
        fresh = [each for each in self.advertised_prefixes or () if each not in known]
        return replace(self, **stand, advertised_prefixes=tuple(fresh))


class Peering(WantedPeering):
    """A peering as it stands on the circuit."""

    state: PeeringState
    validation_pending: bool
    validated: tuple[Prefix, ...] = ()
    validated_asns: tuple[int, ...] = ()
    """What somebody validated for this peering, or what never needed it."""
    route_filter_id: str | None = None
    """The filter that says what the cloud announces on it."""
    advertised_routes: tuple[Prefix, ...] = ()
    """What the customer's side advertises on a private peering, as a set."""
    md5_key: Sealed | None = None


class Authorization(Frozen):
    """The leave to connect one network of another subscription, once."""

    subscription_id: str | None = None
    """The one subscription whose networks may use it; None for any of the customer's."""
    state: AuthorizationState = "available"


class Connection(Frozen):
    """A network that is connected, as far as the circuit's rules look at it."""

    address_space: tuple[Prefix, ...]
    region: str | None
    weight: int
    authorization_id: str | None = None
    """The authorization that it was made with, which is in use while it stands."""


class PeerCircuit(Frozen):
    """A circuit that joins its on-premises site to this circuit's."""

    location_id: str
    geopolitical_region: str | None
    needs_premium: bool


class Circuit(Frozen):
    """A circuit, present or deleted (`removed_at`)."""

    circuit_id: str
    customer_id: str
    subscription_id: str
    location_id: str
    provider: str
    bandwidth_mbps: int
    tier: Tier
    billing: Billing
    profile_name: str
    provider_state: ProviderState = "not-provisioned"
    circuit_state: CircuitState = "enabling"
    pair: str = ""
    service_key: str = ""
    deprovisioning_requested: bool = False
    called_off: bool = False
    """Deprovisioning was asked for before the circuit was ever provisioned."""
    rejected: bool = False
    """Its provisioning was rejected; the provider may begin again."""
    peerings: tuple[Peering, ...] = ()
    encryption: Encryption | None = None
    change: Change | None = None
    change_ids: frozenset[str] = frozenset()
    replaces: str | None = None
    replaced_by: str | None = None
    last_successor: int = 1
    """The highest N of the ids `….rN` that this circuit or one it succeeds has reserved."""
    authorizations: Persistent[str, Authorization] = EMPTY
    """Every one that was ever issued, by id: none is free again."""
    connections: Persistent[str, Connection] = EMPTY
    """By the ids of the networks."""
    peer_circuits: Persistent[str, PeerCircuit] = EMPTY
    removed_at: str | None = None
    observed: Observation | None = None
    drift: tuple[str, ...] = ()
    """The fields that are raised as drifting."""
    alarms: tuple[AlarmKind, ...] = ()
    """The alarms that are raised, in that order."""
    acknowledged: frozenset[AlarmKind] = frozenset()
    """Those of them that somebody has seen."""

    @property
    def concern(self) -> Concern:
        """It concerns its customer, its provider, and roles for it or its subscription."""
        return Concern(self.customer_id, self.subscription_id, self.circuit_id, self.provider)

    @property
    def profile(self) -> Profile:
        """The rules it was ordered under."""
        return PROFILES[self.profile_name]

    @property
    def resource_state(self) -> ResourceState:
        """Whether all that was asked for is done."""
        return resource_state(
            self.circuit_state,
            deleted=self.removed_at is not None,
            rejected=self.rejected,
            deprovisioning_requested=self.deprovisioning_requested,
            change_runs=self.running is not None,
        )

    @property
    def is_provisioned(self) -> bool:
        """Provisioned and enabled: then, and only then, it can carry peerings."""
        return self.provider_state == "provisioned" and self.circuit_state == "enabled"

    @property
    def running(self) -> Running | None:
        """The change that runs; a scheduled one does not run yet."""
        return None if isinstance(self.change, Scheduled) else self.change

    @property
    def is_due_for_teardown(self) -> bool:
        """Whether a decrease has come to the teardown of this circuit.

        The old circuit is torn down at once, or after the switch; the successor once the change was
        given up.
        """
        change = self.change
        if not isinstance(change, Decrease):
            return False
        if self.circuit_id == change.successor:
            return change.reverting
        return not change.reverting and (
            change.strategy == "teardown-first" or change.switched is not None
        )

    @property
    def link_subnets(self) -> Sequence[tuple[str, Prefix]]:
        """The subnets of its peerings, each with what it is."""
        return [each for peering in self.peerings for each in peering.described_subnets]

    @property
    def default_routes(self) -> Sequence[Prefix]:
        """The default routes that are advertised on its private peering: forced tunnelling."""
        private = self.peering("private")
        routes = private.advertised_routes if private else ()
        return [each for each in routes if each.length == 0]

    def peering(self, routing_domain: RoutingDomain) -> Peering | None:
        """Its peering of that routing domain, if it has one."""
        for each in self.peerings:
            if each.routing_domain == routing_domain:
                return each
        return None


CIRCUIT: Final[Key[Circuit | None]] = Key("circuit")


class PeeringFields(TypedDict, total=False):
    """The fields that an event changes in an existing peering; settings change as a whole."""

    state: PeeringState
    validation_pending: bool
    validated: tuple[Prefix, ...]
    validated_asns: tuple[int, ...]
    route_filter_id: str | None
    advertised_routes: tuple[Prefix, ...]


class CircuitFields(ProviderFields, total=False):
    """The fields of a circuit's state that an event changes."""

    bandwidth_mbps: int
    tier: Tier
    billing: Billing
    pair: str
    service_key: str
    peerings: tuple[Peering, ...]
    encryption: Encryption | None
    change: Change | None
    change_ids: frozenset[str]
    replaces: str | None
    replaced_by: str | None
    last_successor: int
    authorizations: Persistent[str, Authorization]
    connections: Persistent[str, Connection]
    peer_circuits: Persistent[str, PeerCircuit]
    removed_at: str | None
    observed: Observation | None
    drift: tuple[str, ...]
    alarms: tuple[AlarmKind, ...]
    acknowledged: frozenset[AlarmKind]


def changed(circuit: Circuit, **fields: Unpack[CircuitFields]) -> Circuit:
    """A circuit with some fields replaced."""
    return replace(circuit, **fields)


def concern_of(circuit: Circuit) -> Concern:
    """A circuit concerns its customer, its provider, and roles for it or its subscription."""
    return circuit.concern
