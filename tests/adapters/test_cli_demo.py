"""`tieline demo`: the story told, a small year run, and the sums of the closing page."""

import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from demo.sentences import COMMANDS, EVENTS
from demo.year import weeks
from tests.end_to_end.test_story import STREAMS
from tests.running import SCRIPT, STORY, Tieline, story

SMALL = ("--customers", "4", "--circuits", "12")


def test_the_story_that_ships_is_the_one_of_the_examples():
    shipped = Path(__file__).parents[2] / "demo" / "story.jsonl"
    assert shipped.read_bytes() == STORY.read_bytes()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tieline, str]:
    tieline = Tieline(tmp_path_factory.mktemp("demo"))
    result = tieline.run("demo", *SMALL, "--database", "demo.db")
    assert (result.code, result.err) == (0, "")
    return tieline, result.out


def test_every_command_of_the_story_is_a_sentence(demo: tuple[Tieline, str]):
    _, told = demo
    assert told.count("The CSP ") == len(story())
    assert "The CSP orders circuit acme-fra-1 for acme: 500 Mbit/s" in told
    assert "acme-fra-1.r2 is provisioned and enabled, 200 Mbit/s, private, microsoft, " in told


def test_every_event_of_the_story_is_a_sentence(demo: tuple[Tieline, str]):
    tieline, _ = demo
    database = {"TIELINE_DATABASE": "sqlite:///demo.db"}
    trails = [tieline.ask_list("audit", "trail", each, **database) for each in STREAMS]
    events = [each for trail in trails for each in trail]
    end = max(each["position"] for each in events if each["type"].startswith("tieline.bandwidth."))
    kinds = {each["type"] for each in events if each["position"] <= end}
    assert {each["type"].split(".")[2] for each in story()} <= set(COMMANDS)
    assert kinds <= set(EVENTS)


def test_what_hangs_on_a_circuit_is_told_and_where_it_leads(demo: tuple[Tieline, str]):
    _, told = demo
    assert "! forced-tunnelling-overridden  Subnet web" in told
    for circuit in ("acme-fra-1", "acme-fra-1.r2"):
        assert f"for 10.20.0.5 to VirtualNetworkGateway via {circuit}.\n" in told
    assert "private, microsoft, connected to acme-hub" in told.split("acme-fra-1 is deleted\n")[1]


def test_refusals_are_explained(demo: tuple[Tieline, str]):
    _, told = demo
    for code in (
        *("bandwidth-not-offered", "interruption-not-accepted", "deletion-blocked"),
        *("validation-needed", "community-unknown", "gateway-required"),
    ):
        assert f"✗ {code}" in told


def test_it_says_where_it_is_and_how_to_look_further(demo: tuple[Tieline, str]):
    tieline, told = demo
    assert "TIELINE_DATABASE=sqlite:///demo.db tieline circuit list" in told
    database = {"TIELINE_DATABASE": "sqlite:///demo.db"}
    assert tieline.ask("show", "circuit", "acme-fra-1", **database)["deleted"] is True
    assert not (tieline.folder / "var").exists(), "nothing of the user's is touched"
    verified = tieline.ask_list("projections", "verify", **database)
    assert all(each["equal"] for each in verified)


@pytest.mark.parametrize("known", [True, False], ids=["on the path", "elsewhere"])
def test_what_it_says_to_type_runs_as_it_stands(tieline: Tieline, *, known: bool):
    environment = tieline.environment | {"PATH": "/usr/bin:/bin"}
    if known:
        environment["PATH"] += f":{SCRIPT.parent}"

    def answer(typed: str) -> str:
        done = subprocess.run(
            ["sh", "-c", typed],
            cwd=tieline.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    told = answer(f"{SCRIPT} demo {' '.join(SMALL)} --database demo.db")
    lines = [line for line in told.splitlines() if "TIELINE_DATABASE=" in line]
    assert [f"{SCRIPT}" not in line for line in lines] == [known] * 4
    assert "acme-fra-1.r2" in answer(lines[0])


def test_a_database_that_is_in_use_is_left_alone(demo: tuple[Tieline, str]):
    tieline, _ = demo
    result = tieline.run("demo", *SMALL, "--database", "sqlite:///demo.db")
    assert (result.code, result.out) == (2, "")
    assert "is not empty" in result.err


def test_the_same_seed_gives_the_same_year(tieline: Tieline):
    def run(name: str, *more: str) -> dict[str, Any]:
        page = tieline.ask("demo", *SMALL, *more, "--database", name)
        measured = ("per_second", "deciding_seconds", "viewing_seconds", "peak_mib", "database")
        return {name: value for name, value in page.items() if name not in measured}

    first = run("one.db")
    assert run("two.db") == first
    assert run("three.db", "--seed", "2") != first
    assert first["commands"] == sum(map(len, weeks(1, 4, 12)))
    assert first["decided"] > 0.9 * first["commands"]
    assert sum(first["refusals"].values()) > 0


def test_days_pass_so_that_nothing_stays_scheduled(tieline: Tieline):
    page = tieline.ask("demo", "--customers", "8", "--circuits", "40", "--database", "d.db")
    assert "scheduled" not in page["changes"]
    assert page["changes"]["increased"] > 0


def test_the_closing_page_shows_what_hangs_on_circuits_and_their_alarms(
    demo: tuple[Tieline, str],
):
    tieline, told = demo
    database = {"TIELINE_DATABASE": "sqlite:///demo.db"}
    networks = tieline.ask_list("network", "list", **database)
    standing = [each for each in networks if not each.get("deleted")]
    connected = sum(
        len(tieline.ask("show", "network", each["network_id"], **database)["connections"])
        for each in standing
    )
    assert f"{len(standing)} networks with {connected} connections to circuits" in told
    raised = tieline.ask_list("alarms", "list", "--all", **database)
    kinds = Counter(each["alarm"] for each in raised)
    still = Counter(each["alarm"] for each in raised if each["cleared_at"] is None)
    seen = Counter(each["alarm"] for each in raised if each["acknowledged_by"])
    assert kinds["billed-and-idle"] > 0
    rows = [tuple(line.split()) for line in told.splitlines()]
    for kind, count in kinds.items():
        assert (kind, *map(str, (count, still[kind], seen[kind]))) in rows


def test_the_year_can_be_written(tieline: Tieline):
    page = tieline.ask("demo", *SMALL, "--write-year", "year")
    files = sorted((tieline.folder / "year").iterdir())
    assert [file.name for file in files[::51]] == ["week-01.jsonl", "week-52.jsonl"]
    assert page["commands"] == sum(file.read_bytes().count(b"\n") for file in files)
    assert tieline.run("submit", *(str(file) for file in files)).code == 1
