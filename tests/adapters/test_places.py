"""The places of the demo: real ones, with ids for their providers; the story that ships beside."""

import json
import re
from pathlib import Path

import pytest

from demo.places import places, places_of, provider_id
from domain.catalogue import COMMANDS
from domain.network.regions import GEOPOLITICAL_REGIONS
from domain.words.messages import Command
from domain.words.reading import read_command

ROOT = Path(__file__).parents[2]


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
            "geopolitical_region": "europe",
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
        assert place.geopolitical_region in set(GEOPOLITICAL_REGIONS.values())
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
