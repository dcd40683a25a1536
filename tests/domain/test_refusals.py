"""Refusals: every code has a short sentence, and every place that raises it gives its facts."""

import json

import pytest

from domain.catalogue import said
from domain.words.refusals import (
    ABOUT,
    CODES,
    WARNINGS,
    Blocker,
    Refused,
    Warned,
    declare,
    placeholders,
    refusal_json,
    refused,
    shown,
    some,
)
from tests.answers.raised import Raised, raised

CONTRACT = {
    "the message": {
        "malformed-command",
        "unknown-command",
        "command-id-reused",
        "not-permitted",
        "version-moved",
    },
    "existence": {"not-found", "already-exists", "id-retired"},
    "customers": {"customer-in-use", "last-owner", "identity-not-replicated"},
    "orders and capacity": {
        "bandwidth-not-offered",
        "tier-not-offered",
        "same-router",
        "provider-not-at-location",
        "provider-in-use",
        "location-closed",
        "capacity-in-use",
        "subscription-unknown",
        "subscription-not-managed",
        "subscription-in-use",
        "profile-unknown",
        "limit-reached",
        "no-capacity",
    },
    "life": {
        "wrong-provider-state",
        "service-key-mismatch",
        "circuit-not-provisioned",
        "deletion-blocked",
        "tier-change-blocked",
        "billing-change-not-offered",
    },
    "bandwidth": {
        "interruption-not-accepted",
        "change-in-progress",
        "change-unknown",
        "point-of-no-return",
    },
    "peerings": {
        "peering-exists",
        "peering-not-found",
        "routing-domain-retired",
        "isolation-required",
        "vlan-taken",
        "subnet-invalid",
        "subnet-overlaps",
        "asn-reserved",
        "prefix-not-owned",
        "prefixes-required",
        "prefix-limit",
        "validation-needed",
        "connections-remain",
    },
    "filters": {"route-filter-in-use", "community-unknown"},
    "networks": {
        "customer-mismatch",
        "already-connected",
        "authorization-required",
        "authorization-used",
        "authorization-revoked",
        "gateway-required",
        "gateway-exists",
        "gateway-in-use",
        "address-space-overlaps",
        "subnet-outside-address-space",
        "priority-taken",
        "encryption-too-weak",
        "network-in-use",
        "region-unknown",
        "region-not-reached",
        "peer-not-allowed",
    },
}
"""The contract's codes for what exists so far, by topic."""


RAISED = list(raised())


def test_the_codes_are_those_of_the_contract() -> None:
    about = {name: {code for code in CODES if CODES[code].about == name} for name in ABOUT}
    assert about == CONTRACT


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="no-capacity"):
        declare({"no-capacity": CODES["no-capacity"]})


@pytest.mark.parametrize("place", RAISED, ids=repr)
def test_every_place_that_refuses_has_a_code_and_the_facts_of_its_sentence(place: Raised) -> None:
    assert place.code in CODES
    if place.facts is not None:
        assert placeholders(CODES[place.code].sentence) <= place.facts


def test_every_code_is_raised_somewhere() -> None:
    assert set(CODES) == {place.code for place in RAISED}


SENTENCES = [
    (code, sentence) for code, each in CODES.items() for sentence in (each.sentence, *each.fuller)
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_a_sentence_is_one_sentence_that_names_facts(code: str, sentence: str) -> None:
    assert CODES[code].about
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert placeholders(sentence)
    facts = dict.fromkeys(placeholders(sentence), 7)
    assert said(code, facts) == sentence.format_map(facts)


def test_what_an_outcome_was_stored_without_is_not_missed() -> None:
    """A fuller sentence is said only where all its facts are there."""
    gone = {"kind": "circuit", "id": "c1"}
    assert "There is no circuit c1 " in said("not-found", gone)
    when = gone | {"removed_at": "2026-01-05T09:00:00.000000Z"}
    assert "c1 was removed at 2026-01-05T09:00:00.000000Z and is" in said("not-found", when)
    assert "c1.r2 has taken its place" in said("not-found", when | {"replaced_by": "c1.r2"})


@pytest.mark.parametrize(
    ("there_are", "more"), [(1, None), (100, None), (101, 1), (40_000, 39_900)]
)
def test_the_first_hundred_blockers_are_named_and_the_rest_counted(
    there_are: int, more: int | None
) -> None:
    blockers = [Blocker(f"circuit c{n}", f"delete-circuit c{n}") for n in range(there_are)]
    refusal = refused("customer-in-use", *blockers, customer_id="acme", count=there_are)
    assert list(refusal.blockers) == blockers[:100]
    assert refusal.facts.get("more_blockers") == more


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning_is_a_sentence_too(code: str) -> None:
    assert WARNINGS[code].endswith(".")
    facts = dict.fromkeys(placeholders(WARNINGS[code]), 7)
    assert Warned(code, facts).as_json() == {
        "code": code,
        "message": WARNINGS[code].format_map(facts),
    }


def test_lists_nothing_and_faults_are_said_as_a_reader_says_them() -> None:
    assert refused("bandwidth-not-offered", bandwidth_mbps=300, offered=[50, 100]).message == (
        "300 Mbit/s is not offered; choose one of 50, 100."
    )
    assert "there are none." in refused("profile-unknown", profile=None, profiles=[]).message
    assert "profile none;" in refused("profile-unknown", profile=None, profiles=[]).message
    faults = [{"path": "tier", "fault": "wrong"}, {"path": "", "fault": "odd"}]
    assert refused("malformed-command", faults=faults).message == (
        "The command is not of the contract's shape: tier: wrong, message: odd."
    )


def test_what_stands_in_a_fact_is_never_a_placeholder_itself() -> None:
    assert refused("unknown-command", type="{0} {id}").message.startswith(
        "There is no command {0} {id};"
    )


def test_a_refusal_is_shown_with_code_message_facts_and_blockers() -> None:
    refusal = refused(
        "deletion-blocked", Blocker("peering", "remove-peering"), circuit_id="c1", count=1
    )
    assert refusal.as_json() == {
        "code": "deletion-blocked",
        "message": "Circuit c1 can't be deleted yet; things in the way: 1.",
        "facts": {"circuit_id": "c1", "count": 1},
        "blockers": [{"what": "peering", "removed_by": "remove-peering"}],
    }


def test_a_refusal_reads_the_same_from_what_is_stored_of_it() -> None:
    refusal = refused("no-capacity", bandwidth_mbps=500, location_id="frankfurt", free=["a", "b"])
    facts = json.loads(json.dumps(refusal.facts))
    assert Refused(refusal.code, facts).message == refusal.message
    assert refusal_json(refusal.code, facts, []) == refusal.as_json()


def test_what_is_long_is_cut_and_says_so() -> None:
    assert shown("x" * 100) == "x" * 100
    assert shown("x" * 101) == "x" * 100 + "…"
    assert some(["a"] * 20) == ["a"] * 20
    assert some(["a"] * 21) == [*["a"] * 20, "1 more"]
