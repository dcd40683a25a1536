"""Secrets on the command line: sealed wherever they lie, told once, forgotten for good."""

import base64
import json
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey
from joserfc.registry import HeaderParameter

from tests.examples import PEERING
from tests.running import ORDER, PAIR, Result, Tieline
from tests.waiting import until

CLEAR = "Xy7Str0ngEn0ughKey42"
C1, ACME = "circuit/c1", "customer/acme"


def line(id: str, verb: str, subject: str, data: Any, **more: Any) -> str:
    message = {
        "specversion": "1.0",
        "id": id,
        "source": "/t",
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
        "data": data,
    }
    return json.dumps(message | more)


WORLD = [
    line("1", "register-customer", ACME, {"name": "Acme GmbH", "model": "connect-through"}),
    line("2", "add-subscription", ACME, {"subscription_id": "prod", "managed_by": "csp"}),
    line("3", "open-location", "location/fra", {"providers": ["colt"], "routers": [PAIR]}),
    line("4", "order-circuit", C1, ORDER),
]
KEYED = line("5", "configure-peering", C1, {**PEERING, "md5_key": CLEAR})


@pytest.fixture
def cell(tieline: Tieline) -> Tieline:
    """A circuit with a private peering that has an MD5 key."""
    assert submit(tieline, *WORLD).code == 0
    assert submit(tieline, KEYED).code == 0
    return tieline


def submit(tieline: Tieline, *lines: str, **settings: str) -> Result:
    return tieline.run("submit", "--settle", "-", given="\n".join(lines), **settings)


def reveal(tieline: Tieline, *more: str, **settings: str) -> Result:
    asked = [
        "circuit",
        "reveal-secret",
        "c1",
        "--field",
        "private/md5_key",
        "--reason",
        "migration",
    ]
    return tieline.run(*asked, *more, **settings)


def forms(clear: str) -> Iterator[bytes]:
    """A text as it may lie somewhere: as it is, in hex, reversed, wide, in base64 at any offset."""
    raw = clear.encode()
    yield from (raw, raw.hex().encode(), raw[::-1], clear.encode("utf-16-le"), raw.lower())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[shift + 2 : -4].strip(b"=")


