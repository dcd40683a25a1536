"""Alarms of a circuit: raised once and cleared for the alarm process, acknowledged by people.

Contract, second part, "Alarms".
"""

from typing import Any, get_args

import pytest

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.bandwidth_events import ChangeStalled
from domain.circuit.events import DeprovisioningBegun, DeprovisioningRequested
from domain.decider.decisions import PROCESS, Written
from domain.words.values import AlarmKind, Role
from tests.domain.drive import from_provider
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lower, lowering
from tests.examples import (
    MICROSOFT,
    a_customer,
    a_grant,
    a_location,
    a_peering,
    a_world,
    an_ordered_circuit,
)
from tests.examples.alarms import CAUSE, SINCE, an_alarm
from tests.examples.hanging import a_connection
from tests.examples.observations import a_drift
from tests.examples.parties import a_connect_to_customer, a_csp_role

C1 = "circuit/c1"
KINDS: tuple[AlarmKind, ...] = get_args(AlarmKind)


def raised(spec: Spec, alarm: str, subject: str = C1) -> Spec:
    """The process asks for an alarm."""
    return spec.when("raise-alarm", subject, alarm=alarm, since=SINCE, cause=CAUSE, actor=PROCESS)


def cleared(spec: Spec, alarm: str, subject: str = C1) -> Spec:
    """The process says that its cause is gone."""
    return spec.when("clear-alarm", subject, alarm=alarm, actor=PROCESS)


def acknowledged(
    spec: Spec, alarm: str = "billed-and-idle", actor: str = "user:owner", **more: Any
) -> Spec:
    """Somebody has seen it."""
    return spec.when("acknowledge-alarm", C1, alarm=alarm, reason="known", actor=actor, **more)


def alarms(spec: Spec, subject: str = C1) -> tuple[str, ...]:
    """The alarms that are raised."""
    return spec.state(subject).alarms


def ended(alarm: AlarmKind, subject: str = C1) -> Written:
    return subject, AlarmCleared(alarm=alarm)


PLACED = (a_customer(), a_location(), an_ordered_circuit())
STALLED = (C1, ChangeStalled(change_id="down-1", step="deprovisioning", attempt=1, reason="late"))


# --- raised and cleared


def test_an_alarm_is_raised_once_and_cleared_once() -> None:
    spec = raised(given(a_world()), "billed-and-idle")
    spec.then((C1, AlarmRaised(alarm="billed-and-idle", since=SINCE, cause=CAUSE)))
    raised(spec, "billed-and-idle").then_nothing()
    cleared(spec, "billed-and-idle").then(ended("billed-and-idle"))
    cleared(spec, "billed-and-idle").refused("not-found", kind="alarm", id="billed-and-idle")
    raised(spec, "billed-and-idle").then(AlarmRaised)


@pytest.mark.parametrize("alarm", KINDS)
@pytest.mark.parametrize("verb", ["raise-alarm", "clear-alarm"])
def test_nobody_raises_or_clears_from_outside(verb: str, alarm: AlarmKind) -> None:
    spec = given(a_world(), an_alarm(alarm))
    spec.when(verb, C1, alarm=alarm).refused("unknown-command")


def test_each_kind_stands_for_itself() -> None:
    spec = given(a_world(), an_alarm("drift"), an_alarm("billed-and-idle"))
    assert alarms(spec) == ("drift", "billed-and-idle")
    assert alarms(cleared(spec, "drift")) == ("billed-and-idle",)


TORN = [(C1, DeprovisioningRequested()), (C1, DeprovisioningBegun())]

# --- only while its cause is there: the process may be behind

MANY: dict[str, Any] = {"routing_domain": "private", "prefixes": 3200}


