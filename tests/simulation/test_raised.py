"""What the check of alarms says of a history: raised twice, cleared where not raised."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.events import DeprovisioningBegun
from domain.circuit.observation_events import DriftCleared
from simulation.checks.raised import Raised
from tests.examples import a_world
from tests.examples.alarms import an_alarm
from tests.examples.observations import a_drift
from tests.projections.histories import told

C1 = "circuit/c1"
BEFORE = told(a_world())[-1].time
KEYS = (C1, AlarmRaised(alarm="wrong-service-keys", since=BEFORE, cause="three in a row"))
CLEARED = (C1, AlarmCleared(alarm="wrong-service-keys"))
STEP = (C1, DeprovisioningBegun())


def said_of(*facts: Any) -> Sequence[str]:
    raised = Raised()
    return [said for each in told(a_world(), *facts) for said in raised.follow(each)]


def test_what_is_raised_cleared_and_raised_again_is_right() -> None:
    drift = a_drift("bandwidth_mbps", 500, 1)
    over = (C1, DriftCleared(field="bandwidth_mbps"))
    assert said_of(an_alarm("drift"), KEYS, STEP, CLEARED, KEYS, drift, over, drift) == []


def test_a_step_that_came_while_an_alarm_was_on_its_way_ends_its_cause() -> None:
    assert said_of(STEP, KEYS, CLEARED) == []


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ([KEYS, KEYS], "is raised a second time"),
        ([a_drift("bandwidth_mbps", 500, 1)] * 2, "is raised a second time"),
        ([KEYS, STEP, CLEARED, CLEARED], "is not raised, in tieline.alarm.cleared.v1"),
        (
            [(C1, AlarmAcknowledged(alarm="drift", acknowledged_by="user:a", reason="seen"))],
            "is not raised, in tieline.alarm.acknowledged.v1",
        ),
        ([KEYS, CLEARED], "is cleared, and its cause is there"),
    ],
)
def test_what_is_wrong_is_said(facts: Sequence[Any], wrong: str) -> None:
    (said,) = said_of(facts)
    assert said.endswith(wrong)
