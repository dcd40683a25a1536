"""Secrets on the command line: sealed wherever they lie, told once, forgotten for good."""

import json
import signal
import subprocess

import pytest
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey
from joserfc.registry import HeaderParameter

from tests.examples import PEERING
from tests.keyed import C1, CLEAR, KEYED, WORLD, forms, keyed, leaks_in, line, reveal, submit
from tests.running import Tieline
from tests.waiting import until


@pytest.fixture
def cell(tieline: Tieline) -> Tieline:
    return keyed(tieline)


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