@pytest.mark.parametrize(
    ("alarm", "facts", "stands"),
    [
        ("billed-and-idle", a_world(), True),
        ("billed-and-idle", [a_world(), a_peering()], True),
        ("billed-and-idle", [a_world(), a_peering(state="disabled"), a_connection("n1")], True),
        ("billed-and-idle", [a_world(), a_peering(), a_connection("n1")], False),
        ("billed-and-idle", PLACED, True),
        ("billed-and-idle", [a_world(), a_peering(**MICROSOFT)], False),
        ("billed-and-idle", [a_world(), a_peering(**MICROSOFT, state="disabled")], True),
        ("billed-and-idle", [a_world(), a_peering(**MICROSOFT), TORN], True),
        ("half-provisioned", PLACED, True),
        ("half-provisioned", a_world(), False),
        ("prefixes-near-limit", a_world(), False),
        ("drift", a_world(), False),
        ("drift", [a_world(), a_drift("bandwidth_mbps", 500, 1000)], True),
        ("step-overdue", a_world(), False),
        ("wrong-service-keys", a_world(), True),
    ],
)
def test_its_cause_is_there(alarm: str, facts: Any, *, stands: bool) -> None:
    spec = raised(given(facts), alarm)
    spec.then(AlarmRaised) if stands else spec.then_nothing()


def test_a_step_that_is_not_stalled_is_not_overdue() -> None:
    spec = lower(given(a_world()))
    raised(spec, "step-overdue").then_nothing()
    spec.history.append(STALLED)
    raised(spec, "step-overdue").then(AlarmRaised)


def test_many_prefixes_advertised_or_received() -> None:
    spec = given(a_world())
    spec.when("report-observation", C1, observed_at="2026-01-05T08:00:00Z", peerings=[MANY])
    raised(spec, "prefixes-near-limit").then(AlarmRaised)
    few = {**MANY, "prefixes": 3199}
    spec.when("report-observation", C1, observed_at="2026-01-05T08:30:00Z", peerings=[few])
    cleared(spec, "prefixes-near-limit").then_accepted()
    raised(spec, "prefixes-near-limit").then_nothing()
    prefixes = [f"10.{each // 250}.{each % 250}.0/24" for each in range(3200)]
    spec.history.append(a_peering())
    spec.when("advertise-routes", C1, routing_domain="private", prefixes=prefixes)
    spec.then_accepted()
    raised(spec, "prefixes-near-limit").then(AlarmRaised)


def test_a_deleted_circuit_has_no_alarms() -> None:
    spec = given(PLACED).when("delete-circuit", C1).then_accepted()
    for alarm in KINDS:
        raised(spec, alarm).then_nothing()


# --- acknowledged


def test_whoever_acknowledges_first_is_named_and_the_alarm_stays_raised() -> None:
    spec = acknowledged(given(a_world(), an_alarm(), a_grant("user:anna", "owner")))
    seen = AlarmAcknowledged(alarm="billed-and-idle", acknowledged_by="user:owner", reason="known")
    spec.then((C1, seen))
    assert alarms(spec) == ("billed-and-idle",)
    acknowledged(spec, actor="user:anna").then_nothing()


def test_the_next_alarm_starts_unacknowledged() -> None:
    spec = given(a_world(), an_alarm(seen_by="user:owner"))
    cleared(spec, "billed-and-idle").then_accepted()
    raised(spec, "billed-and-idle").then_accepted()
    acknowledged(spec).then(AlarmAcknowledged)


@pytest.mark.parametrize("facts", [[], an_alarm("drift")])
def test_an_alarm_that_is_not_raised_is_not_there(facts: Any) -> None:
    acknowledged(given(a_world(), facts)).refused("not-found", kind="alarm", id="billed-and-idle")


@pytest.mark.parametrize(
    "data", [{"alarm": "fire", "reason": "x"}, {"alarm": "drift"}, {"alarm": "drift", "reason": ""}]
)
def test_what_is_no_kind_or_gives_no_reason_is_malformed(data: dict[str, Any]) -> None:
    given(a_world(), an_alarm("drift")).when("acknowledge-alarm", C1, **data).refused(
        "malformed-command"
    )


