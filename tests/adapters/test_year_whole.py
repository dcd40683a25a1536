"""The default year uses the whole contract: every command, right and wrong, every refusal code."""

from collections import Counter
from typing import Final

import pytest

from demo.year import SentCommand, steps
from domain.catalogue import COMMANDS
from domain.words.refusals import CODES

WITH_A_KEY: Final = {
    "begin-provisioning",
    "confirm-provisioned",
    "reject-provisioning",
    "begin-deprovisioning",
    "confirm-deprovisioned",
    "reject-deprovisioning",
}
"""The provider's steps quote the service key, which is drawn when a circuit is placed: no list that
is written beforehand can know it. The simulated network takes these steps.
"""

NEVER: Final = {
    "point-of-no-return": "The network answers at once: when a week's file has settled, every "
    "teardown that was begun has ended.",
}
"""The codes that no command of a year is refused with, each with the reason."""


@pytest.fixture(scope="module")
def year() -> list[SentCommand]:
    return [step for week in steps() for step in week]


def accepted(year: list[SentCommand]) -> Counter[str]:
    return Counter(name_of(each) for each in year if each.expected is None and not each.repeats)


def name_of(step: SentCommand) -> str:
    return str(step.command["type"]).removeprefix("tieline.command.").rpartition(".")[0]


def test_it_is_as_large_as_promised(year: list[SentCommand]):
    once = accepted(year)
    assert 25_500 <= len(year) <= 26_500
    assert once["register-customer"] == 200
    assert once["order-circuit"] == 1500
    assert once["retry-bandwidth-change"] > 3
    assert once["remove-customer"] > 1
    assert once["connect-network"] > 1000
    wrong = sum(step.expected is not None for step in year)
    assert 0.11 <= wrong / len(year) <= 0.125


def test_every_command_is_accepted_at_least_once(year: list[SentCommand]):
    assert COMMANDS.keys() - accepted(year).keys() == WITH_A_KEY


def test_every_command_is_sent_in_at_least_one_wrong_way(year: list[SentCommand]):
    wrong = {name_of(step) for step in year if step.expected is not None}
    assert COMMANDS.keys() - wrong == set()


def test_nearly_every_refusal_occurs(year: list[SentCommand]):
    assert CODES.keys() - {step.expected for step in year} == NEVER.keys()


def test_all_ways_of_hanging_something_on_a_circuit_are_in_it(year: list[SentCommand]):
    said = [str(step.command["data"]) for step in year if step.expected is None]
    for words in (
        "'weight': 32000",
        "'authorization_id': ",
        "'0.0.0.0/0'",
        "'kind': 'ipsec'",
        "'kind': 'firewall-pair'",
        "'md5_key': '",
        "'md5_key': None",
        "'next_hop': 'VirtualAppliance'",
        "'state': 'down'",
    ):
        assert any(words in each for each in said), words


@pytest.mark.parametrize(
    "alarm",
    ["billed-and-idle", "drift", "prefixes-near-limit", "step-overdue", "wrong-service-keys"],
)
def test_people_look_at_every_alarm_that_the_network_leaves(year: list[SentCommand], alarm: str):
    seen = [step for step in year if name_of(step) == "acknowledge-alarm" and not step.expected]
    assert any(f"'alarm': '{alarm}'" in str(step.command["data"]) for step in seen)
