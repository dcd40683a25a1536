"""Drift: what the network side sees other than it is recorded and agreed.

Contract, second part, "Observations": each field raises once and clears once, by an observation
that agrees or by the command that makes the record agree.
"""

from typing import Any

import pytest

from domain.circuit.events import (
    DeprovisioningBegun,
    DeprovisioningRequested,
    ProvisioningBegun,
)
from domain.circuit.observation_events import CircuitObserved, DriftCleared, DriftRaised
from domain.decider.decisions import Written
from tests.domain.drive import drive, from_provider
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lower, lowering
from tests.domain.test_increase import raise_to
from tests.domain.test_observations import at, seen
from tests.examples import (
    MICROSOFT,
    PEERING,
    a_customer,
    a_location,
    a_peering,
    a_world,
    an_ordered_circuit,
)
from tests.examples.observations import a_drift
from tests.examples.parties import a_scheduled_change

C1 = "circuit/c1"
OLD_MICROSOFT = a_peering(**MICROSOFT)
UNPROVEN: dict[str, Any] = {"state": "validation-needed", "validation_pending": True}
WAITING = a_peering(**MICROSOFT | UNPROVEN)
DISABLED = a_peering(state="disabled")


def session(domain: str, state: str) -> dict[str, Any]:
    """What is seen of one routing domain."""
    return {"peerings": [{"routing_domain": domain, "state": state}]}


def raised(field: str, recorded: Any, observed: Any, clock: str = "08:30:00") -> Written:
    drift = DriftRaised(field=field, recorded=recorded, observed=observed, since=at(clock))
    return C1, drift


def cleared(field: str, subject: str = C1) -> Written:
    return subject, DriftCleared(field=field)


def drifting(spec: Spec, subject: str = C1) -> tuple[str, ...]:
    return spec.state(subject).drift


# --- judged, field by field, both sides


@pytest.mark.parametrize(
    ("field", "facts", "agrees", "drifts"),
    [
        ("provider_state", a_world(), "provisioned", "not-provisioned"),
        ("circuit_state", a_world(), "enabled", "disabled"),
        ("bandwidth_mbps", a_world(), 500, 1000),
        ("bandwidth_mbps", a_world(), 500, 499),
    ],
)
def test_a_field_of_the_circuit(field: str, facts: Any, agrees: Any, drifts: Any) -> None:
    spec = seen(given(facts), "08:30:00", **{field: drifts})
    spec.then(
        (C1, CircuitObserved(observed_at=at("08:30:00"), **{field: drifts})),
        raised(field, agrees, drifts),
    )
    seen(spec, "08:31:00", **{field: agrees}).then(CircuitObserved, cleared(field))
    seen(spec, "08:32:00", **{field: agrees}).then_nothing()
    assert drifting(spec) == ()


@pytest.mark.parametrize(
    ("facts", "domain", "recorded", "drifts", "agrees"),
    [
        ([a_peering()], "private", "enabled", "down", "up"),
        ([DISABLED], "private", "disabled", "up", "down"),
        ([OLD_MICROSOFT], "microsoft", "enabled", "down", "up"),
        ([WAITING], "microsoft", "validation-needed", "up", "down"),
        ([], "private", None, "up", "down"),
        ([a_peering()], "public", None, "up", "down"),
    ],
)
def test_the_sessions_of_a_peering(
    facts: Any, domain: str, recorded: Any, drifts: str, agrees: str
) -> None:
    """Up on an enabled peering, down on any other, also on one that is not there."""
    field = f"{domain}/state"
    spec = seen(given(a_world(), facts), "08:30:00", **session(domain, drifts))
    spec.then(CircuitObserved, raised(field, recorded, drifts))
    seen(spec, "08:31:00", **session(domain, agrees)).then(CircuitObserved, cleared(field))
    assert drifting(spec) == ()


def test_how_many_prefixes_are_received_is_no_drift() -> None:
    many = [{"routing_domain": "private", "prefixes": 5000}]
    seen(given(a_world()), peerings=many).then(CircuitObserved)


