"""Encryption of a circuit: an IPsec policy that is strong enough, or a firewall at each end."""

from itertools import product
from typing import Any, get_args, get_type_hints

import pytest

from domain.circuit.connection_events import RoutesAdvertised
from domain.circuit.encryption_commands import Encryption, IpsecPolicy
from domain.circuit.events import EncryptionRemoved, EncryptionSet
from domain.circuit.ipsec import STRONG
from domain.words.prefix import prefix
from domain.words.structs import as_json
from tests.domain.spec import Spec, given
from tests.examples import (
    FIREWALLS,
    IPSEC,
    a_customer,
    a_grant,
    a_location,
    a_peering,
    a_world,
    an_encrypted_circuit,
    an_ordered_circuit,
)
from tests.examples.parties import a_connect_to_customer

C1 = "circuit/c1"
ENCRYPTED = (a_world(), a_peering(), an_encrypted_circuit())
ROUTES = C1, RoutesAdvertised(routing_domain="private", prefixes=[prefix("10.2.0.0/16")])


def policy(**fields: Any) -> dict[str, Any]:
    """The data of set-encryption by IPsec, with other fields in the policy."""
    return IPSEC | {"policy": IPSEC["policy"] | fields}


def esp(cipher: str, integrity: str) -> dict[str, Any]:
    return policy(ipsec_encryption=cipher, ipsec_integrity=integrity)


def set_on(spec: Spec, data: dict[str, Any], **attributes: Any) -> Spec:
    return spec.when("set-encryption", C1, **attributes, **data)


def weak_parts(spec: Spec) -> dict[str, dict[str, Any]]:
    """What the refusal names as too weak, by field."""
    spec.refused("encryption-too-weak", circuit_id="c1")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    return {each["field"]: each for each in spec.outcome.refusal.facts["weak"]}


# --- setting, replacing, removing


def test_it_is_set_with_the_defaults_filled_in_and_again_it_is_already_true() -> None:
    spec = set_on(given(a_world()), IPSEC).then(EncryptionSet)
    filled = {"sa_lifetime_seconds": 27_000, "sa_lifetime_kilobytes": 102_400_000}
    [(_, event)] = spec.written
    assert as_json(event) == {"encryption": policy(**filled)}
    set_on(spec, IPSEC).then_nothing()
    set_on(spec, policy(**filled)).then_nothing()
    set_on(spec, policy(sa_lifetime_seconds=3600)).then(EncryptionSet)


def test_a_firewall_at_each_end_takes_its_place() -> None:
    spec = set_on(given(ENCRYPTED), FIREWALLS)
    spec.then((C1, EncryptionSet(encryption=Encryption(**FIREWALLS)))).warned()
    set_on(spec, FIREWALLS).then_nothing()
    set_on(spec, FIREWALLS | {"csp_device": "fra-fw-8"}).then(EncryptionSet)


def test_removed_it_can_be_set_again() -> None:
    spec = given(ENCRYPTED).when("remove-encryption", C1).then((C1, EncryptionRemoved()))
    spec.when("remove-encryption", C1).refused("not-found", kind="encryption", id="c1")
    set_on(spec, IPSEC).then_accepted()


@pytest.mark.parametrize("data", [IPSEC, FIREWALLS])
def test_it_is_recorded_before_the_circuit_is_provisioned(data: dict[str, Any]) -> None:
    spec = given(a_customer(), a_location(), an_ordered_circuit())
    set_on(spec, data).then_accepted()
    spec.when("remove-encryption", C1).then_accepted()


def test_a_circuit_that_is_not_there_or_was_deleted_has_none() -> None:
    spec = given(a_customer(), a_location())
    set_on(spec, IPSEC).refused("not-found", kind="circuit")
    spec = given(a_customer(), a_location(), an_ordered_circuit()).when("delete-circuit", C1)
    for verb, data in (("set-encryption", IPSEC), ("remove-encryption", {})):
        spec.when(verb, C1, **data).refused("not-found", kind="circuit", removed_at=spec.now)


