"""Tables fit 100 columns whatever is in them, and nothing of it is lost."""

import io
import os
import pty
import re
import subprocess
from contextlib import redirect_stdout
from typing import Any, Final
from unittest.mock import patch

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.cli.output import give_list
from adapters.cli.tables import WIDTH, heads_of, table
from tests.running import Tieline, as_lines, command

STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")

LONGEST: Final = 80
"""Characters of the longest id that people choose."""


def long(id: str) -> str:
    """An id as long as ids may be, without a place to break it."""
    return f"{id}{'x' * (LONGEST - len(id))}"


ACME, BIRCH, FRA = long("acme"), long("birch"), long("frankfurt")
PROVIDERS: Final = [long(f"provider{n}") for n in range(9)]
PAIRS: Final[list[dict[str, Any]]] = [
    {
        "name": long(f"pair{n}"),
        "primary": long(f"r{n}a"),
        "secondary": long(f"r{n}b"),
        "capacity_mbps": 1_000_000,
    }
    for n in range(30)
]
CIRCUITS: Final = [long(f"circuit{n}") for n in range(9)]


def commands() -> list[Any]:
    """Customers, a location and circuits whose every id is as long as can be."""
    sent = [
        command("1", "register-customer", f"customer/{ACME}", name="A" * 1000, model="connect-to")
    ]
    sent[0]["data"]["owner"] = f"user:{'o' * 100}"
    sent += [
        command(f"s{n}", "add-subscription", f"customer/{ACME}", subscription_id=long(f"sub{n}"))
        | {"actor": f"user:{'o' * 100}"}
        for n in range(9)
    ]
    sent.append(
        command("2", "open-location", f"location/{FRA}", providers=PROVIDERS, routers=PAIRS)
    )
    for id, provider in zip(CIRCUITS, PROVIDERS, strict=True):
        order: dict[str, Any] = {
            "customer_id": ACME,
            "subscription_id": long("sub0"),
            "location_id": FRA,
            "provider": provider,
            "bandwidth_mbps": 500,
            "tier": "standard",
            "billing": "metered",
        }
        sent.append(command(f"o-{id}", "order-circuit", f"circuit/{id}", **order))
        change: dict[str, Any] = {"bandwidth_mbps": 1000, "change_id": long("up")}
        sent.append(command(f"c-{id}", "change-bandwidth", f"circuit/{id}", **change))
    return [each if "actor" in each else each | {"actor": _speaker(each)} for each in sent]


def _speaker(message: Any) -> str:
    kind, _, _ = message["subject"].partition("/")
    return f"user:{'o' * 100}" if kind == "circuit" else "user:owner"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database of long ids, some commands of which are parked; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("crowded"))
    done = tieline.run("submit", "--settle", "-", given=as_lines(commands()))
    assert done.code == 0, done
    late = [
        command(long(f"late{n}"), "register-customer", f"customer/{BIRCH}", name="b", model="x")
        for n in range(9)
    ]
    for each in late:
        each["data"]["model"] = "connect-through"
    assert tieline.submit(*late, TIELINE_TEST_DEFECT="register-customer").code == 4
    return tieline


ASKED: Final = (
    "circuit list",
    "circuit list --deleted",
    f"circuit show {CIRCUITS[0]}",
    f"show circuit {CIRCUITS[0]} --at-version 1",
    "customer list --deleted",
    f"customer show {ACME}",
    "location list",
    f"location show {FRA}",
    "changes list",
    "parked list",
    "parked show 1",
    "projections status",
    "projections verify",
    "settings",
)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("columns", [{}, {"COLUMNS": "60"}], ids=["unsaid", "60"])
def test_what_is_printed_is_no_wider_than_it_may_be(
    crowded: Tieline, asked: str, columns: dict[str, str]
) -> None:
    told = crowded.run(*asked.split(), **{"COLUMNS": "", **columns})
    assert (told.code, told.err) == (0, "")
    assert max(map(len, told.out.splitlines())) <= int(columns.get("COLUMNS", WIDTH))


def test_on_a_terminal_it_is_as_wide_as_that(crowded: Tieline) -> None:
    ours, theirs = pty.openpty()
    environment = crowded.environment | {"COLUMNS": "90", "TERM": "xterm"}
    started = crowded.command("location", "list")
    with subprocess.Popen(started, cwd=crowded.folder, env=environment, stdout=theirs):
        os.close(theirs)
        told = b""
        try:
            while some := os.read(ours, 65536):
                told += some
        except OSError:  # how Linux says that the other end is closed
            os.close(ours)
    lines = STYLE.sub("", told.decode()).splitlines()
    assert 80 < max(map(len, lines)) <= 90
    shown = [*PROVIDERS, *(pair["name"] for pair in PAIRS), FRA]
    assert "".join(lines).count("x") == "".join(shown).count("x")


def test_two_commands_are_told_apart(crowded: Tieline) -> None:
    heads = crowded.run("parked", "list", COLUMNS="500").out.splitlines()[0].split("  ")
    assert [head.strip() for head in heads if "COMMAND" in head] == ["COMMAND", "COMMAND ID"]


def test_heads_are_as_short_as_they_can_be_and_differ() -> None:
    assert heads_of(("circuit_id", "bandwidth_mbps")) == ["circuit", "Mbit/s"]
    assert heads_of(("change_id", "change")) == ["change id", "change"]
    assert heads_of(("id", "free_mbps", "parked_at")) == ["id", "free Mbit/s", "parked at"]


cells = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=300)


@for_all(
    st.integers(1, 9).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)
    )
)
def test_nothing_is_lost_however_it_is_folded(rows: list[list[str]]) -> None:
    told = io.StringIO()
    with redirect_stdout(told), patch.dict(os.environ, {"COLUMNS": str(WIDTH)}):
        table([f"h{number}" for number in range(len(rows[0]))], rows)
    lines = told.getvalue().split("\n")
    assert max(map(len, lines)) <= WIDTH
    letters = sorted("".join("".join(row) for row in rows).replace(" ", ""))
    assert sorted("".join(lines[1:]).replace(" ", "")) == letters


@pytest.mark.parametrize(
    "columns",
    [
        ("id", "origin", "error", "key"),
        ("what", "log", "published", "behind"),
        ("view", "position", "behind", "outcomes_behind", "rows", "generation", "stopped"),
    ],
)
def test_lists_over_kafka_fit_too(columns: tuple[str, ...]) -> None:
    told = io.StringIO()
    row = dict.fromkeys(columns, "v" * 500)
    with redirect_stdout(told), patch.dict(os.environ, {"COLUMNS": ""}):
        give_list([row] * 100, "table", columns, "")
    assert max(map(len, told.getvalue().splitlines())) <= WIDTH
