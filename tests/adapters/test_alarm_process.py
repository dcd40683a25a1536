"""The alarm process over a log: each alarm is raised once and cleared once, whoever restarts.

Contract, second part, "Alarms". Every run opens the files anew, as a process that was restarted.
"""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from adapters.clocks import SetClock
from adapters.reactors.memory import forget
from adapters.settings import load
from adapters.wiring.embedded import embedded
from tests.running import ORDER, PAIR, as_lines, command

ORDERED = (
    command("1", "register-customer", "customer/acme", name="a", model="connect-through"),
    command("2", "add-subscription", "customer/acme", subscription_id="prod"),
    command("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
    command("4", "order-circuit", "circuit/c", **ORDER),
)
NINE = "T09:00:00.000000Z"
_ids = count()


def on(day: int, clock: str = NINE) -> str:
    """A time on a day of January."""
    return f"2026-01-{day:02}{clock}"


class Life:
    """A log, worked to rest at times that a test chooses, without a network unless it says so."""

    def __init__(self, folder: Path, network: str = "none") -> None:
        address = f"sqlite:///{folder}/tieline.db"
        self.settings = load({"TIELINE_DATABASE": address, "TIELINE_NETWORK": network}, folder)
        self.outcomes: Sequence[Any] = ()

    def run(self, now: str, *commands: Any) -> list[tuple[str, dict[str, Any]]]:
        """The alarms that one run raises and clears, and what it says of each."""
        with embedded(self.settings, SetClock(now)) as parts:
            before = parts.worker.log.mark().position
            self.outcomes = parts.submit(as_lines(commands).encode().splitlines())
            parts.settle()
            new = [each.as_cloudevent("/t") for each in parts.worker.log.feed(before, 1000)]
        return [
            (each["type"].removeprefix("tieline.alarm.").removesuffix(".v1"), each["data"])
            for each in new
            if each["type"].startswith("tieline.alarm.")
        ]

    def happens(self, now: str, *commands: Any) -> list[str]:
        """The same in short: `raised drift`."""
        return [f"{what} {data['alarm']}" for what, data in self.run(now, *commands)]

    def key(self, circuit_id: str = "c") -> str:
        """The circuit's service key."""
        with embedded(self.settings, SetClock(on(1))) as parts:
            return parts.worker.state(f"circuit/{circuit_id}").service_key


@pytest.fixture
def ordered(tmp_path: Path) -> Life:
    """A circuit that was ordered on the first of January, and waits for its provider."""
    life = Life(tmp_path)
    assert life.run(on(1), *ORDERED) == []
    return life


def send(verb: str, circuit_id: str = "c", **data: Any) -> Any:
    """A command with an id of its own."""
    return command(f"s-{next(_ids)}", verb, f"circuit/{circuit_id}", **data)


def provisioned(life: Life, now: str) -> list[str]:
    """What happens when the provider provisions."""
    steps = ("begin-provisioning", "confirm-provisioned")
    return life.happens(now, *(send(each, service_key=life.key()) for each in steps))


PEERING: dict[str, Any] = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.255.0.0/30",
    "secondary_subnet": "10.255.0.4/30",
}
NETWORK = (
    command(
        "n1",
        "register-network",
        "network/n",
        customer_id="acme",
        subscription_id="prod",
        address_space=["10.1.0.0/16"],
    ),
    command("n2", "add-gateway", "network/n", kind="expressroute"),
)
CONNECTED = (
    *NETWORK,
    command("n3", "configure-peering", "circuit/c", **PEERING),
    command("n4", "connect-network", "circuit/c", network_id="n"),
)


# --- as time passes


def test_a_circuit_that_is_not_provisioned_and_not_used(ordered: Life) -> None:
    """Three days and seven days, to the moment; each is raised once, by whichever run comes."""
    assert ordered.run(on(4, "T08:59:59.999999Z")) == []
    ((what, half),) = ordered.run(on(4))
    assert (what, half["alarm"], half["since"]) == ("raised", "half-provisioned", on(1))
    assert half["cause"] == "it has a service key, and its provider state is still not-provisioned"
    assert ordered.run(on(5)) == []
    assert ordered.run(on(8, "T08:59:59.999999Z")) == []
    ((what, idle),) = ordered.run(on(8))
    assert (what, idle["alarm"], idle["since"]) == ("raised", "billed-and-idle", on(1))
    assert ordered.run(on(9)) == []
    assert provisioned(ordered, on(10)) == ["cleared half-provisioned"]
    assert ordered.happens(on(11), *CONNECTED) == ["cleared billed-and-idle"]
    assert ordered.run(on(30)) == []


def test_what_is_used_in_time_is_never_raised(ordered: Life) -> None:
    assert provisioned(ordered, on(2)) == []
    assert ordered.run(on(3), *CONNECTED) == []
    assert ordered.run(on(30)) == []