def test_fields_that_drift_are_raised_together_in_the_order_they_are_shown() -> None:
    spec = seen(
        given(a_world(), a_peering()),
        bandwidth_mbps=100,
        circuit_state="disabled",
        **session("private", "down"),
    )
    spec.then(
        CircuitObserved,
        raised("circuit_state", "enabled", "disabled"),
        raised("bandwidth_mbps", 500, 100),
        raised("private/state", "enabled", "down"),
    )


# --- once


def test_a_field_that_drifts_is_not_raised_again_whatever_else_is_seen_of_it() -> None:
    spec = given(a_world(), a_drift("bandwidth_mbps", 500, 1000))
    seen(spec, "08:30:00", bandwidth_mbps=1000).then_nothing()
    seen(spec, "08:31:00", bandwidth_mbps=2000).then(CircuitObserved)
    seen(spec, "08:32:00", bandwidth_mbps=500).then(CircuitObserved, cleared("bandwidth_mbps"))
    seen(spec, "08:33:00", bandwidth_mbps=2000).then(
        CircuitObserved, raised("bandwidth_mbps", 500, 2000, "08:33:00")
    )


def test_a_field_left_out_keeps_its_drift() -> None:
    spec = given(a_world(), a_drift("bandwidth_mbps", 500, 1000))
    seen(spec, provider_state="provisioned").then(CircuitObserved)
    seen(spec, "09:00:00", **session("private", "down")).then(CircuitObserved)
    assert drifting(spec) == ("bandwidth_mbps",)


# --- judged only while nothing is on its way


@pytest.mark.parametrize(
    ("facts", "saw"),
    [
        ([*a_customer(), *a_location(), *an_ordered_circuit()], {"provider_state": "provisioned"}),
        ([*a_world(), raise_to], {"bandwidth_mbps": 1000}),
        ([*a_world(), lower], {"bandwidth_mbps": 200}),
    ],
)
def test_nothing_is_judged_while_something_is_on_its_way(facts: Any, saw: Any) -> None:
    *events, more = facts
    spec = given(events, [] if callable(more) else [more])
    if callable(more):
        more(spec, 1000 if more is raise_to else 200)
        spec.then_accepted()
    seen(spec, **saw).then(CircuitObserved)
    assert drifting(spec) == ()


def test_nothing_is_judged_while_a_teardown_was_asked_for() -> None:
    spec = given(a_world()).when("request-deprovisioning", C1, accept_interruption=True)
    seen(spec, provider_state="deprovisioning").then(CircuitObserved)


def test_nothing_is_judged_after_a_rejection() -> None:
    spec = given(a_customer(), a_location(), an_ordered_circuit())
    from_provider(spec, "begin-provisioning")
    from_provider(spec, "reject-provisioning", reason="no fibre").then_accepted()
    seen(spec, provider_state="provisioned").then(CircuitObserved)


def test_a_change_that_is_only_scheduled_does_not_stop_the_judging() -> None:
    spec = given(a_world(), a_scheduled_change())
    seen(spec, bandwidth_mbps=200).then(CircuitObserved, raised("bandwidth_mbps", 500, 200))


def test_what_was_seen_during_a_change_is_judged_when_it_is_seen_again() -> None:
    """It is recorded then, although no field differs: it says that something drifts."""
    spec = raise_to(given(a_world()), 1000)
    seen(spec, "08:10:00", provider_state="deprovisioning").then(CircuitObserved)
    from_provider(spec, "confirm-bandwidth", change_id="up-1").then_accepted()
    assert drifting(spec) == ()
    seen(spec, "08:20:00", provider_state="deprovisioning").then(
        CircuitObserved, raised("provider_state", "provisioned", "deprovisioning", "08:20:00")
    )


def test_what_is_torn_down_is_not_missed() -> None:
    """A peering keeps its state when its circuit is torn down; its sessions are down then."""
    spec = given(a_world(), a_peering())
    spec.when("request-deprovisioning", C1, accept_interruption=True)
    drive(spec).settle()
    gone = {"provider_state": "not-provisioned", "circuit_state": "disabled"}
    seen(spec, **gone, **session("private", "down")).then(CircuitObserved)
    seen(spec, "08:40:00", circuit_state="enabled").then(
        CircuitObserved, raised("circuit_state", "disabled", "enabled", "08:40:00")
    )