def leaks_in(folder: Path, clear: str) -> list[str]:
    """The files that hold a text in any of its forms."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [str(each) for each in files if any(form in each.read_bytes() for form in forms(clear))]


def test_it_lies_nowhere_in_the_clear(cell: Tieline) -> None:
    """Files, views, trail, plan, refusals: after its life, and a refusal that names it."""
    assert leaks_in(cell.folder, CLEAR) == []
    change = {"routing_domain": "private", "md5_key": CLEAR}
    said = [
        submit(cell, KEYED),
        submit(cell, line("6", "configure-peering", C1, {**PEERING, "md5_key": f"{CLEAR}!"})),
        submit(cell, line("7", "configure-peering", C1, {**PEERING, "md5_key": CLEAR})),
        submit(cell, line("8", "change-peering", C1, change)),
        cell.run("plan", "-", given=line("9", "change-peering", C1, change)),
        *(
            cell.run(*verb.split(), "-o", output)
            for verb in ("circuit show c1", "circuit history c1", f"audit trail {C1}", "settings")
            for output in ("table", "json", "yaml")
        ),
    ]  # fmt: skip
    for each in said:
        assert not any(form.decode(errors="ignore") in each.out + each.err for form in forms(CLEAR))
    (private,) = cell.ask("circuit", "show", "c1")["peerings"]
    assert private["md5_key"] == "***"
    assert '"md5_key":"***"' in cell.run("audit", "trail", C1, "-o", "json").out.replace(" ", "")
    assert leaks_in(cell.folder, CLEAR) == []


def test_it_is_told_once_on_standard_output_and_recorded_before(cell: Tieline) -> None:
    told = reveal(cell, "-o", "json", "--command-id", "r-1")
    assert (told.code, told.document["data"]["secret"]) == (0, CLEAR)
    assert CLEAR in reveal(cell).out
    again = reveal(cell, "-o", "json", "--command-id", "r-1")
    assert again.code == 0
    assert "secret" not in again.document["data"]
    trail = cell.ask_list("audit", "trail", C1)
    said = [each["data"] for each in trail if each["type"] == "tieline.circuit.secret-revealed.v1"]
    assert said == [{"field": "private/md5_key", "reason": "migration"}] * 2
    assert leaks_in(cell.folder, CLEAR) == []


def test_a_file_a_dry_run_and_whoever_may_not_get_no_secret(cell: Tieline) -> None:
    data = {"field": "private/md5_key", "reason": "r"}
    answers = [
        submit(cell, line("20", "reveal-secret", C1, data)),
        reveal(cell, "--dry-run"),
        reveal(cell, "--actor", "user:nobody"),
        cell.run("plan", "-", given=line("21", "reveal-secret", C1, data)),
    ]
    assert not any(CLEAR in each.out + each.err for each in answers)
    assert [each.code for each in answers] == [0, 0, 1, 0]


def test_it_is_told_as_it_was_when_that_was_recorded(cell: Tieline) -> None:
    """What came later, and what another circuit has, is told by commands of their own."""
    change = {"routing_domain": "private", "md5_key": "An0ther"}
    assert submit(cell, line("30", "change-peering", C1, change)).code == 0
    assert reveal(cell, "-o", "json").document["data"]["secret"] == "An0ther"
    gone = {"routing_domain": "private", "md5_key": None}
    assert submit(cell, line("31", "change-peering", C1, gone)).code == 0
    refused = reveal(cell, "-o", "json")
    assert (refused.code, refused.document["data"]["refusal"]["code"]) == (1, "not-found")


def test_from_standard_input_it_stands_in_no_list_of_processes(cell: Tieline) -> None:
    asked = ["circuit", "change-peering", "c1", "--routing-domain", "private", "--md5-key", "-"]
    assert cell.run(*asked, given="Fr0mStdin\n").code == 0
    assert reveal(cell, "-o", "json").document["data"]["secret"] == "Fr0mStdin"


def test_the_same_command_is_known_again_and_another_secret_is_not_the_same(cell: Tieline) -> None:
    (again,) = submit(cell, KEYED).lines
    assert again["type"] == "tieline.outcome.accepted.v1"
    other = line("5", "configure-peering", C1, {**PEERING, "md5_key": "An0ther"})
    (reused,) = submit(cell, other).lines
    assert reused["data"]["refusal"]["code"] == "command-id-reused"
    (planned,) = cell.run("plan", "-", "-o", "json", given=KEYED).lines
    assert planned["again"]


def published(cell: Tieline, subject: str, **header: str) -> str:
    """A secret as a publisher seals it, by the printed key."""
    public = json.loads(cell.run("settings", "public-key").out)
    registry = JWERegistry(
        {"subject": HeaderParameter("subject", "str")}, algorithms=("ECDH-ES", "A256GCM")
    )
    whole = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public["kid"], "subject": subject}
    key = ECKey.import_key(public)
    return jwe.encrypt_compact({**whole, **header}, "S3aledByThem", key, registry=registry)


def test_a_publisher_may_seal_it_for_the_cell_and_its_subject(cell: Tieline) -> None:
    change = {"routing_domain": "private", "md5_key": published(cell, C1)}
    assert submit(cell, line("40", "change-peering", C1, change)).code == 0
    assert reveal(cell, "-o", "json").document["data"]["secret"] == "S3aledByThem"
    for broken in (published(cell, "circuit/c2"), published(cell, C1, kid="other"), "a.b.c.d.e"):
        change = {"routing_domain": "private", "md5_key": broken}
        (refused,) = submit(cell, line(f"41-{broken[-9:]}", "change-peering", C1, change)).lines
        refusal = refused["data"]["refusal"]
        assert refusal["code"] == "malformed-command"
        assert refusal["facts"]["faults"][0]["path"] == "md5_key"


def test_a_parked_command_keeps_it_sealed_and_is_decided_later(tieline: Tieline) -> None:
    assert submit(tieline, *WORLD).code == 0
    assert submit(tieline, KEYED, TIELINE_TEST_DEFECT="configure-peering").code == 4
    assert leaks_in(tieline.folder, CLEAR) == []
    assert CLEAR not in tieline.run("parked", "list", "-o", "json").out
    assert tieline.run("parked", "retry").code == 0
    assert reveal(tieline, "-o", "json").document["data"]["secret"] == CLEAR
    (again,) = submit(tieline, KEYED).lines
    assert again["type"] == "tieline.outcome.accepted.v1", "the same command, as it came"


def test_a_crash_writes_no_memory_down(cell: Tieline) -> None:
    """What was in the clear on its way in may still be in memory, which a core file would hold."""
    change = {"routing_domain": "private", "md5_key": "Cr4shed0nTheWay"}
    (cell.folder / "change.jsonl").write_text(line("50", "change-peering", C1, change))
    known = len(cell.ask_list("circuit", "history", "c1"))
    with_cores = ["sh", "-c", 'ulimit -c "$(ulimit -H -c)" && exec "$@"', "sh"]
    with subprocess.Popen(
        [*with_cores, *cell.command("submit", "change.jsonl", "-")],
        cwd=cell.folder,
        env=cell.environment,
        stdin=subprocess.PIPE,
    ) as running:
        assert running.stdin is not None
        running.stdin.write(b"\n")  # every file is looked at before the first is begun
        running.stdin.flush()
        until("it is decided", lambda: len(cell.ask_list("circuit", "history", "c1")) > known)
        (cell.folder / "change.jsonl").unlink()
        running.send_signal(signal.SIGABRT)
    assert running.returncode == -signal.SIGABRT
    assert not list(cell.folder.rglob("*core*"))
    assert leaks_in(cell.folder, "Cr4shed0nTheWay") == []


# --- the store of the keys


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
