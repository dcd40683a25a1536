"""What a circuit shows, its peerings and the change it is part of."""

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import asdict

from domain.circuit.bandwidth_events import (
    IncreaseRequested,
    PeeringSwitch,
    SwitchedOver,
)
from domain.circuit.encryption_commands import Encryption
from domain.circuit.events import (
    BillingChanged,
    CircuitDeleted,
    EncryptionRemoved,
    EncryptionSet,
    PeeringChanged,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
    PeeringValidated,
    PeeringValidationRejected,
    TierChanged,
)
from domain.decider.decisions import Written
from domain.words.structs import Event
from projections import circuits
from projections.database import reading
from tests.examples import FIREWALLS, IPSEC, KEY, a_provisioned_circuit, an_encrypted_circuit
from tests.projections.histories import built, told
from tests.projections.stories import (
    WORLD,
    a_peering,
    a_replace_first,
)

MICROSOFT: dict[str, Any] = {
    "routing_domain": "microsoft",
    "vlan": 300,
    "primary_subnet": "203.0.113.0/30",
    "secondary_subnet": "203.0.113.4/30",
    "advertised_prefixes": ["203.0.113.128/25"],
    "registry": "RIPE",
    "state": "validation-needed",
    "validation_pending": True,
}
INCREASE = IncreaseRequested(change_id="up-1", from_mbps=500, bandwidth_mbps=1000)


def shown(id: str, *facts: Written | Iterable[Written]) -> Any:
    with reading(built(*facts)) as live:
        return circuits.show(live, id)


def after(*events: Event) -> Any:
    """Circuit c1 of the example world after events of its stream."""
    return shown("c1", WORLD, [("circuit/c1", event) for event in events])


def change_of(id: str, *facts: Written | Iterable[Written]) -> Any:
    return shown(id, *facts)["change"]


def test_every_field_of_the_contract() -> None:
    assert after() == {
        "circuit_id": "c1",
        "customer_id": "acme",
        "subscription_id": "acme-prod",
        "location_id": "frankfurt",
        "provider": "colt",
        "pair": "pair-1",
        "profile": "current",
        "tier": "standard",
        "billing": "metered",
        "bandwidth_mbps": 500,
        "wanted_bandwidth_mbps": None,
        "provider_state": "provisioned",
        "circuit_state": "enabled",
        "resource_state": "succeeded",
        "service_key": KEY,
        "change": None,
        "peerings": [],
        "authorizations": [],
        "connections": [],
        "peer_circuits": [],
        "encryption": None,
        "drift": [],
        "alarms": [],
        "last_observed_at": None,
        "replaces": None,
        "replaced_by": None,
        "version": 4,
        "deleted": False,
    }


def test_a_circuit_that_never_was() -> None:
    assert shown("c2", WORLD) is None


def test_tier_and_billing() -> None:
    circuit = after(TierChanged(tier="premium"), BillingChanged(billing="unlimited"))
    assert (circuit["tier"], circuit["billing"], circuit["version"]) == ("premium", "unlimited", 6)


def test_encryption_shows_what_was_set_with_its_defaults_until_it_is_removed() -> None:
    _, ipsec = an_encrypted_circuit()
    lifetimes = {"sa_lifetime_seconds": 27_000, "sa_lifetime_kilobytes": 102_400_000}
    filled = IPSEC | {"policy": IPSEC["policy"] | lifetimes}
    assert after(ipsec)["encryption"] == filled
    firewalls = EncryptionSet(encryption=Encryption(**FIREWALLS))
    assert after(ipsec, firewalls)["encryption"] == FIREWALLS
    assert after(ipsec, EncryptionRemoved())["encryption"] is None


def test_a_peering_shows_all_its_fields() -> None:
    assert after(a_peering())["peerings"] == [
        {
            "routing_domain": "private",
            "vlan": 100,
            "peer_asn": 65010,
            "primary_subnet": "10.255.0.0/30",
            "secondary_subnet": "10.255.0.4/30",
            "primary_subnet_v6": None,
            "secondary_subnet_v6": None,
            "advertised_prefixes": None,
            "registry": None,
            "md5_key": None,
            "state": "enabled",
            "validation_pending": False,
            "route_filter_id": None,
            "advertised_routes": [],
        }
    ]


def test_peerings_stand_private_public_microsoft() -> None:
    public: dict[str, Any] = {**MICROSOFT, "routing_domain": "public"}
    circuit = after(a_peering(**MICROSOFT), a_peering(**public), a_peering())
    domains = [peering["routing_domain"] for peering in circuit["peerings"]]
    assert domains == ["private", "public", "microsoft"]


def test_a_changed_peering_stays_in_its_place() -> None:
    changed = PeeringChanged(**asdict(a_peering(vlan=200)))
    circuit = after(a_peering(), a_peering(**MICROSOFT), changed)
    assert [(p["routing_domain"], p["vlan"]) for p in circuit["peerings"]] == [
        ("private", 200),
        ("microsoft", 300),
    ]