# --- cleared by the command that makes the record agree


CLEARED_BY: dict[str, tuple[Any, str, Any, Any, str, dict[str, Any]]] = {
    "enable-peering": (DISABLED, "private/state", "disabled", "up", "user:owner", {}),
    "disable-peering": (a_peering(), "private/state", "enabled", "down", "user:owner", {}),
    "remove-peering": (a_peering(), "private/state", "enabled", "down", "user:owner", {}),
    "configure-peering": ([], "private/state", None, "up", "user:owner", PEERING),
    "validate-peering": (
        WAITING,
        "microsoft/state",
        "validation-needed",
        "up",
        "user:owner",
        {"evidence": "letter"},
    ),
    "reject-validation": (
        OLD_MICROSOFT,
        "microsoft/state",
        "enabled",
        "down",
        "user:owner",
        {"reason": "forged"},
    ),
    "change-peering": (
        OLD_MICROSOFT,
        "microsoft/state",
        "enabled",
        "down",
        "user:owner",
        {"advertised_prefixes": ["192.0.2.0/24"]},
    ),
}
"""By the command that clears: what there is, what drifts and how, and what is sent."""


@pytest.mark.parametrize("verb", CLEARED_BY)
def test_a_peering_made_to_agree(verb: str) -> None:
    facts, field, recorded, observed, actor, data = CLEARED_BY[verb]
    spec = given(a_world(), facts, a_drift(field, recorded, observed))
    before = len(spec.history)
    sent = {"routing_domain": field.partition("/")[0], **data}
    spec.when(verb, C1, actor=actor, **sent).then_accepted()
    assert spec.written[-1] == cleared(field), "after all that the command itself writes"
    assert spec.history[before:].count(cleared(field)) == 1
    spec.when(verb, C1, actor=actor, **sent)
    assert cleared(field) not in spec.written
    assert drifting(spec) == ()


def test_a_peering_that_still_differs_keeps_its_drift() -> None:
    """Also once it is gone: its sessions are up, and nothing is recorded of it."""
    spec = given(a_world(), DISABLED, a_drift("private/state", "disabled", "up"))
    spec.when("remove-peering", C1, routing_domain="private").then_accepted()
    assert drifting(spec) == ("private/state",)


def test_a_command_that_writes_nothing_clears_nothing() -> None:
    spec = given(a_world(), a_peering(), a_drift("private/state", "enabled", "down"))
    spec.when("enable-peering", C1, routing_domain="private").then_nothing()
    spec.when("change-tier", C1, tier="premium").then_accepted()
    assert drifting(spec) == ("private/state",)


def test_the_provider_steps_of_a_teardown_clear() -> None:
    drifts = [
        a_drift("provider_state", "provisioned", "deprovisioning"),
        a_drift("circuit_state", "enabled", "disabled"),
        a_drift("private/state", "enabled", "down"),
    ]
    spec = given(a_world(), a_peering(), drifts)
    spec.when("request-deprovisioning", C1, accept_interruption=True).then_accepted()
    from_provider(spec, "begin-deprovisioning")
    assert spec.written[1:] == [cleared("provider_state"), cleared("private/state")]
    from_provider(spec, "confirm-deprovisioned")
    assert spec.written[1:] == [cleared("circuit_state")]


PLACED = (a_customer(), a_location(), an_ordered_circuit())
ASKED = (C1, DeprovisioningRequested())
BEGUN = (C1, ProvisioningBegun())
TORN = (C1, DeprovisioningBegun())


