"""How the console says things: phases of a circuit's life, rates, times, and forms of commands."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.console.circuit_actions import ACTIONS, OF_PART, PARTS
from adapters.console.forms import data_of, fields_of, typed_of
from adapters.console.rendering import ago, page_of
from adapters.console.steps import standing_of, step_words
from adapters.console.turn import phase_of, turn_of
from adapters.console.words import rate, title_of_event
from domain.bandwidth_change.course import STEPS
from domain.catalogue import COMMANDS

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("states", "phase", "who"),
    [
        ("not-provisioned enabling updating", "Ordered", "colt"),
        ("provisioning enabling updating", "Provisioning", "colt"),
        ("provisioned enabled succeeded", "In service", None),
        ("not-provisioned enabling failed", "Rejected", "You"),
        ("not-provisioned disabled succeeded", "Torn down", "You"),
        ("provisioned enabled updating", "Changing", "colt"),
        ("deprovisioning disabling updating", "Deprovisioning", "colt"),
    ],
)
def test_each_row_of_the_three_states_is_a_phase(states: str, phase: str, who: str | None) -> None:
    circuit = _circuit(states)
    assert phase_of(circuit).name == phase
    assert turn_of(circuit).who == who


@pytest.mark.parametrize(
    ("waits_for", "who"), [("provider", "colt"), ("person", "You"), ("tieline", "tieline")]
)
def test_a_change_says_whom_it_waits_for(waits_for: str, who: str) -> None:
    change = {"kind": "decrease", "step": "proceed", "waits_for": waits_for, "overdue": False}
    turn = turn_of(_circuit("provisioned enabled updating", change=change))
    assert turn.who == who
    assert turn.what.endswith("to act on the decrease to 200 Mbit/s: proceed.")


def test_a_deleted_circuit_is_nobodys_turn() -> None:
    assert turn_of(_circuit("not-provisioned disabled deleting", deleted=True)).who is None


def test_rates_are_said_as_people_say_them() -> None:
    assert [rate(each) for each in (50, 1000, 2500, 1234, None)] == [
        "50 Mbit/s",
        "1 Gbit/s",
        "2.5 Gbit/s",
        "1234 Mbit/s",
        "–",
    ]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2026-01-05T09:00:00Z", "now"),
        ("2026-01-05T08:59:18Z", "42 s ago"),
        ("2026-01-05T08:57:01Z", "2 min ago"),
        ("2026-01-05T07:00:00Z", "2 h ago"),
        ("2026-01-07T10:00:00Z", "in 2 d"),
        ("2020-01-05T09:00:00Z", "05 Jan 2020"),
    ],
)
def test_times_are_said_from_now(time: str, said: str) -> None:
    assert ago(time, NOW) == said


def test_events_have_titles() -> None:
    assert title_of_event("tieline.bandwidth.decrease-started.v1") == "Decrease started"
    assert title_of_event("tieline.peering.configured.v1") == "Peering configured"
    assert title_of_event("tieline.command.order-circuit.v1") == "Order circuit"


def test_what_was_typed_becomes_the_data_of_a_command() -> None:
    kind = COMMANDS["configure-peering"]
    typed = {
        "routing_domain": "microsoft",
        "vlan": " 100 ",
        "peer_asn": "many",
        "primary_subnet": "",
        "advertised_prefixes": "198.51.100.0/24\n203.0.113.0/24",
        "nothing": "of it",
    }
    assert data_of(kind, typed) == {
        "routing_domain": "microsoft",
        "vlan": 100,
        "peer_asn": "many",
        "advertised_prefixes": ["198.51.100.0/24", "203.0.113.0/24"],
    }


def test_a_flag_that_is_not_ticked_is_no() -> None:
    kind = COMMANDS["change-bandwidth"]
    begun = typed_of(kind, {"bandwidth_mbps": 1000})
    assert begun == {"bandwidth_mbps": "1000", "strategy": "teardown-first", "auto_proceed": "on"}
    assert data_of(kind, begun)["auto_proceed"] is True
    del begun["auto_proceed"]
    assert data_of(kind, begun)["auto_proceed"] is False
    assert "accept_interruption" not in data_of(kind, begun)
    assert data_of(kind, {**begun, "accept_interruption": "on"})["accept_interruption"] is True


def test_a_secret_is_typed_unseen() -> None:
    kinds = {each.name: each.kind for each in fields_of(COMMANDS["configure-peering"])}
    assert kinds["md5_key"] == "secret"


def _circuit(states: str, **more: Any) -> dict[str, Any]:
    names = ("provider_state", "circuit_state", "resource_state")
    told = dict(zip(names, states.split(), strict=True))
    whole = {"provider": "colt", "change": None, "deleted": False, "wanted_bandwidth_mbps": 200}
    return {**told, **whole, **more}


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        ({"ended": "decreased"}, "Decreased"),
        ({"ended": "abandoned"}, "Abandoned"),
        ({"stalled": True, "waits_for": "person"}, "Stalled"),
        ({"step": "scheduled", "waits_for": "time"}, "Scheduled"),
        ({"step": "proceed", "waits_for": "person"}, "Needs approval"),
        ({"step": "deprovisioning", "waits_for": "provider"}, "Running"),
    ],
)
def test_a_change_says_where_it_stands(stands: dict[str, Any], words: str) -> None:
    change = {"ended": None, "stalled": False, "step": None, "waits_for": None, **stands}
    assert standing_of(change).words == words


def test_every_step_is_said_in_words_and_not_as_a_command() -> None:
    for name in STEPS:
        words = step_words(name)
        assert words[0].isupper(), name
        assert not re.search(r"\w-\w", words.replace("switch-over", "")), words


def test_every_action_is_a_command_that_names_its_part() -> None:
    for part, field in PARTS.items():
        assert all(field in each.kind.model_fields for each in OF_PART[part]), part
    assert all(each.kind for each in ACTIONS)


def test_things_have_pages() -> None:
    assert page_of("circuit/a b") == "/circuits/a%20b"
    assert page_of("location/fra") == "/locations/fra"
    assert page_of("csp/self") is None
