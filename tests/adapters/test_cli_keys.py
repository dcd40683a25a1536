"""The store of a cell's keys on the command line: carried, wrapped anew, lost, and forgotten."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.keyed import ACME, C1, CLEAR, KEYED, WORLD, keyed, line, reveal, submit
from tests.production.drills import drilled
from tests.running import Tieline


@pytest.fixture
def cell(tieline: Tieline) -> Tieline:
    return keyed(tieline)


def test_a_log_knows_its_own_store_alone(cell: Tieline) -> None:
    var = cell.folder / "var"
    kept = [shutil.move(each, cell.folder) for each in var.glob("tieline.keys*")]
    missing = reveal(cell)
    assert (missing.code, "are not in var/tieline.keys" in missing.err) == (3, True)
    assert not list(var.glob("tieline.keys*")), "none is made in its place"
    assert cell.run("circuit", "show", "c1").code == 0, "reading needs no key"
    other = Tieline(cell.folder / "other")
    other.folder.mkdir()
    assert submit(other, *WORLD, KEYED).code == 0
    wrong = reveal(cell, TIELINE_KEYS=str(other.folder / "var" / "tieline.keys"))
    assert (wrong.code, "another store of keys" in wrong.err) == (3, True)
    for each in kept:
        shutil.move(each, var)
    assert CLEAR in reveal(cell).out


def test_keys_are_carried_to_another_store_and_wrapped_anew(cell: Tieline) -> None:
    carried = cell.folder / "carried.json"
    assert cell.ask("keys", "export", str(carried))["keys"] == 4
    assert carried.stat().st_mode & 0o777 == 0o600
    assert cell.run("keys", "export", str(carried)).code == 2, "nothing is written over"
    assert CLEAR not in carried.read_text()
    new = {"TIELINE_KEYS": "new.keys", "TIELINE_MASTER_KEY": "var/tieline.keys.master"}
    assert cell.ask("keys", "import", str(carried), **new) == {"keys": 4, "new": 4}
    assert cell.ask("keys", "import", str(carried), **new) == {"keys": 4, "new": 0}
    assert CLEAR in reveal(cell, **new).out
    assert cell.ask("keys", "rotate", **new) == {"keys": 4}
    assert CLEAR in reveal(cell, **new).out
    lost = reveal(cell)
    assert (lost.code, "not the one that wrapped" in lost.err) == (3, True)
    (cell.folder / "junk").write_text("[]")
    assert cell.run("keys", "import", "junk", **new).code == 2


@pytest.mark.parametrize("lost", [["tieline.keys"], ["tieline.keys", "tieline.keys.master"]])
def test_lost_keys_come_back_by_the_drill(cell: Tieline, lost: list[str]) -> None:
    """The commands of docs/operations.md, word for word, once the master key lies there again."""
    var = cell.folder / "var"
    assert cell.run("keys", "export", "keys.json").code == 0
    copy = shutil.copy(var / "tieline.keys.master", cell.folder)
    for each in lost:
        (var / each).unlink()
    assert reveal(cell).code == 3
    shutil.copy(copy, var)
    drilled(cell, "Keys lost")
    assert CLEAR in reveal(cell).out
    (accepted,) = submit(
        cell, line("70", "remove-peering", C1, {"routing_domain": "private"})
    ).lines
    assert accepted["data"]["accepted"]


# --- erasing


@pytest.fixture
def removed(cell: Tieline) -> Tieline:
    """The customer's circuit is gone and it is removed."""
    lines = [
        line("50", "remove-peering", C1, {"routing_domain": "private"}),
        line("51", "request-deprovisioning", C1, {"accept_interruption": True}),
    ]
    assert submit(cell, *lines).code == 0
    lines = [
        line("52", "delete-circuit", C1, {}),
        line("53", "remove-subscription", ACME, {"subscription_id": "prod"}),
        line("54", "remove-customer", ACME, {}),
    ]
    assert submit(cell, *lines).code == 0
    return cell


def data_keys(cell: Tieline) -> set[str]:
    with closing(sqlite3.connect(cell.folder / "var" / "tieline.keys")) as keys:
        return {name for (name,) in keys.execute("SELECT name FROM keys") if "/" in name}


def test_an_erased_customer_is_forgotten_and_history_still_replays(removed: Tieline) -> None:
    before = (removed.folder / "var" / "tieline.keys").read_bytes()
    assert data_keys(removed) == {"data/acme"}
    assert removed.run("customer", "erase", "acme").code == 0
    assert data_keys(removed) == set()
    shown = removed.ask("customer", "show", "acme")
    assert (shown["name"], shown["erased"], shown["deleted"]) == ("(erased)", True, True)
    assert removed.run("customer", "erase", "acme").code == 0, "already true"
    assert removed.run("projections", "verify").code == 0
    assert removed.run("projections", "rebuild").code == 0
    assert removed.ask("customer", "show", "acme") == shown
    assert removed.ask("circuit", "show", "c1", "--at-version", "5")["peerings"]

    (removed.folder / "var" / "tieline.keys").write_bytes(before)
    assert data_keys(removed) == {"data/acme"}
    assert removed.run("settle").code == 0
    assert data_keys(removed) == set(), "a store that was restored forgets again"


def test_where_nothing_was_sealed_erasing_makes_no_keys(tieline: Tieline) -> None:
    assert submit(tieline, WORLD[0], line("60", "remove-customer", ACME, {})).code == 0
    assert tieline.run("customer", "erase", "acme").code == 0
    assert tieline.ask("customer", "show", "acme")["erased"]
    assert not list((tieline.folder / "var").glob("*.keys*"))
