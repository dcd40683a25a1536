"""What customers, sites, circuits and networks consist of, as far as answers need it."""

from dataclasses import dataclass, field
from typing import Literal

from domain.words.values import Role

ChangeStage = Literal["running", "waiting", "scheduled", "proceeding", "reverting", "abandoned"]

OFFERED_MBPS = (50, 100, 200, 500, 1000, 2000, 5000, 10000)
LOCAL_FROM_MBPS = 1000
MOST_NETWORKS = 10
"""Networks and peer circuits of a circuit, on every tier and at every rate."""
MOST_CIRCUITS_HERE = 4
"""Circuits of a network at one location."""


@dataclass
class Person:
    """Somebody who holds a role for a customer, which must stay up to the week `needed_until`."""

    principal: str
    role: Role
    scope: str | None = None
    on_behalf: bool = False
    needed_until: int = 0


@dataclass
class ClaimedPrefix:
    """A public prefix of a customer, while it is claimed or confirmed; `used` by some peering."""

    prefix: str
    confirmed: bool = False
    used: bool = False


@dataclass
class Subscription:
    """A subscription; `circuits` counts its undeleted circuits by site, `networks` all of them."""

    id: str
    managed_by_customer: bool
    removed: bool = False
    circuits: dict[str, int] = field(default_factory=dict[str, int])
    networks: int = 0

    @property
    def in_use(self) -> int:
        """How many circuits use it."""
        return sum(self.circuits.values())


@dataclass
class RouterPairRecord:
    """A router pair of a site, with what is taken on it."""

    name: str
    primary: str
    secondary: str
    capacity_mbps: int
    provider: str | None = None
    taken: int = 0

    def as_data(self) -> dict[str, object]:
        """The pair in the data of open-location and resize-location."""
        data: dict[str, object] = {
            "name": self.name,
            "primary": self.primary,
            "secondary": self.secondary,
            "capacity_mbps": self.capacity_mbps,
        }
        if self.provider is not None:
            data["provider"] = self.provider
        return data


@dataclass
class PeeringRecord:
    """A peering as configured; `state` None once nothing certain is known of it."""

    domain: Literal["private", "public", "microsoft"]
    vlan: int
    subnets: list[str]
    state: Literal["enabled", "disabled", "validation-needed"] | None
    was_pending: bool = False
    """Whether it ever waited for validation; if so, its prefixes and AS number are left alone."""
    keyed: bool = False
    """Whether it has an MD5 key."""


@dataclass
class BandwidthChange:
    """A bandwidth change that has not ended; `due` is its scheduled week, or the week it began."""

    id: str
    kind: Literal["increase", "teardown-first", "replace-first"]
    mbps: int
    stage: ChangeStage
    due: int
    auto_proceed: bool = True
    """Whether a replace-first switches over by itself."""
    will_fail: bool = False


@dataclass(eq=False)
class SubnetRecord:
    """A subnet, with the prefixes of its routes, and the direction and priority of its rules."""

    name: str
    prefix: str
    routes: list[str] = field(default_factory=list[str])
    rules: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
