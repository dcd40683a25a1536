"""Laws that hold after any commands in any order: capacity and places are right; nothing raises."""

from collections import Counter
from typing import Any, cast

from hypothesis import event, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    BandwidthIncreased,
    ChangeStalled,
    IncreaseRejected,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.drift import agrees
from domain.circuit.observation_events import DriftCleared, DriftRaised
from domain.engine.records import folded
from tests.domain.capacity import capacity_is_right
from tests.domain.world import LOCATION, OTHER_ROUTERS, ROUTERS, Act, World
from tests.examples import MICROSOFT, ORDER, PEERING

WORTH_REACHING = (
    BandwidthDecreased,
    BandwidthIncreased,
    ChangeStalled,
    DriftCleared,
    DriftRaised,
    IncreaseRejected,
    RevertFinished,
    SwitchedOver,
)
"""Events that random lives must reach; `--hypothesis-show-statistics` counts them."""

REASON = {"reason": "random"}
CONSENT = {"accept_interruption": True}

which = st.integers(0, 11)
"""The number of a circuit; some numbers give a deleted circuit, or one that never existed."""

rates = st.sampled_from([50, 100, 200, 500, 1000])


def drawn(data: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A command's data; values that vary are given as strategies."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, value in data.items():
        is_strategy = isinstance(value, st.SearchStrategy)
        fields[name] = cast("st.SearchStrategy[Any]", value) if is_strategy else st.just(value)
    return st.fixed_dictionaries(fields)


def said(verb: str, data: dict[str, Any], fill_in: str = "") -> st.SearchStrategy[Act]:
    """One command on some circuit."""
    return st.tuples(which, drawn(data)).map(lambda drew: Act(verb, drew[0], drew[1], fill_in))


def located(verb: str, **data: Any) -> st.SearchStrategy[Act]:
    """One command on the location."""
    return st.just(Act(verb, LOCATION, data))


def step(verb: str) -> st.SearchStrategy[Act]:
    """One step of a provider with the right key, whether it fits or not."""
    return said(verb, REASON if verb.startswith("reject") else {}, "service_key")


def word(verb: str) -> st.SearchStrategy[Act]:
    """A person's answer to a circuit's change, or to a change that does not exist."""
    return said(f"{verb}-bandwidth-change", REASON, "change_id")


process = st.just(Act("process"))
provider = which.map(lambda number: Act("provider", number))
network = st.just(Act("network"))
ordered = st.sampled_from(["circuit/c1", "circuit/c3", "circuit/c4"])
varied = {"bandwidth_mbps": rates, "provider": st.sampled_from(["colt", "equinix"])}
orders = st.tuples(ordered, drawn({**ORDER, **varied})).map(
    lambda drew: Act("order-circuit", drew[0], drew[1])
)
strategies = {
    "strategy": st.sampled_from(["teardown-first", "replace-first"]),
    "auto_proceed": st.booleans(),
}
times = st.sampled_from(["2026-01-06T00:00:00Z", "2026-01-20T00:00:00Z"])
changes = said("change-bandwidth", {**CONSENT, **strategies, "bandwidth_mbps": rates})
scheduled = said("change-bandwidth", {**CONSENT, "bandwidth_mbps": rates, "not_before": times})
domains = st.sampled_from(["private", "microsoft"])
provider_states = st.sampled_from(["not-provisioned", "provisioned", "deprovisioning"])
sessions = {"routing_domain": domains, "state": st.sampled_from(["up", "down"])}
observed = [
    said("report-observation", {"provider_state": provider_states}, "observed_at"),
    said("report-observation", {"bandwidth_mbps": rates}, "observed_at"),
    said("report-observation", {"peerings": st.tuples(drawn(sessions)).map(list)}, "observed_at"),
]
everyday = [process, process, provider, *[network] * 6, orders, *[changes] * 3]
rare = [
    scheduled,
    st.sampled_from([1, 24, 200]).map(lambda hours: Act("later", data={"hours": hours})),
    located("close-location"),
    located("reopen-location"),
    located("reopen-location"),
    located("resize-location", routers=ROUTERS),
    located("resize-location", routers=OTHER_ROUTERS),
    said("request-deprovisioning", CONSENT),
    said("delete-circuit", {}),
    said("change-tier", {"tier": st.sampled_from(["standard", "premium"])}),
    said("configure-peering", PEERING),
    said("configure-peering", MICROSOFT),
    said("remove-peering", {"routing_domain": domains}),
    said("reject-validation", {"routing_domain": "microsoft", **REASON}),
    step("begin-provisioning"),
    step("confirm-provisioned"),
    step("reject-provisioning"),
    step("begin-deprovisioning"),
    step("confirm-deprovisioned"),
    step("reject-deprovisioning"),
    said("confirm-bandwidth", {}, "change_id"),
    said("reject-bandwidth", {}, "change_id"),
    word("abandon"),
    word("abandon"),
    word("retry"),
    word("proceed"),
    word("proceed"),
]
anything = st.sampled_from([*everyday, *everyday, *rare, *observed]).flatmap(lambda kind: kind)


def places_are_right(world: World) -> None:
    """Every existing circuit counts once; a circuit and its successor count as one."""
    customer = world.present.see("customer/acme")
    places = Counter(id.partition(".r")[0] for id in customer.circuits)
    alive = {
        circuit.circuit_id.partition(".r")[0]
        for circuit in world.circuits
        if circuit.removed_at is None or circuit.running
    }
    assert places == Counter(alive)
    assert customer.circuits_in.get("acme-prod", 0) == len(alive)


def both_sides_agree(world: World) -> None:
    """A change that runs on a successor runs on its old circuit, too."""
    for circuit in world.circuits:
        change = circuit.running
        if change and change.old_circuit != circuit.circuit_id:
            old = world.circuit(change.old_circuit)
            assert old is not None
            assert old.running is not None
            assert old.running.change_id == change.change_id


def drift_is_right(world: World) -> None:
    """What drifts does differ from the record, and nothing drifts on a deleted circuit."""
    for circuit in world.circuits:
        for field in circuit.drift:
            assert circuit.observed is not None
            assert not agrees(circuit, field, circuit.observed.fields[field])
        assert not (circuit.removed_at and circuit.drift)


def each_drift_begins_and_ends_once(world: World) -> None:
    """A field is raised and cleared by turns."""
    raised: set[tuple[str, str]] = set()
    for each in world.log:
        if isinstance(each.event, DriftRaised):
            assert (each.stream, each.event.field) not in raised
            raised.add((each.stream, each.event.field))
        elif isinstance(each.event, DriftCleared):
            raised.remove((each.stream, each.event.field))
    assert raised == {
        (f"circuit/{each.circuit_id}", field) for each in world.circuits for field in each.drift
    }


def replay_is_the_present(world: World) -> None:
    """Folding the stored events gives the states that were decided on."""
    for stream in {each.stream for each in world.log}:
        events = [each for each in world.log if each.stream == stream]
        assert folded(stream, events) == world.present.see(stream)


@settings(max_examples=100, deadline=None)
@for_all(st.lists(anything, min_size=30, max_size=80))
def test_after_any_commands_in_any_order(acts: list[Act]) -> None:
    world = World()
    for act in acts:
        world.do(act)
        capacity_is_right(world)
        places_are_right(world)
        both_sides_agree(world)
        drift_is_right(world)
    each_drift_begins_and_ends_once(world)
    replay_is_the_present(world)
    for recorded in world.log:
        if isinstance(recorded.event, WORTH_REACHING):
            event(recorded.event.kind)


@settings(max_examples=40, deadline=None)
@for_all(st.lists(anything, min_size=30, max_size=80))
def test_when_everybody_does_what_is_due_every_change_comes_to_its_end(acts: list[Act]) -> None:
    world = World()
    for act in acts:
        world.do(act)
    world.send("reopen-location", LOCATION)
    for number in range(12):
        settled(world)
        for circuit in world.circuits:
            moved_on(world, circuit.circuit_id, number)
    capacity_is_right(world)
    for circuit in world.circuits:
        stalled = circuit.running and circuit.running.stalled
        assert circuit.running is None or (stalled and "no-capacity" in stalled.reason)


def settled(world: World) -> None:
    """Run process and providers until neither writes anything more."""
    before = -1
    while before != len(world.log):
        before = len(world.log)
        world.do(Act("network"))


def moved_on(world: World, circuit_id: str, number: int) -> None:
    """A person proceeds with the switch, and retries a stalled change."""
    circuit = world.circuit(circuit_id)
    assert circuit is not None
    change = circuit.running
    if change and change.old_circuit == circuit_id:
        named = {"change_id": change.change_id, "reason": f"round {number}"}
        world.send("proceed-bandwidth-change", f"circuit/{circuit_id}", **named)
        if change.stalled:
            world.send("retry-bandwidth-change", f"circuit/{circuit_id}", **named)