def test_idle_since_it_was_used_last(ordered: Life) -> None:
    provisioned(ordered, on(2))
    ordered.run(on(3), *CONNECTED)
    ordered.run(on(20), send("disable-peering", routing_domain="private"))
    assert ordered.run(on(26)) == []
    ((_, idle),) = ordered.run(on(27))
    assert idle["since"] == on(20)
    back = send("enable-peering", routing_domain="private")
    assert ordered.happens(on(28), back) == ["cleared billed-and-idle"]


def test_used_again_in_between_begins_anew(ordered: Life) -> None:
    """Though the process saw neither: both came in one run."""
    provisioned(ordered, on(2))
    ordered.run(on(3), *CONNECTED)
    off, back = (f"{what}-peering" for what in ("disable", "enable"))
    ordered.run(on(4), send(off, routing_domain="private"))
    assert ordered.happens(on(12)) == ["raised billed-and-idle"]
    both = [send(each, routing_domain="private") for each in (back, off)]
    assert ordered.happens(on(13), *both) == ["cleared billed-and-idle"]
    assert ordered.run(on(19)) == []
    assert ordered.happens(on(20)) == ["raised billed-and-idle"]


def test_nothing_is_sent_where_nothing_is_to_be_said(ordered: Life) -> None:
    """A command that changes nothing would be recorded all the same."""
    ordered.run(on(9))
    with embedded(ordered.settings, SetClock(on(10))) as parts:
        before = parts.worker.log.mark()
        parts.settle()
        assert parts.worker.log.mark() == before
        parts.submit(as_lines([send("change-tier", tier="premium")]).encode().splitlines())
        parts.settle()
        assert parts.worker.log.mark().outcome == before.outcome + 1


def test_whoever_forgot_everything_raises_nothing_again(ordered: Life) -> None:
    assert len(ordered.run(on(9))) == 2
    engine = create_engine(ordered.settings.database)
    forget(engine, "alarm-process")
    engine.dispose()
    assert ordered.run(on(10)) == []
    assert provisioned(ordered, on(10)) == ["cleared half-provisioned"]


def test_an_old_log_gets_the_alarms_of_today_and_none_of_the_past(ordered: Life) -> None:
    """What was amiss once and is not any more was worth an alarm then, not now."""
    provisioned(ordered, on(2))
    ordered.run(on(3), send("report-observation", observed_at=on(3), bandwidth_mbps=1))
    ordered.run(on(4), send("report-observation", observed_at=on(4), bandwidth_mbps=500))
    wrong = [send("begin-provisioning", service_key="x") for _ in range(5)]
    ordered.run(on(4), *wrong)
    ordered.run(on(4), send("request-deprovisioning", accept_interruption=True))
    ordered.run(on(5), send("begin-deprovisioning", service_key=ordered.key()))
    before = ordered.run(on(6))
    engine = create_engine(ordered.settings.database)
    forget(engine, "alarm-process")
    engine.dispose()
    assert before == ordered.run(on(6)) == []
    assert ordered.happens(on(8)) == ["raised billed-and-idle"]


def test_deleted_circuits_are_forgotten(ordered: Life) -> None:
    ordered.run(on(9))
    cleared = ordered.happens(on(10), send("delete-circuit"))
    assert sorted(cleared) == ["cleared billed-and-idle", "cleared half-provisioned"]
    assert ordered.run(on(30)) == []


# --- at once


def test_drift(ordered: Life) -> None:
    provisioned(ordered, on(2))
    seen = send("report-observation", observed_at=on(3), bandwidth_mbps=1)
    ((what, drift),) = ordered.run(on(3), seen)
    assert (what, drift["alarm"], drift["since"]) == ("raised", "drift", on(3))
    assert "bandwidth_mbps" in drift["cause"]
    more = send("report-observation", observed_at=on(4), circuit_state="disabled")
    assert ordered.run(on(4), more) == []
    agrees = send("report-observation", observed_at=on(5), bandwidth_mbps=500)
    assert ordered.run(on(5), agrees) == [], "one field still drifts"
    agrees = send("report-observation", observed_at=on(6), circuit_state="enabled")
    assert ordered.happens(on(6), agrees) == ["cleared drift"]


def test_prefixes_near_the_limit(ordered: Life) -> None:
    provisioned(ordered, on(2))

    def received(day: int, number: int) -> list[str]:
        peerings = [{"routing_domain": "private", "prefixes": number}]
        seen = send("report-observation", observed_at=on(day), peerings=peerings)
        return ordered.happens(on(day), seen)

    assert received(2, 3199) == []
    assert received(3, 3200) == ["raised prefixes-near-limit"]
    assert received(4, 3900) == []
    assert received(5, 3199) == ["cleared prefixes-near-limit"]
    assert received(6, 3200) == ["raised prefixes-near-limit"]
    assert received(7, 10) == ["cleared prefixes-near-limit"]


def wrong_keys(life: Life, number: int, now: str) -> list[str]:
    sent = [send("confirm-provisioned", service_key=f"x{each}") for each in range(number)]
    return life.happens(now, *sent)


