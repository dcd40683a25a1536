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

from demo.places import places, places_of, provider_id
from demo.year import SentCommand, steps, weeks, write
from domain.catalogue import COMMANDS
from domain.words.messages import Command, Faulty, Message
from domain.words.reading import read_command
from domain.words.refusals import CODES

ROOT = Path(__file__).parents[2]
SMALL: dict[str, int] = {"customers": 5, "circuits": 20}
MIDDLE: dict[str, int] = {"customers": 40, "circuits": 300}


@pytest.fixture(scope="module")
def year() -> list[list[SentCommand]]:
    return list(steps(seed=1, **MIDDLE))


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
        assert set(step.command) - {"onbehalfof"} == always
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
            assert wrong_subject or message.on_behalf_of is not None, step


def test_every_expected_code_is_one_of_the_contract(year: list[list[SentCommand]]):
    assert {step.expected for step in all_of(year)} - {None} <= set(CODES)


def test_nothing_of_later_versions_is_in_it(year: list[list[SentCommand]]):
    text = json.dumps([step.command for step in all_of(year) if step.expected is None])
    for word in ("network/", "route-filter", "authorization_id", "md5_key", "erase-customer"):
        assert word not in text


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


def test_the_default_year_is_as_large_as_promised():
    year = list(steps())
    accepted = Counter(
        name_of(step.command) for step in all_of(year) if step.expected is None and not step.repeats
    )
    assert 19_500 <= len(all_of(year)) <= 20_500
    assert accepted["register-customer"] == 200
    assert accepted["order-circuit"] == 1500
    assert accepted["retry-bandwidth-change"] > 3
    assert accepted["remove-customer"] > 1
    codes = Counter(step.expected for step in all_of(year) if step.expected)
    assert len(codes) >= 40
    assert 0.11 <= codes.total() / len(all_of(year)) <= 0.125


@pytest.mark.parametrize("size", [{"customers": 1, "circuits": 1}, SMALL, MIDDLE])
def test_it_scales_down(size: dict[str, int]):
    year = all_of(list(steps(seed=3, **size)))
    accepted = Counter(
        name_of(step.command) for step in year if step.expected is None and not step.repeats
    )
    assert accepted["register-customer"] == size["customers"]
    assert accepted["order-circuit"] == size["circuits"]
    assert 0.08 <= sum(step.expected is not None for step in year) / len(year) <= 0.14


# The same every time


def test_weeks_are_the_steps_without_what_is_expected():
    assert list(weeks(seed=5, **SMALL)) == [
        [step.command for step in week] for week in steps(seed=5, **SMALL)
    ]


def test_another_seed_gives_another_year():
    assert list(weeks(seed=1, **SMALL)) != list(weeks(seed=2, **SMALL))


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
    files = write(tmp_path / "year", seed=5, **SMALL)
    assert [file.name for file in files] == [f"week-{number:02}.jsonl" for number in range(1, 53)]
    for file, week in zip(files, weeks(seed=5, **SMALL), strict=True):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == week
        assert lines == [json.dumps(command, separators=(",", ":")) for command in week]


# Places and the story


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("GÉANT", "geant"),
        ("GEANT", "geant"),
        ("CoreSite", "coresite"),
        ("Coresite", "coresite"),
        ("AT&T NetBond", "at-t-netbond"),
        ("Interxion (Digital Realty)", "interxion-digital-realty"),
        ("1-IX.EU", "1-ix.eu"),
    ],
)
def test_a_providers_id_is_its_name_without_case_and_accents(name: str, id: str):
    assert provider_id(name) == id


def test_two_spellings_of_a_provider_become_one():
    rows = [
        {
            "id": "x",
            "name": "X",
            "facility": "F",
            "local_regions": [],
            "providers": ["GEANT", "GÉANT", "Colt"],
        }
    ]
    made = places_of(rows)
    assert made["places"][0]["providers"] == ["geant", "colt"]
    assert set(made["providers"]) == {"colt", "geant"}


def test_every_place_of_the_data_file_can_be_opened():
    kept = json.loads((ROOT / "demo/places.json").read_text(encoding="utf-8"))
    assert kept["source"]
    assert kept["source_date"] == "2026-04-28"
    assert len(places()) == 105
    for place in places():
        assert place.providers
        for provider in place.providers:
            assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", provider)
            assert provider in kept["providers"]


def test_the_story_is_the_contracts_without_the_carriers_lines():
    lines = (ROOT / "examples/story.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines]
    ids = ["c-001", "c-002", "c-003", "c-004", "c-007", "c-008", "c-010"]
    assert [message["id"] for message in messages if message["id"].startswith("c-")] == ids
    ours = [message["id"] for message in messages if not message["id"].startswith("c-")]
    assert ours == [f"n-{number:03}" for number in range(1, 12)]
    times = [message["time"] for message in messages]
    assert times == sorted(times)
    for message in messages:
        assert isinstance(read_command(message, COMMANDS, "user:owner"), Command)
