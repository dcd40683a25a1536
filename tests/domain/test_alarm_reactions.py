"""What the alarm process sends: commands with ids that say which alarm, and which time."""

from typing import Any

from msgspec.structs import replace

from domain.circuit.alarm_events import AlarmRaised
from domain.circuit.bandwidth_events import ChangeRetried, ChangeStalled
from domain.circuit.events import DeprovisioningBegun, PeeringDisabled, PeeringEnabled
from domain.processes.alarms.react import next_due, sends
from domain.processes.alarms.watch import Watch, WrongKey, in_a_row, watched
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import Key
from tests.examples import a_peering, a_world
from tests.examples.alarms import an_alarm
from tests.examples.hanging import a_connection
from tests.examples.observations import a_drift
from tests.examples.parties import a_decrease_that_runs
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


def test_wrong_keys_are_over_with_a_step_not_where_nobody_remembers_them() -> None:
    """Refused attempts stand on no stream: a process without its memory hears them again later."""
    begun = time_at(len(told(a_world())))
    alarm = (C1, AlarmRaised(alarm="wrong-service-keys", since=begun, cause="wrong keys"))
    step = (C1, DeprovisioningBegun())
    assert ids(watch(a_world(), alarm), now="") == []
    for facts in ([alarm, step], [step, alarm]):  # the step may come while it is being raised
        known = watch(a_world(), facts)
        assert ids(known, now="") == ["c1/wrong-service-keys/clear-alarm/1"]


def test_a_step_is_no_longer_overdue_only_for_who_has_followed_its_change_so_far() -> None:
    """The log is ahead of the feed from which the change is followed."""
    stall = ChangeStalled(
        change_id="down-1", step="request-deprovisioning", attempt=1, reason="late"
    )
    facts = (a_world(), a_decrease_that_runs(), (C1, stall), an_alarm("step-overdue"))
    events, raised = told(*facts), watch(*facts)
    changes, behind = Changes.of(()), Changes.of(())
    for each in events:
        changes.follow(each)
    for each in events[:-2]:
        behind.follow(each)
    key = Key("c1", "down-1")
    assert list(sends(raised, None, ())) == []
    assert list(sends(raised, behind.changes[key], ())) == []
    assert list(sends(raised, changes.changes[key], ())) == []
    retried = [*facts, (C1, ChangeRetried(change_id="down-1", reason="again", attempt=2))]
    changes.follow(told(*retried)[-1])
    (over,) = sends(watch(*retried), changes.changes[key], ())
    assert over.id == "c1/step-overdue/clear-alarm/1"


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
