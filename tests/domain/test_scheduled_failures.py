"""A change that waited for its time, and fails at it."""

from domain.circuit.bandwidth_events import ChangeFailed, IncreaseRequested
from domain.location.events import CapacityTaken
from tests.domain.drive import Drive, drive
from tests.domain.spec import given
from tests.domain.test_scheduled_changes import CLOSED, LATER, schedule, scheduled
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_pair,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)


def failed(play: Drive, code: str) -> ChangeFailed:
    """Advance to the change's time, and assert that it fails with this code."""
    play.tick(LATER)
    events = [e for _, e in play.spec.history if isinstance(e, ChangeFailed)]
    assert [each.code for each in events] == [code]
    assert play.spec.state("circuit/c1").change is None
    return events[0]


class TestItFails:
    """Everything is checked again at the change's time; the refusal's code and facts are kept."""

    def test_when_the_location_was_closed(self) -> None:
        assert failed(scheduled(a_world(), CLOSED), "location-closed").facts == {
            "location_id": "frankfurt"
        }

    def test_when_the_circuit_is_not_provisioned(self) -> None:
        play = scheduled(a_customer(), a_location(), an_ordered_circuit())
        failed(play, "circuit-not-provisioned")

    def test_when_the_circuit_is_being_torn_down(self) -> None:
        play = scheduled()
        play.spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        failed(play, "circuit-not-provisioned")

    def test_when_there_is_no_capacity(self) -> None:
        small = a_location("frankfurt", a_pair("pair-1", 500))
        failed(scheduled(a_customer(), small, a_provisioned_circuit()), "no-capacity")

    def test_when_the_circuit_was_deleted(self) -> None:
        play = scheduled(a_customer(), a_location(), an_ordered_circuit())
        play.spec.when("delete-circuit", "circuit/c1")
        failed(play, "not-found")

    def test_for_replace_first_when_there_is_no_room_for_both(self) -> None:
        small = a_location("frankfurt", a_pair("pair-1", 600))
        play = scheduled(
            a_customer(),
            small,
            a_provisioned_circuit(),
            mbps=200,
            accept_interruption=True,
            strategy="replace-first",
        )
        failed(play, "no-capacity")

    def test_when_the_one_who_scheduled_it_lost_the_right(self) -> None:
        spec = given(a_world(), a_grant("user:net", "network-operator"))
        asked = {"bandwidth_mbps": 1000, "change_id": "at-night", "not_before": LATER}
        spec.when("change-bandwidth", "circuit/c1", actor="user:net", **asked)
        spec.when("revoke-role", "customer/acme", principal="user:net", role="network-operator")
        assert failed(drive(spec), "not-permitted").facts["actor"] == "user:net"

    def test_not_when_somebody_else_lost_theirs(self) -> None:
        play = scheduled(a_world(), a_grant("user:net", "network-operator"))
        play.spec.when(
            "revoke-role", "customer/acme", principal="user:net", role="network-operator"
        )
        assert play.tick(LATER).state("circuit/c1").running

    def test_and_then_another_change_may_be_asked_for(self) -> None:
        play = scheduled(a_world(), CLOSED)
        failed(play, "location-closed")
        play.spec.when("reopen-location", "location/frankfurt")
        schedule(play.spec, change_id="next").then(IncreaseRequested, CapacityTaken)
