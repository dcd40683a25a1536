"""What the office has on record of networks, route filters, and what hangs on a circuit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from demo.office.records import CircuitRecord, CustomerRecord, Subscription

MOST_NETWORKS = 10
"""Networks and peer circuits of a circuit, on every tier and at every rate."""
MOST_CIRCUITS_HERE = 4
"""Circuits of a network at one location."""


@dataclass(eq=False)
class SubnetRecord:
    """A subnet, with the prefixes of its routes, and the direction and priority of its rules."""

    name: str
    prefix: str
    routes: list[str] = field(default_factory=list[str])
    rules: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])


@dataclass(eq=False, kw_only=True)
class NetworkRecord:
    """A virtual network; `number` gives its own part of its customer's private address space."""

    id: str
    customer: CustomerRecord
    subscription: Subscription
    number: int
    space: list[str]
    region: str | None
    gateways: list[str] = field(default_factory=list[str])
    subnets: list[SubnetRecord] = field(default_factory=list[SubnetRecord])
    links: list[NetworkRecord] = field(default_factory=list["NetworkRecord"])
    circuits: list[CircuitRecord] = field(default_factory=list["CircuitRecord"])
    named: int = 0
    """How many subnets, and rules in them, were ever named: no name is used twice."""

    @property
    def is_free(self) -> bool:
        """Whether nothing hangs on it."""
        return not self.links and not self.circuits

    def at(self, circuit: CircuitRecord) -> int:
        """How many of its circuits are where this one is."""
        return sum(each.site is circuit.site for each in self.circuits)

    def connect(self, circuit: CircuitRecord, by: AuthorizationRecord | None = None) -> None:
        """It is connected to a circuit, which uses up the authorization that was given."""
        self.circuits.append(circuit)
        circuit.networks.append(self)
        circuit.is_in_use()
        if by is not None:
            by.state, by.network = "used", self

    def disconnect(self, circuit: CircuitRecord) -> None:
        """It is connected to a circuit no longer; the authorization stays used up."""
        self.circuits.remove(circuit)
        circuit.networks.remove(self)
        for each in circuit.authorizations:
            if each.network is self:
                each.network = None


@dataclass(eq=False)
class RouteFilterRecord:
    """A route filter, and the circuits whose microsoft peerings use it."""

    id: str
    customer: CustomerRecord
    communities: list[str]
    circuits: list[CircuitRecord] = field(default_factory=list["CircuitRecord"])


@dataclass(eq=False)
class AuthorizationRecord:
    """An authorization of a circuit; `network` is the one that is connected by it."""

    id: str
    subscription: Subscription | None
    state: Literal["available", "used", "revoked"] = "available"
    network: NetworkRecord | None = None