def test_five_wrong_service_keys_in_a_row(ordered: Life) -> None:
    """Over several runs; a step that is accepted begins anew, and clears."""
    assert wrong_keys(ordered, 4, on(1)) == []
    begin = send("begin-provisioning", service_key=ordered.key())
    assert ordered.happens(on(1), begin) == []
    assert wrong_keys(ordered, 2, on(1)) == []
    assert wrong_keys(ordered, 2, on(2)) == []
    ((what, wrong),) = ordered.run(on(3), send("confirm-provisioned", service_key="no"))
    assert (what, wrong["alarm"], wrong["since"]) == ("raised", "wrong-service-keys", on(1))
    assert wrong_keys(ordered, 7, on(3)) == []
    confirm = send("confirm-provisioned", service_key=ordered.key())
    assert ordered.happens(on(3), confirm) == ["cleared wrong-service-keys"]
    assert wrong_keys(ordered, 4, on(3)) == []
    assert wrong_keys(ordered, 1, on(3)) == ["raised wrong-service-keys"]


def test_a_step_among_wrong_keys_of_one_run_counts_where_it_stands(ordered: Life) -> None:
    wrong = [send("confirm-provisioned", service_key="x") for _ in range(8)]
    begin = send("begin-provisioning", service_key=ordered.key())
    assert ordered.happens(on(1), *wrong[:4], begin, *wrong[4:]) == []
    assert wrong_keys(ordered, 1, on(1)) == ["raised wrong-service-keys"]


def test_wrong_keys_of_nobody_entitled_and_other_refusals_do_not_count(ordered: Life) -> None:
    refused = [send("confirm-provisioned", service_key=ordered.key()) for _ in range(5)]
    assert ordered.run(on(1), *refused) == []
    assert {each.refusal.code for each in ordered.outcomes} == {"wrong-provider-state"}
    strangers = [send("confirm-provisioned", service_key="x") for _ in range(5)]
    assert ordered.run(on(1), *({**each, "actor": "user:eve"} for each in strangers)) == []
    nowhere = [send("confirm-provisioned", "c9", service_key="x") for _ in range(5)]
    assert ordered.run(on(1), *nowhere) == []


def lower() -> Any:
    """A decrease, by teardown first."""
    yes, rate = True, 200
    return send("change-bandwidth", bandwidth_mbps=rate, change_id="down", accept_interruption=yes)


def test_a_step_that_is_overdue(ordered: Life) -> None:
    """Cleared where somebody tries again; raised anew where that is overdue as well."""
    provisioned(ordered, on(1))
    ordered.run(on(1), *CONNECTED)
    assert ordered.run(on(2), lower()) == []
    ((what, late),) = ordered.run(on(5))
    assert (what, late["alarm"], late["since"]) == ("raised", "step-overdue", on(5))
    assert late["cause"].startswith("change down is stalled at deprovisioning-requested: overdue")
    assert ordered.run(on(6)) == []
    retry = send("retry-bandwidth-change", change_id="down", reason="again")
    assert ordered.happens(on(6), retry) == ["cleared step-overdue"]
    assert ordered.happens(on(9)) == ["raised step-overdue"]
    abandon = send("abandon-bandwidth-change", change_id="down", reason="no")
    assert ordered.happens(on(9), abandon) == ["cleared step-overdue"]


def test_a_step_of_the_successor_is_told_on_the_old_circuit_though_that_is_deleted(
    ordered: Life,
) -> None:
    provisioned(ordered, on(1))
    ordered.run(on(1), *CONNECTED)
    ordered.run(on(2), lower())
    for verb in ("begin-deprovisioning", "confirm-deprovisioned"):
        ordered.run(on(2), send(verb, service_key=ordered.key()))
    raised = ordered.happens(on(6))
    assert sorted(raised) == ["raised half-provisioned", "raised step-overdue"]
    key = ordered.key("c.r2")
    acknowledge = send("acknowledge-alarm", alarm="step-overdue", reason="known")
    assert ordered.happens(on(6), acknowledge) == ["acknowledged step-overdue"]
    begun = ordered.happens(on(6), send("begin-provisioning", "c.r2", service_key=key))
    assert begun == ["cleared step-overdue"]
    done = ordered.happens(on(6), send("confirm-provisioned", "c.r2", service_key=key))
    assert done == ["cleared half-provisioned"]
    assert ordered.run(on(30)) == []


def test_the_end_of_a_change_clears_and_what_is_still_there_is_raised_anew(ordered: Life) -> None:
    provisioned(ordered, on(1))
    assert ordered.happens(on(9)) == ["raised billed-and-idle"]
    assert ordered.run(on(9), lower()) == []
    abandon = send("abandon-bandwidth-change", change_id="down", reason="no")
    cleared, (raised, idle) = ordered.run(on(9), abandon)
    assert (cleared[0], raised, idle["since"]) == ("cleared", "raised", on(1))
    assert ordered.run(on(10)) == []
