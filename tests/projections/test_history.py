"""A subject's history: each event with what it changed of what is shown."""

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import asdict

from domain.circuit.encryption_commands import Encryption
from domain.circuit.events import BillingChanged, EncryptionSet, PeeringChanged, TierChanged
from domain.csp.events import CspRoleGranted
from domain.customer.events import ModelChanged, SubscriptionManagerChanged
from domain.decider.decisions import Written
from domain.engine.records import Recorded
from domain.location.commands import RouterPair
from domain.location.events import LocationResized
from domain.words.structs import Event
from projections import trail
from projections.database import reading
from projections.differences import Added, Changed, Difference
from projections.history import Course, history
from projections.time_travel import FOLDS
from tests.examples import a_provisioned_circuit
from tests.projections.histories import InMemory, a_refusal, built_from, told
from tests.projections.stories import (
    WORLD,
    a_peering,
    a_replace_first,
    a_revert,
    a_teardown_first,
)

CELL = "/tieline"


def changed(stream: str, *facts: Written | Iterable[Written]) -> list[Difference]:
    """What the last event of a stream changed."""
    course = Course(stream)
    found = [course.after(each) for each in told(WORLD, *facts) if each.stream == stream]
    return list(found[-1])


PAIRS = [
    RouterPair(name="pair-1", primary="fra-r1", secondary="fra-r2", capacity_mbps=20000),
    RouterPair(name="pair-9", primary="a", secondary="b", capacity_mbps=100),
]


def firewalls(csp_device: str) -> Event:
    pair = Encryption(kind="firewall-pair", customer_device="acme-fw-1", csp_device=csp_device)
    return EncryptionSet(encryption=pair)


@pytest.mark.parametrize(
    ("stream", "events", "expected"),
    [
        ("circuit/c1", [TierChanged(tier="premium")], [Changed("tier", "standard", "premium")]),
        (
            "circuit/c1",
            [BillingChanged(billing="unlimited")],
            [Changed("billing", "metered", "unlimited")],
        ),
        (
            "circuit/c1",
            [a_peering(), PeeringChanged(**asdict(a_peering(vlan=200, registry="RIPE")))],
            [
                Changed("peerings private vlan", 100, 200),
                Changed("peerings private registry", None, "RIPE"),
            ],
        ),
        ("circuit/c1", [a_peering()], [Added("peerings", ["private"])]),
        (
            "circuit/c1",
            [firewalls("fra-fw-7"), firewalls("fra-fw-8")],
            [Changed("encryption csp_device", "fra-fw-7", "fra-fw-8")],
        ),
        (
            "customer/acme",
            [ModelChanged(model="connect-to")],
            [Changed("model", "connect-through", "connect-to")],
        ),
        (
            "customer/acme",
            [SubscriptionManagerChanged(subscription_id="acme-prod", managed_by="customer")],
            [Changed("subscriptions acme-prod managed_by", "csp", "customer")],
        ),
        (
            "csp/self",
            [CspRoleGranted(principal="user:anna", role="owner")],
            [Added("roles", ["user:anna"])],
        ),
    ],
)
def test_what_an_event_changed(
    stream: str, events: list[Event], expected: list[Difference]
) -> None:
    assert changed(stream, [(stream, event) for event in events]) == expected


def test_pairs_that_were_resized() -> None:
    found = changed("location/frankfurt", [("location/frankfurt", LocationResized(routers=PAIRS))])
    assert Changed("pairs pair-1 capacity_mbps", 10000, 20000) in found
    assert Added("pairs", ["pair-9"]) in found


STORIES = told(
    WORLD,
    *(a_provisioned_circuit(id) for id in ("c2", "c3")),
    a_teardown_first("c1"),
    a_replace_first("c2"),
    a_revert("c3"),
)
STREAMS = sorted({each.stream for each in STORIES})


@pytest.mark.parametrize("stream", STREAMS)
def test_an_event_changed_something_exactly_if_something_else_is_shown(stream: str) -> None:
    """For every event of every noun, against the view's own fold of all events up to it."""
    noun, _, id = stream.partition("/")
    fold, rendered = FOLDS[noun]
    course, before = Course(stream), None
    own = [each for each in STORIES if each.stream == stream]
    for count, event in enumerate(own, 1):
        found = course.after(event)
        shown = _shown(fold, rendered, id, own[:count])
        if before is not None:
            assert bool(found) == (shown != before), event
        before = shown


def _nothing(*_: object) -> tuple[()]:
    """No row is there before."""
    return ()


def _shown(fold: Any, rendered: Any, id: str, events: list[Recorded]) -> Any:
    work = fold.view(None).work(_nothing, events)
    for each in events:
        work.apply(each)
    return {name: value for name, value in rendered(work.whole(id)).items() if name != "version"}


def test_its_entries_are_those_of_the_trail() -> None:
    refusals = [a_refusal(9, 3, "circuit/c1", code="not-found", kind="circuit", id="c1")]
    log = InMemory(STORIES, refusals)
    with reading(built_from(log)) as live:
        for stream in STREAMS:
            entries = list(history(live, stream, CELL))
            assert [entry for entry, _ in entries] == list(trail.trail(live, stream, CELL))
            assert entries[0][1] == [] or stream == "csp/self"
        assert any("refusal" in entry["data"] for entry, _ in history(live, "circuit/c1", CELL))
        assert list(history(live, "network/n1", CELL)) == []