def test_under_connect_to_it_is_the_customers_affair() -> None:
    spec = given(a_connect_to_customer(), a_location(), an_ordered_circuit())
    set_on(spec, IPSEC).refused("not-permitted")
    set_on(spec, IPSEC, actor="user:anna").then_accepted()


@pytest.mark.parametrize("scope", ["c1", "acme-prod"])
def test_a_network_operator_may_within_a_scope(scope: str) -> None:
    spec = given(ENCRYPTED, a_grant("user:bob", "network-operator", scope=scope))
    set_on(spec, FIREWALLS, actor="user:bob").then_accepted()
    spec.when("remove-encryption", C1, actor="user:bob").then_accepted()


# --- shapes


@pytest.mark.parametrize(
    "data",
    [
        {name: value for name, value in IPSEC.items() if name != "policy"},
        {name: value for name, value in IPSEC.items() if name != "secret_reference"},
        {name: value for name, value in FIREWALLS.items() if name != "csp_device"},
        {name: value for name, value in FIREWALLS.items() if name != "customer_device"},
        IPSEC | {"csp_device": "fra-fw-7"},
        FIREWALLS | {"secret_reference": "vault/acme/psk"},
        FIREWALLS | {"policy": IPSEC["policy"]},
        IPSEC | {"kind": "macsec"},
        IPSEC | {"secret_reference": ""},
        IPSEC | {"policy": "strong"},
    ],
)
def test_a_kind_has_its_own_fields_and_no_others(data: dict[str, Any]) -> None:
    set_on(given(a_world()), data).refused("malformed-command")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ike_encryption", "gcm-aes-192"),
        ("ike_encryption", "3des"),
        ("ike_integrity", "gcm-aes-256"),
        ("ipsec_integrity", "sha-384"),
        ("dh_group", "pfs-2048"),
        ("pfs_group", "pfs-14"),
        ("sa_lifetime_seconds", 299),
        ("sa_lifetime_seconds", "3600"),
        ("sa_lifetime_kilobytes", 1023),
    ],
)
def test_what_the_cloud_does_not_offer_is_malformed(field: str, value: Any) -> None:
    spec = set_on(given(a_world()), policy(**{field: value})).refused("malformed-command")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert [each["path"] for each in spec.outcome.refusal.facts["faults"]] == [f"policy.{field}"]


def test_the_shortest_lifetimes_are_accepted() -> None:
    shortest = policy(sa_lifetime_seconds=300, sa_lifetime_kilobytes=1024)
    set_on(given(a_world()), shortest).then_accepted()


# --- what is too weak

OFFERED = {field: get_args(get_type_hints(IpsecPolicy)[field]) for field in STRONG}
WEAK = [
    *(("ike_integrity", value) for value in ("sha-1", "md5")),
    *(("dh_group", value) for value in ("dh-group-24", "dh-group-2", "dh-group-1", "none")),
    *(("ipsec_encryption", value) for value in ("3des", "des", "none")),
    *(("ipsec_integrity", value) for value in ("sha-1", "md5")),
    *(("pfs_group", value) for value in ("pfs-24", "pfs-2", "pfs-1", "none")),
]


@pytest.mark.parametrize(("field", "value"), WEAK)
def test_what_is_offered_and_weak_is_refused_by_name(field: str, value: str) -> None:
    weak = weak_parts(set_on(given(a_world()), policy(**{field: value})))
    assert weak[field]["value"] == value
    assert set(weak) == {field}


def test_everything_else_that_is_offered_is_strong() -> None:
    offered = {(field, value) for field, values in OFFERED.items() for value in values}
    strong = {(field, value) for field, values in STRONG.items() for value in values}
    assert offered - strong == set(WEAK)
    assert strong <= offered