@pytest.mark.parametrize(
    ("events", "state", "pending"),
    [
        ([], "validation-needed", True),
        ([PeeringValidated(routing_domain="microsoft", evidence="letter")], "enabled", False),
        (
            [PeeringValidationRejected(routing_domain="microsoft", reason="not theirs")],
            "disabled",
            True,
        ),
        (
            [
                PeeringValidated(routing_domain="microsoft", evidence="letter"),
                PeeringValidationRejected(routing_domain="microsoft", reason="withdrawn"),
            ],
            "disabled",
            True,
        ),
        ([PeeringDisabled(routing_domain="microsoft")], "disabled", True),
        (
            [
                PeeringDisabled(routing_domain="microsoft"),
                PeeringValidated(routing_domain="microsoft", evidence="letter"),
            ],
            "disabled",
            False,
        ),
        (
            [
                PeeringValidated(routing_domain="microsoft", evidence="letter"),
                PeeringDisabled(routing_domain="microsoft"),
                PeeringEnabled(routing_domain="microsoft"),
            ],
            "enabled",
            False,
        ),
        (
            [
                PeeringValidated(routing_domain="microsoft", evidence="letter"),
                PeeringChanged(**asdict(a_peering(**{**MICROSOFT, "vlan": 301}))),
                PeeringDisabled(routing_domain="microsoft"),
            ],
            "disabled",
            True,
        ),
    ],
)
def test_states_of_a_peering(events: list[Event], state: str, *, pending: bool) -> None:
    """A disabled peering that has yet to be validated says so."""
    (peering,) = after(a_peering(**MICROSOFT), *events)["peerings"]
    assert (peering["state"], peering["validation_pending"]) == (state, pending)


def test_a_switch_says_whether_a_validation_is_pending() -> None:
    switch = PeeringSwitch(routing_domain="microsoft", state="disabled", validation_pending=False)
    switched = SwitchedOver(change_id="d", replaced_by="c1.r2", peerings=[switch])
    (peering,) = after(a_peering(**MICROSOFT), switched)["peerings"]
    assert (peering["state"], peering["validation_pending"]) == ("disabled", False)


def test_a_removed_peering_is_gone() -> None:
    removed = PeeringRemoved(routing_domain="private")
    (left,) = after(a_peering(), a_peering(**MICROSOFT), removed)["peerings"]
    assert left["routing_domain"] == "microsoft"


def test_lists_are_filtered_ordered_and_paged() -> None:
    more = [a_provisioned_circuit(f"c{n}", bandwidth_mbps=1000) for n in (3, 2)]
    with reading(built(WORLD, *more, ("circuit/c3", CircuitDeleted()))) as live:
        first = circuits.LISTING.page(live, {"customer_id": "acme"}, limit=2).rows
        assert [row["circuit_id"] for row in first] == ["c1", "c2"]
        rest = circuits.LISTING.page(live, {"customer_id": "acme"}, after=("c2",), limit=2).rows
        assert [row["circuit_id"] for row in rest] == ["c3"]
        fast = circuits.LISTING.page(live, {"bandwidth_mbps": 1000, "deleted": False}).rows
        assert [row["circuit_id"] for row in fast] == ["c2"]
        either = circuits.LISTING.page(live, {"resource_state": ["deleting", "failed"]}).rows
        assert [row["circuit_id"] for row in either] == ["c3"]
        assert circuits.LISTING.page(live, {"provider": []}).rows == []
        with pytest.raises(ValueError, match="no filter colour"):
            circuits.LISTING.page(live, {"colour": "red"})


def test_totals_by_states() -> None:
    with reading(built(WORLD, a_provisioned_circuit("c2"))) as live:
        assert circuits.totals(live) == [
            {
                "provider_state": "provisioned",
                "circuit_state": "enabled",
                "resource_state": "succeeded",
                "deleted": False,
                "count": 2,
                "bandwidth_mbps": 1000,
            }
        ]


def test_totals_by_customer_and_location() -> None:
    gone = [("circuit/c2", CircuitDeleted())]
    with reading(built(WORLD, a_provisioned_circuit("c2"), gone)) as live:
        found = circuits.totals_by(live, "customer_id", ["acme", "nobody"])
        assert list(found) == ["acme"]
        assert [(each["count"], each["bandwidth_mbps"]) for each in found["acme"]] == [(1, 500)]
        assert circuits.totals_by(live, "location_id", ["frankfurt"])["frankfurt"][0]["count"] == 1


def test_versions_are_the_streams() -> None:
    facts = a_replace_first()
    last = {each.stream: each.version for each in told(WORLD, facts)}
    assert shown("c1", WORLD, facts)["version"] == last["circuit/c1"]
    assert shown("c1.r2", WORLD, facts)["version"] == last["circuit/c1.r2"]
