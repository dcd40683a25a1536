"""A shell completes verbs, words and ids; it reads the views and touches nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.cli.options import complete_view
from projections.views import VIEWS
from tests.running import STORY, Tieline, command

FIRST, SECOND = "acme-fra-1", "acme-fra-1.r2"


def completed(tieline: Tieline, typed: str, **settings: str) -> list[str]:
    """What a shell offers for the last word that was typed."""
    words = typed.split(" ")
    asked = {"_TIELINE_COMPLETE": "complete_bash", "COMP_CWORD": str(len(words) - 1)}
    result = tieline.run(COMP_WORDS=typed, **asked, **settings)
    assert (result.code, result.err) == (0, ""), result
    return result.out.split()


@pytest.fixture(scope="module")
def after_story(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database after the story; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("story"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    return tieline


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("circuit show ac", [FIRST, SECOND]),
        ("circuit show acme-fra-1.", [SECOND]),
        ("circuit show x", []),
        ("circuit history ", [FIRST, SECOND]),
        ("circuit plan ", [FIRST, SECOND]),
        ("circuit change-tier ", [FIRST, SECOND]),
        ("circuit order ac", []),
        ("customer show ", ["acme"]),
        ("location close ", ["frankfurt"]),
        ("show circuit acme-fra-1.", [SECOND]),
        ("show location ", ["frankfurt"]),
        ("circuit list --customer ", ["acme"]),
        ("circuit order x --location ", ["frankfurt"]),
        ("changes show ", [f"{FIRST}/down-1", f"{FIRST}/up-1"]),
        ("audit trail cus", ["customer/"]),
        ("audit trail circuit/acme", [f"circuit/{FIRST}", f"circuit/{SECOND}"]),
        ("audit trail nothing/", []),
        ("show ci", ["circuit"]),
        ("circuit order x --tier st", ["standard"]),
        ("circuit list --provider-state provisioned --billing ", ["metered", "unlimited"]),
        ("circuit change-peering x --clear prim", ["primary_subnet", "primary_subnet_v6"]),
        ("csp grant-role --role own", ["owner"]),
        ("csp list-roles --role aud", ["auditor"]),
        ("circuit show x --output y", ["yaml"]),
    ],
)
def test_what_is_offered(after_story: Tieline, typed: str, offered: list[str]):
    assert completed(after_story, f"tieline {typed}") == offered


def test_views_are_offered_by_their_names():
    assert complete_view("") == [view.name for view in VIEWS]
    assert complete_view("ci") == ["circuits"]


ASKED = ("circuit show ", "show customer ", "changes show ", "audit trail circuit/")


@pytest.mark.parametrize("asked", ASKED)
def test_where_there_is_no_database_none_is_made_and_nothing_said(tieline: Tieline, asked: str):
    assert completed(tieline, f"tieline {asked}") == []
    assert list(tieline.folder.iterdir()) == []


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    "settings",
    [
        {"TIELINE_DATABASE": "sqlite:///no.db"},
        {"TIELINE_DATABASE": "sqlite:///text.db"},
        {"TIELINE_DATABASE": "postgresql://127.0.0.1:1/none"},
        {"TIELINE_DATABASE": "nonsense"},
    ],
)
def test_what_is_in_the_way_is_passed_over_in_silence(
    tieline: Tieline, asked: str, settings: dict[str, str]
):
    Path(tieline.folder, "text.db").write_text("no database", encoding="utf-8")
    assert completed(tieline, f"tieline {asked}", **settings) == []
    assert [each.name for each in tieline.folder.iterdir()] == ["text.db"]


def test_nothing_is_written(after_story: Tieline):
    folder = after_story.folder / "var"

    def state() -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in folder.iterdir()}

    before = state()
    for asked in ASKED:
        assert completed(after_story, f"tieline {asked}") != []
        assert state() == before


def test_ids_that_stand_only_in_the_write_ahead_log_are_offered(tieline: Tieline):
    tieline.submit(
        command("1", "register-customer", "customer/a", name="a", model="connect-through")
    )
    file = tieline.folder / "var" / "tieline.db"
    with closing(sqlite3.connect(file)) as other:  # keeps the file open, so that nothing is moved
        other.execute("SELECT 1 FROM views").fetchone()
        tieline.submit(
            command("2", "register-customer", "customer/b", name="b", model="connect-through")
        )
        assert file.with_name("tieline.db-wal").stat().st_size > 0
        assert completed(tieline, "tieline customer show ") == ["a", "b"]


def test_ids_are_offered_from_postgresql_too(tieline: Tieline, database: str):
    there = {"TIELINE_DATABASE": database}
    register = command("1", "register-customer", "customer/a", name="a", model="connect-through")
    assert tieline.submit(register, **there).code == 0
    assert completed(tieline, "tieline customer show ", **there) == ["a"]
    assert completed(tieline, "tieline customer show b", **there) == []