def test_every_weak_part_is_named_at_once_in_a_sentence() -> None:
    spec = set_on(given(a_world()), policy(ike_integrity="md5", dh_group="none", pfs_group="none"))
    assert list(weak_parts(spec)) == ["ike_integrity", "dh_group", "pfs_group"]
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert spec.outcome.refusal.message == (
        "Parts of the policy for circuit c1 are too weak: "
        "ike_integrity md5 (sha-384, sha-256 would do), "
        "dh_group none (ecp-384, ecp-256, dh-group-14, dh-group-2048 would do), "
        "pfs_group none (ecp-384, ecp-256, pfs-2048 would do)."
    )


@pytest.mark.parametrize(
    ("cipher", "integrity", "field", "would_do"),
    [
        ("gcm-aes-256", "sha-256", "ipsec_integrity", ["gcm-aes-256"]),
        ("gcm-aes-256", "gcm-aes-128", "ipsec_integrity", ["gcm-aes-256"]),
        ("gcm-aes-192", "md5", "ipsec_integrity", ["gcm-aes-192"]),
        ("aes-256", "gcm-aes-256", "ipsec_integrity", ["sha-256"]),
        ("3des", "gcm-aes-128", "ipsec_encryption", ["gcm-aes-128"]),
    ],
)
def test_a_gcm_cipher_is_its_own_integrity(
    cipher: str, integrity: str, field: str, would_do: list[str]
) -> None:
    weak = weak_parts(set_on(given(a_world()), esp(cipher, integrity)))
    assert weak == {field: {"field": field, "value": weak[field]["value"], "would_do": would_do}}


def test_what_would_do_does() -> None:
    """For every pair for ESP that the cloud offers: with each weak part replaced, none is left."""
    for cipher, integrity in product(OFFERED["ipsec_encryption"], OFFERED["ipsec_integrity"]):
        spec = set_on(given(a_world()), esp(cipher, integrity))
        assert spec.outcome is not None
        if spec.outcome.refusal is None:
            assert integrity in {cipher, "sha-256"}
            continue
        better = {field: each["would_do"][0] for field, each in weak_parts(spec).items()}
        pair = {"ipsec_encryption": cipher, "ipsec_integrity": integrity} | better
        set_on(spec, policy(**pair)).then_accepted()


# --- the tunnel is bypassed


def test_what_the_private_peering_advertises_bypasses_the_tunnel() -> None:
    spec = set_on(given(a_world(), a_peering(), ROUTES), IPSEC).warned("encryption-bypassed")
    assert spec.outcome is not None
    assert "10.2.0.0/16" in spec.outcome.warnings[0]["message"]
    set_on(spec, IPSEC).then_nothing().warned()
    set_on(spec, policy(sa_lifetime_seconds=3600)).warned("encryption-bypassed")


def test_nobody_is_warned_of_firewalls_or_of_what_is_not_advertised() -> None:
    set_on(given(a_world(), a_peering(), ROUTES), FIREWALLS).then_accepted().warned()
    set_on(given(a_world(), a_peering()), IPSEC).then_accepted().warned()
    set_on(given(a_world()), IPSEC).then_accepted().warned()


def advertise(spec: Spec, *prefixes: str) -> Spec:
    listed = {"routing_domain": "private", "prefixes": list(prefixes)}
    return spec.when("advertise-routes", C1, **listed)


def test_what_is_advertised_later_is_warned_of_likewise() -> None:
    spec = advertise(given(ENCRYPTED), "10.2.0.0/16").warned("encryption-bypassed")
    assert spec.outcome is not None
    assert spec.outcome.warnings[0]["message"] == (
        "What is for 10.2.0.0/16 bypasses the tunnel over circuit c1: its private peering "
        "advertises it as well, and the path without encryption wins."
    )
    advertise(spec).then(RoutesAdvertised).warned()


def test_advertised_beside_firewalls_or_no_encryption_nothing_is_bypassed() -> None:
    advertise(set_on(given(ENCRYPTED), FIREWALLS), "10.2.0.0/16").then_accepted().warned()
    advertise(given(ENCRYPTED).when("remove-encryption", C1), "10.2.0.0/16").warned()
