"""The isolation report: every reference in the log is followed, and none crosses two customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from domain.circuit.connection_events import AuthorizationIssued, NetworkConnected
from domain.csp.events import EncapsulationIdAllocated, SubscriptionFreed, SubscriptionHeld
from domain.customer.events import SubscriptionAdded, SubscriptionRemoved
from domain.engine.records import Recorded
from domain.network.events import NetworkLinked, NetworkUnlinked
from domain.words.prefix import prefix
from projections import isolation as module
from projections.isolation import isolation
from tests.domain.spec import Facts
from tests.domain.test_carried_connections import HANGING, STRATEGIES, lower
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_network,
    a_provisioned_circuit,
    an_attached_filter,
)
from tests.projections.crossings import CROSSINGS, GLOBEX, TWO, Crossing
from tests.projections.histories import InMemory, time_at, told
from tests.projections.stories import WORLD, a_replace_first, a_revert, a_teardown_first

DATABASES = ("sqlite",)


def report(*facts: Facts, of: str | None = None, until: str = "") -> Any:
    return isolation(InMemory(told(*facts)).log, of, until or None)


def crossing(*facts: Facts) -> list[tuple[str, str]]:
    """The things between which references cross, in the order of the log."""
    return [(each["from"], each["to"]) for each in report(*facts)["crossing"]]


# --- what is followed


def test_apart() -> None:
    found = report(TWO)
    assert (found["customers"], found["objects"]) == (2, 6)
    assert found["crossing"] == found["shared_encapsulation_ids"] == []


@pytest.mark.parametrize(
    ("fact", "references"),
    [
        (an_attached_filter(), 2),
        (("circuit/c1", AuthorizationIssued(authorization_id="a1")), 0),
        (("customer/acme", SubscriptionAdded(subscription_id="lab", managed_by="csp")), 1),
        (a_grant("user:bob", "reader"), 0),
        (a_grant("user:bob", "reader", scope="acme-prod"), 1),
        (a_grant("user:bob", "reader", scope="c1"), 1),
        (("network/n1", NetworkLinked(network_id="nowhere")), 0),
        (a_location("elsewhere"), 0),
    ],
)
def test_a_reference_is_counted_once_for_each_event_that_makes_it(
    fact: Any, references: int
) -> None:
    before, after = report(TWO), report(TWO, fact)
    assert after["references"] - before["references"] == references


STORIES = [
    WORLD,
    *(a_provisioned_circuit(id) for id in ("c2", "c3")),
    a_teardown_first("c1"),
    a_replace_first("c2"),
    a_revert("c3"),
]


def test_a_change_of_bandwidth_refers_to_its_own_customer_alone() -> None:
    found = report(STORIES)
    assert found["crossing"] == []
    assert found["references"] > report(STORIES[:-3])["references"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nor_does_it_with_all_that_can_hang_on_a_circuit(strategy: str) -> None:
    """Networks, peers, authorizations and so on, as commands write them."""
    found = report(lower(strategy).settle().history)
    assert (found["customers"], found["crossing"]) == (1, [])
    assert found["references"] > report(*HANGING)["references"]


@pytest.mark.parametrize("crosses", CROSSINGS, ids=str)
def test_every_field_that_names_a_thing_is_followed(crosses: Crossing) -> None:
    assert crossing(TWO, crosses.apart) == []
    found = crossing(TWO, crosses.across)
    assert any(crosses.to in each for each in found), found


def test_all_kinds_of_references_are_among_them() -> None:
    kinds = {(each.noun, each.names) for each in CROSSINGS}
    assert kinds >= {
        ("circuit", "circuit"),
        ("circuit", "customer"),
        ("circuit", "network"),
        ("circuit", "route-filter"),
        ("csp", "circuit"),
        ("customer", "circuit"),
        ("customer", "network"),
        ("customer", "route-filter"),
        ("network", "circuit"),
        ("network", "network"),
        ("route-filter", "circuit"),
    }


# --- what crosses


def test_what_crosses_is_named_with_both_customers() -> None:
    found = report(TWO, ("network/n1", NetworkLinked(network_id="m1")))
    [crosses] = found["crossing"]
    assert crosses == {
        "event": "network/n1/2",
        "type": "tieline.network.linked.v1",
        "from": "network/n1",
        "from_customer": "acme",
        "to": "network/m1",
        "to_customer": "globex",
    }


def test_what_crossed_once_is_told_for_good() -> None:
    link = ("network/n1", NetworkLinked(network_id="m1"))
    assert crossing(TWO, link, ("network/n1", NetworkUnlinked(network_id="m1")))


def test_a_thing_that_comes_later_in_the_log_is_followed() -> None:
    link = ("network/n1", NetworkLinked(network_id="m9"))
    later = a_network("m9", "10.9.0.0/16", **GLOBEX)
    assert crossing(TWO, link) == []
    assert crossing(TWO, link, later) == [("network/n1", "network/m9")]


def test_two_customers_with_one_encapsulation_id() -> None:
    found = report(TWO, a_customer("initech", number=1, subscription="i"))
    shared = [{"encapsulation_id": 1, "customers": ["acme", "initech"]}]
    assert found["shared_encapsulation_ids"] == shared
    registered = a_customer("initech", number=1, subscription="i")
    of_itself = [each for each in registered if each[0] == "customer/initech"]
    assert report(TWO, of_itself)["shared_encapsulation_ids"] == shared
    again = EncapsulationIdAllocated(customer_id="globex", encapsulation_id=1)
    assert report(TWO, ("csp/self", again))["shared_encapsulation_ids"] == [
        {"encapsulation_id": 1, "customers": ["acme", "globex"]}
    ]


# --- subscriptions


@pytest.mark.parametrize("subscription_id", ["globex-prod", "acme-prod", "unheard-of"])
def test_a_subscription_is_of_a_customer(subscription_id: str) -> None:
    issued = AuthorizationIssued(authorization_id="a1", subscription_id=subscription_id)
    crosses = [("circuit/c1", "subscription/globex-prod")]
    expected = crosses if subscription_id == "globex-prod" else []
    assert crossing(TWO, ("circuit/c1", issued)) == expected


def test_another_may_have_a_subscription_once_it_was_removed() -> None:
    """What referred to it before may say so again: an authorization that a successor is given."""
    moved = [
        ("csp/self", SubscriptionHeld(subscription_id="acme-prod", customer_id="acme")),
        ("customer/acme", SubscriptionRemoved(subscription_id="acme-prod")),
        ("csp/self", SubscriptionFreed(subscription_id="acme-prod", customer_id="acme")),
        ("csp/self", SubscriptionHeld(subscription_id="acme-prod", customer_id="globex")),
        ("customer/globex", SubscriptionAdded(subscription_id="acme-prod", managed_by="csp")),
    ]
    issued = AuthorizationIssued(authorization_id="a1", subscription_id="acme-prod")
    both = [("circuit/c1", issued), ("circuit/g1", issued)]
    assert crossing(TWO, moved, both) == []


def test_a_guid_is_the_same_subscription_in_capitals() -> None:
    guid = "4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b"
    added = ("customer/acme", SubscriptionAdded(subscription_id=guid, managed_by="csp"))
    for circuit, crosses in (("c1", False), ("g1", True)):
        issued = AuthorizationIssued(authorization_id="a1", subscription_id=guid.upper())
        assert bool(crossing(TWO, added, (f"circuit/{circuit}", issued))) is crosses


@pytest.mark.parametrize(
    ("scope", "to"), [("g1", "circuit/g1"), ("globex-prod", "subscription/globex-prod")]
)
def test_a_scope_of_another_customers_thing_crosses(scope: str, to: str) -> None:
    grant = a_grant("user:bob", "reader", scope=scope)
    assert crossing(TWO, grant) == [("customer/acme", to)]


# --- of one customer, up to a moment, in little memory

CONNECTED = NetworkConnected(network_id="m1", address_space=[prefix("10.7.0.0/16")], weight=0)


def test_of_one_customer_only_what_concerns_it() -> None:
    initech = a_customer("initech", number=2, subscription="i")
    facts = [TWO, initech, a_network("i1", customer_id="initech", subscription_id="i")]
    crosses = ("circuit/c1", CONNECTED)
    assert report(facts, crosses, of="nobody") is None
    acme, globex, third = (
        report(facts, crosses, of=each) for each in ("acme", "globex", "initech")
    )
    assert (acme["customers"], acme["objects"], third["objects"]) == (1, 3, 1)
    assert acme["crossing"] == globex["crossing"] == report(facts, crosses)["crossing"] != []
    assert third["crossing"] == []
    assert acme["shared_encapsulation_ids"] == []
    assert globex["shared_encapsulation_ids"] == third["shared_encapsulation_ids"] != []
    whole = report(facts, crosses)["references"]
    assert acme["references"] + globex["references"] + third["references"] == whole + 1


def test_as_of_a_moment_nothing_later_counts() -> None:
    log = told(TWO, ("circuit/c1", CONNECTED))
    last, before = (time_at(each.position) for each in (log[-1], log[-2]))
    assert report(TWO, ("circuit/c1", CONNECTED), until=last)["crossing"]
    assert report(TWO, ("circuit/c1", CONNECTED), until=before) == report(TWO)


def test_as_of_a_moment_a_thing_that_came_later_is_not_there() -> None:
    facts = [TWO, ("network/n1", NetworkLinked(network_id="m9")), a_network("m9", **GLOBEX)]
    position = len(told(*facts[:2]))
    assert report(*facts, until=time_at(position)) == report(TWO)


@dataclass
class Asked(InMemory):
    """A log that counts how often it is asked for a thing's first event."""

    times: int = 0

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        self.times += 1
        return super().events(stream, after, upto)


def test_little_is_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose a thing is may be forgotten: the log is asked again."""
    log = Asked(told(STORIES, TWO[3:], ("circuit/c1.r2", CONNECTED)))
    expected, once = isolation(log.log), log.times
    assert expected
    assert expected["crossing"]
    monkeypatch.setattr(module, "REMEMBERED", 1)
    monkeypatch.setattr(module, "PAGE", 1)
    assert isolation(log.log) == expected
    assert log.times - once > once
