"""The generated year: its shape, its order, its share of mistakes, the same bytes every time."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from demo.places import places
from demo.year import SentCommand, steps, weeks, write
from domain.catalogue import COMMANDS
from domain.words.messages import Command, Faulty, Message
from domain.words.reading import read_command
from domain.words.refusals import CODES

ROOT = Path(__file__).parents[2]
SMALL = 5, 20
"""Customers and circuits."""
MIDDLE = 40, 300
WITHOUT_NETWORKS = "ee59d35917efd1dd9978bc7c3f7634be"
"""The digest of a small year as it was before there were networks."""


@pytest.fixture(scope="module")
def year() -> list[list[SentCommand]]:
    return list(steps(1, *MIDDLE))


def all_of(year: list[list[SentCommand]]) -> list[SentCommand]:
    return [step for week in year for step in week]


def name_of(command: Message) -> str:
    return str(command["type"]).removeprefix("tieline.command.").rpartition(".")[0]


def pair_of(command: Message) -> tuple[object, object]:
    return command["source"], command["id"]


def content_of(command: Message) -> list[object]:
    return [command.get(name) for name in ("type", "subject", "data", "actor", "onbehalfof")]


# Shape and order


def test_a_year_has_52_weeks_and_no_week_is_empty(year: list[list[SentCommand]]):
    assert len(year) == 52
    assert all(year)


def test_commands_are_structured_cloudevents_and_nothing_else(year: list[list[SentCommand]]):
    always = {"specversion", "id", "source", "type", "subject", "time", "actor"}
    always |= {"datacontenttype", "data"}
    for step in all_of(year):
        assert set(step.command) - {"onbehalfof", "ifversion"} == always
        assert step.command["specversion"] == "1.0"
        assert isinstance(step.command["data"], dict)


def test_times_never_run_backwards_and_stay_in_their_week_of_2026(year: list[list[SentCommand]]):
    times = [str(step.command["time"]) for step in all_of(year)]
    assert all(re.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times)
    assert all(one <= next_one for one, next_one in pairwise(times))
    for week, following in pairwise(year):
        assert str(week[-1].command["time"]) < str(following[0].command["time"])


def test_a_command_is_of_the_contracts_shape_unless_its_shape_is_the_mistake(
    year: list[list[SentCommand]],
):
    for step in all_of(year):
        message = read_command(step.command, COMMANDS, "user:owner")
        if isinstance(message, Faulty):
            assert message.refusal.code == step.expected, step
            continue
        assert isinstance(message, Command)
        assert step.expected != "unknown-command"
        if step.expected == "malformed-command":
            wrong_subject = not COMMANDS[message.name].subject.fullmatch(message.subject)
            data = cast(dict[str, Any], step.command["data"])
            seen_ahead = data.get("observed_at", "") > str(step.command["time"])
            assert wrong_subject or seen_ahead or message.on_behalf_of is not None, step


def test_every_expected_code_is_one_of_the_contract(year: list[list[SentCommand]]):
    assert {step.expected for step in all_of(year)} - {None} <= set(CODES)


def test_without_networks_there_are_only_circuits_and_peerings():
    year = all_of(list(steps(1, *MIDDLE, networks=False)))
    text = json.dumps([step.command for step in year if step.expected is None])
    for word in ("network/", "route-filter", "authorization_id", "md5_key", "erase-customer"):
        assert word not in text
    subjects = {str(step.command["subject"]).partition("/")[0] for step in year}
    assert subjects == {"customer", "location", "circuit", "csp"}


def test_a_year_without_networks_keeps_its_bytes():
    """The figures of before are comparable only as long as the list of commands is the same."""
    digest = hashlib.blake2b(digest_size=16)
    for week in weeks(7, 20, 120, networks=False):
        digest.update(json.dumps(week).encode())
    assert digest.hexdigest() == WITHOUT_NETWORKS


# Ids


def test_a_pair_comes_again_only_as_a_repeat_or_as_a_reused_id(year: list[list[SentCommand]]):
    first: dict[tuple[object, object], SentCommand] = {}
    for step in all_of(year):
        before = first.setdefault(pair_of(step.command), step)
        if before is step:
            assert not step.repeats
            continue
        same = content_of(before.command) == content_of(step.command)
        assert same == step.repeats
        assert step.expected == (before.expected if step.repeats else "command-id-reused")


def test_some_commands_are_repeated_exactly(year: list[list[SentCommand]]):
    assert sum(step.repeats for step in all_of(year)) > 5


def test_commands_under_an_on_behalf_grant_say_so(year: list[list[SentCommand]]):
    for step in all_of(year):
        actor, customer = str(step.command["actor"]), step.command.get("onbehalfof")
        assert customer is None or actor.startswith("user:desk-")
        if step.expected is None and actor.startswith("user:desk-"):
            assert customer is not None


# Content


def test_places_and_providers_are_the_real_ones(year: list[list[SentCommand]]):
    real = {place.id: place for place in places()}
    opened = [step for step in all_of(year) if name_of(step.command) == "open-location"]
    for step in opened:
        place = real[str(step.command["subject"]).removeprefix("location/")]
        data = cast(dict[str, Any], step.command["data"])
        assert set(data["providers"]) <= set(place.providers)
        assert data.get("local_regions", []) == list(place.local_regions)


def test_the_storys_location_is_left_to_the_story(year: list[list[SentCommand]]):
    subjects = {step.command["subject"] for step in all_of(year)}
    assert not subjects & {"location/frankfurt", "customer/acme", "circuit/acme-fra-1"}


def test_a_circuit_takes_no_peering_in_the_week_of_its_order(year: list[list[SentCommand]]):
    for week in year:
        ordered = {
            step.command["subject"]
            for step in week
            if name_of(step.command) == "order-circuit" and not step.expected and not step.repeats
        }
        for step in week:
            if name_of(step.command) == "configure-peering" and step.command["subject"] in ordered:
                assert step.expected is not None


def test_bandwidth_changes_of_every_kind_are_in_it(year: list[list[SentCommand]]):
    asked = [
        cast(dict[str, Any], step.command["data"])
        for step in all_of(year)
        if name_of(step.command) == "change-bandwidth" and step.expected is None
    ]
    assert any("accept_interruption" not in data for data in asked)
    assert {data.get("strategy") for data in asked} == {None, "teardown-first", "replace-first"}
    assert any(data.get("auto_proceed") is False for data in asked)
    assert any("not_before" in data for data in asked)
    said = {name_of(step.command) for step in all_of(year) if step.expected is None}
    assert {"proceed-bandwidth-change", "abandon-bandwidth-change"} <= said


# Counts


@pytest.mark.parametrize("size", [(1, 1), SMALL, MIDDLE])
def test_it_scales_down(size: tuple[int, int]):
    year = all_of(list(steps(3, *size)))
    accepted = Counter(
        name_of(step.command) for step in year if step.expected is None and not step.repeats
    )
    assert accepted["register-customer"] == size[0]
    assert accepted["order-circuit"] == size[1]
    assert 0.08 <= sum(step.expected is not None for step in year) / len(year) <= 0.14


# The same every time


def test_weeks_are_the_steps_without_what_is_expected():
    assert list(weeks(5, *SMALL)) == [[step.command for step in week] for week in steps(5, *SMALL)]


def test_another_seed_gives_another_year():
    assert list(weeks(1, *SMALL)) != list(weeks(2, *SMALL))


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path):
    digests = {_digest_of_a_year(tmp_path / salt, salt) for salt in ("0", "1", "4711")}
    assert len(digests) == 1


def _digest_of_a_year(folder: Path, hash_seed: str) -> str:
    program = (
        "import sys; from pathlib import Path; from demo.year import write; "
        "write(Path(sys.argv[1]), seed=7, customers=20, circuits=120)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        check=True,
    )
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def test_files_are_compact_json_lines_named_by_week(tmp_path: Path):
    files = write(tmp_path / "year", 5, *SMALL)
    assert [file.name for file in files] == [f"week-{number:02}.jsonl" for number in range(1, 53)]
    for file, week in zip(files, weeks(5, *SMALL), strict=True):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == week
        assert lines == [json.dumps(command, separators=(",", ":")) for command in week]