MAY: dict[Role, bool] = {
    "owner": True,
    "contributor": True,
    "network-operator": True,
    "provider": False,
    "auditor": False,
    "reader": False,
}


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("model", ["connect-through", "connect-to"])
@pytest.mark.parametrize("on_csp", [False, True])
def test_who_may(role: Role, model: str, *, on_csp: bool) -> None:
    """By a role of the customer or on csp/self, under either model."""
    grant = a_csp_role("user:bob", role) if on_csp else a_grant("user:bob", role)
    spec = acknowledged(given(_under(model), an_alarm(), grant), actor="user:bob")
    spec.then(AlarmAcknowledged) if MAY[role] else spec.refused("not-permitted")


@pytest.mark.parametrize("model", ["connect-through", "connect-to"])
def test_the_owner_of_the_csp_may_and_a_stranger_sees_nothing(model: str) -> None:
    spec = given(_under(model), an_alarm())
    acknowledged(spec, actor="user:eve").refused("not-found", kind="circuit")
    acknowledged(spec, actor="provider:colt").refused("not-permitted")
    acknowledged(spec).then(AlarmAcknowledged)


def _under(model: str) -> Any:
    if model == "connect-through":
        return a_world()
    return [a_connect_to_customer(), *(each for each in a_world() if each[0] != "customer/acme")]


# --- they end with the circuit, and with the change of which it is the old one


def test_deleting_a_circuit_clears_its_alarms() -> None:
    facts = (PLACED, an_alarm("half-provisioned"), an_alarm("billed-and-idle"))
    spec = given(facts).when("delete-circuit", C1).then_accepted()
    assert spec.written[-2:] == [ended("half-provisioned"), ended("billed-and-idle")]
    acknowledged(spec).refused("not-found", kind="circuit")


def test_alarms_come_and_go_on_both_circuits_while_a_decrease_runs() -> None:
    """Also on the old circuit that is deleted already, where they last until the change ends."""
    play = lowering("teardown-first", a_world(), a_peering())
    spec = play.to("successor-provisioning")
    spec.history.append(STALLED)
    raised(spec, "step-overdue").then(AlarmRaised)
    acknowledged(spec, "step-overdue").then(AlarmAcknowledged)
    cleared(spec, "step-overdue").then(ended("step-overdue"))
    raised(spec, "step-overdue").then(AlarmRaised)
    raised(spec, "half-provisioned", "circuit/c1.r2").then(AlarmRaised)
    cleared(spec, "half-provisioned", "circuit/c1.r2").then_accepted()
    play.settle()
    assert spec.history.count(ended("step-overdue")) == 2
    assert alarms(spec) == ()


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_the_end_of_a_decrease_clears_what_the_old_circuit_had(strategy: str) -> None:
    play = lowering(strategy, a_world(), a_peering(), an_alarm())
    spec = play.settle()
    assert spec.history.count(ended("billed-and-idle")) == 1
    assert alarms(spec) == ()


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_the_end_of_a_decrease_leaves_those_of_the_successor(strategy: str) -> None:
    play = lowering(strategy, a_world(), a_peering())
    spec = raised(play.to("successor-provisioning"), "half-provisioned", "circuit/c1.r2")
    spec.then_accepted()
    assert alarms(play.settle(), "circuit/c1.r2") == ("half-provisioned",)


def test_a_decrease_that_is_given_up_ends_them_too() -> None:
    spec = lower(given(a_world(), an_alarm())).then_accepted()
    abandon(spec)
    assert spec.written[-1] == ended("billed-and-idle")
    raised(spec, "billed-and-idle").then(AlarmRaised)


def test_the_end_of_an_increase_leaves_them() -> None:
    spec = given(a_world(), an_alarm()).when("change-bandwidth", C1, bandwidth_mbps=1000)
    change_id = spec.state(C1).change.change_id
    from_provider(spec, "confirm-bandwidth", change_id=change_id).then_accepted()
    assert alarms(spec) == ("billed-and-idle",)


def test_a_drift_that_ends_leaves_its_alarm_to_the_process() -> None:
    spec = given(a_world(), a_drift("bandwidth_mbps", 500, 1000), an_alarm("drift"))
    at = "2026-01-05T08:30:00Z"
    spec.when("report-observation", C1, observed_at=at, bandwidth_mbps=500).then_accepted()
    assert alarms(spec) == ("drift",)
