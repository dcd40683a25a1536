"""A log in a file that an older copy took the place of, while its views lie elsewhere."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.log import open_log
from domain.engine.log import LogError
from tests.contract.submitting import WORLD, submit, subscribe
from tests.running import Tieline

WENT_BACK = "tieline: The log went back: a process has read 4 events of it, and it holds 2."


@pytest.fixture
def restored(tmp_path: Path) -> Tieline:
    """What the second command did is in the views and not in the log."""
    tieline = Tieline(tmp_path, TIELINE_DATABASE="sqlite:///log.db", TIELINE_VIEWS="sqlite:///v.db")
    registered = "customer register acme --name Acme --model connect-through"
    assert tieline.run(*registered.split()).code == 0
    copied(tmp_path / "log.db", tmp_path / "copy.db")
    assert subscribed(tieline, "lost").code == 0
    shutil.copy(tmp_path / "copy.db", tmp_path / "log.db")
    return tieline


def copied(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")


def subscribed(tieline: Tieline, subscription: str):
    return tieline.run("customer", "add-subscription", "acme", "--subscription", subscription)


def test_nothing_is_decided_or_shown_until_it_is_accepted(restored: Tieline):
    for asked in (subscribed(restored, "new"), restored.run("customer", "show", "acme")):
        assert asked.code == 3
        assert asked.err.startswith(WENT_BACK.partition("a process")[0])
        assert "'tieline log accept-restore'" in asked.err
    assert subscribed(restored, "new").err.startswith(WENT_BACK)
    status = restored.run("log", "status", "--output", "json")
    assert status.code == 1
    more = {each["who"]: each["knows_more"] for each in status.lines}
    assert more.pop("log") is False
    assert {"view customers", "process bandwidth-change"} <= more.keys()
    assert all(more.values())


def test_once_it_is_accepted_all_begins_anew_from_the_log(restored: Tieline):
    epoch = restored.run("log", "status", "--output", "json").lines[0]["epoch"]
    said = ("--reason", "the disk was lost", "--actor", "user:owner")
    outcome = restored.ask("log", "accept-restore", *said)
    assert outcome["data"]["accepted"]

    assert restored.run("log", "status").code == 0
    assert subscribed(restored, "new").code == 0
    (event,) = [each for each in restored.ask_list("csp", "history") if "restore" in each["type"]]
    told = event["data"]
    assert event["id"] == "csp/self/2"
    assert (told["epoch_before"], told["position"], told["known_position"]) == (epoch, 2, 4)
    assert told["reason"] == "the disk was lost"
    shown = restored.ask("customer", "show", "acme")
    assert [each["subscription_id"] for each in shown["subscriptions"]] == ["new"]
    assert restored.run("projections", "verify").code == 0


def test_only_the_csp_accepts_it(restored: Tieline):
    refused = restored.run("log", "accept-restore", "--actor", "user:eve")
    assert refused.code == 1
    assert "not-permitted" in refused.out
    assert subscribed(restored, "new").code == 3


def test_a_log_that_did_not_go_back_can_be_accepted_too(tmp_path: Path):
    """Nobody but the engines may know what is missing."""
    tieline = Tieline(tmp_path)
    assert tieline.run("log", "accept-restore").code == 3  # there is none
    registered = "customer register acme --name Acme --model connect-through"
    assert tieline.run(*registered.split()).code == 0
    assert tieline.run("log", "accept-restore").code == 0
    assert tieline.run("log", "status").code == 0


def test_a_file_that_is_swapped_under_a_running_process_is_noticed(tmp_path: Path):
    path = tmp_path / "log.db"
    log = open_log(f"sqlite:///{path}")
    submit(log, *WORLD)
    copied(path, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(path)

    with pytest.raises(LogError, match="Another file took the place of"):
        log.mark()
    with pytest.raises(LogError, match="Another file took the place of"):
        submit(log, subscribe("m-1", "two"))
    log.close()