@pytest.mark.parametrize(
    ("facts", "field", "observed", "verb"),
    [
        (PLACED, "provider_state", "provisioning", "begin-provisioning"),
        ([PLACED, BEGUN], "provider_state", "provisioned", "confirm-provisioned"),
        ([PLACED, BEGUN], "circuit_state", "enabled", "confirm-provisioned"),
        ([PLACED, BEGUN], "provider_state", "not-provisioned", "reject-provisioning"),
        ([a_world(), ASKED], "circuit_state", "disabling", "begin-deprovisioning"),
        ([a_world(), ASKED, TORN], "provider_state", "not-provisioned", "confirm-deprovisioned"),
        ([a_world(), ASKED, TORN], "provider_state", "provisioned", "reject-deprovisioning"),
        ([a_world(), ASKED, TORN], "circuit_state", "enabled", "reject-deprovisioning"),
    ],
)
def test_every_step_of_the_provider_clears(
    facts: Any, field: str, observed: str, verb: str
) -> None:
    """A drift from earlier in the circuit's life, whatever has become of the record since."""
    spec = given(facts, a_drift(field, "else", observed))
    from_provider(spec, verb, **({"reason": "full"} if verb.startswith("reject") else {}))
    spec.then_accepted()
    assert spec.written[1:] == [cleared(field)]
    assert drifting(spec) == ()


def test_the_confirmation_of_the_rate_that_was_seen_clears() -> None:
    spec = given(a_world(), a_drift("bandwidth_mbps", 500, 1000))
    raise_to(spec, 1000)
    assert drifting(spec) == ("bandwidth_mbps",)
    from_provider(spec, "confirm-bandwidth", change_id="up-1")
    assert spec.written[1:] == [cleared("bandwidth_mbps")]


# --- cleared with the circuit, and by the end of a decrease


def test_deleting_a_circuit_clears_all_that_drifts() -> None:
    spec = given(a_world())
    spec.when("request-deprovisioning", C1, accept_interruption=True)
    drive(spec).settle()
    seen(spec, bandwidth_mbps=100, provider_state="provisioned").then_accepted()
    assert drifting(spec) == ("provider_state", "bandwidth_mbps")
    spec.when("delete-circuit", C1).then_accepted()
    assert spec.written[-2:] == [cleared("provider_state"), cleared("bandwidth_mbps")]


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_a_decrease_ends_the_drift_of_its_old_circuit_once(strategy: str) -> None:
    facts = (a_world(), a_peering(), a_drift("bandwidth_mbps", 500, 2000))
    spec = lowering(strategy, *facts).settle()
    assert spec.state("circuit/c1.r2").provider_state == "provisioned"
    assert spec.history.count(cleared("bandwidth_mbps")) == 1
    for subject in (C1, "circuit/c1.r2"):
        assert drifting(spec, subject) == ()


def test_a_switch_clears_on_the_circuit_that_it_makes_agree() -> None:
    """Both circuits are written in one decision; only the old one drifted."""
    drift = a_drift("private/state", "enabled", "down")
    play = lowering("replace-first", a_world(), a_peering(), drift)
    play.to("deprovisioning-requested")
    assert play.spec.history.count(cleared("private/state")) == 1
    at_switch = play.spec.history.index(cleared("private/state"))
    kinds = [type(event).__name__ for _, event in play.spec.history[:at_switch]]
    assert kinds[-2:] == ["SwitchedOver", "SwitchedOver"]


def test_a_decrease_that_is_given_up_ends_the_drift_of_its_old_circuit() -> None:
    """Whatever still drifts is raised anew by the next observation."""
    drift = a_drift("bandwidth_mbps", 500, 2000)
    spec = lower(given(a_world(), drift)).then_accepted()
    abandon(spec)
    assert spec.written[-1] == cleared("bandwidth_mbps")
    seen(spec, "08:40:00", bandwidth_mbps=2000).then(CircuitObserved, DriftRaised)

    play = lowering("replace-first", a_world(), drift)
    play.to("successor-provisioning")
    abandon(play.spec)
    assert drifting(play.settle()) == ()


def test_the_end_of_an_increase_leaves_what_drifts() -> None:
    spec = raise_to(given(a_world(), a_drift("bandwidth_mbps", 500, 2000)), 1000)
    from_provider(spec, "confirm-bandwidth", change_id="up-1").then_accepted()
    assert drifting(spec) == ("bandwidth_mbps",)


def test_an_observation_that_agrees_clears_also_while_a_change_runs() -> None:
    spec = raise_to(
        given(a_world(), a_peering(), a_drift("private/state", "enabled", "down")), 1000
    )
    seen(spec, **session("private", "up")).then(CircuitObserved, cleared("private/state"))
