"""What the alarm process sends: commands with ids that say which alarm, and which time."""

from typing import Any

from msgspec.structs import replace

from domain.circuit.events import PeeringDisabled, PeeringEnabled
from domain.processes.alarms.react import next_due, sends
from domain.processes.alarms.watch import Watch, WrongKey, in_a_row, watched
from tests.examples import a_peering, a_world
from tests.examples.alarms import an_alarm
from tests.examples.hanging import a_connection
from tests.examples.observations import a_drift
from tests.projections.histories import time_at, told

C1 = "circuit/c1"
USED = [*a_world(), a_peering(), *a_connection("n1")]
OFF, BACK = (
    (C1, PeeringDisabled(routing_domain="private")),
    (
        C1,
        PeeringEnabled(routing_domain="private"),
    ),
)
FAR = "2027-01-01T00:00:00.000000Z"


def watch(*facts: Any) -> Watch:
    """What is known of c1 after these events."""
    found = watched(each for each in told(*facts) if each.stream == C1)
    assert found is not None
    return found


def ids(known: Watch, now: str = FAR) -> list[str]:
    return [send.id for send in sends(known, None, (), now)]


def test_a_cause_that_began_elsewhere_has_another_id() -> None:
    """Also where the first was never raised: it was gone before that could be decided."""
    once, twice = watch(USED, [OFF]), watch(USED, [OFF, BACK, OFF])
    first = once.since["billed-and-idle"].position
    assert ids(once) == [f"c1/billed-and-idle/raise-alarm/{first}-1"]
    assert ids(twice) == [f"c1/billed-and-idle/raise-alarm/{first + 2}-1"]


def test_what_is_raised_is_not_sent_again() -> None:
    raised = watch(USED, [OFF], an_alarm())
    assert ids(raised) == []
    assert next_due(raised) is None
    assert next_due(watch(USED, [OFF])) is not None
    assert next_due(watch(USED)) is None


def test_what_has_to_last_waits_for_its_time() -> None:
    idle = watch(USED, [OFF])
    assert ids(idle, now="") == []
    due = next_due(idle)
    assert due is not None
    assert ids(idle, now=due) != []
    assert ids(idle, now=time_at(len(USED) + 1)) == []


def test_a_message_follows_from_its_event_or_from_the_time() -> None:
    events = told(a_world(), a_drift("bandwidth_mbps", 500, 1))
    (send,) = sends(watch(a_world(), a_drift("bandwidth_mbps", 500, 1)), None, ())
    message = send.as_message(events[-1])
    assert message["causationid"] == events[-1].id
    assert message["source"] == "/tieline/process"
    assert (message["actor"], message["subject"]) == ("service:tieline", C1)
    assert message["correlationid"] == "correlation"
    assert "causationid" not in send.as_message()


def test_wrong_keys_are_counted_in_the_order_of_the_log_whatever_comes_first() -> None:
    known = replace(watch(USED), stepped=10)
    keys = [WrongKey(place, 10 + place // 3, "", "") for place in range(8)]
    late = [WrongKey(-place, 9, "", "") for place in range(1, 3)]
    assert in_a_row([*reversed(keys), *late], known) == keys[:5]
