"""Every command that can be sent has a verb, made from the command's own fields."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.derived import verbs_of
from adapters.cli.fields import fields_of, form_of, parsed
from adapters.cli.root import Root
from adapters.log import open_log
from domain.catalogue import COMMANDS, NOUNS
from domain.circuit.observation_events import ObservedPeering
from domain.location.commands import RouterPair
from tests.examples.commands import EXAMPLES, ON_CSP, missing
from tests.running import Tieline


def typed() -> dict[str, str]:
    """Each verb of each noun, with the arguments of its example."""
    lines: dict[str, str] = {}
    for command, example in EXAMPLES.items():
        noun, _, id = example.subject.partition("/")
        lines[f"{noun} {command.removesuffix(f'-{noun}s').removesuffix(f'-{noun}')}"] = (
            f"{id} {example.typed}"
        )
    return lines | {f"csp {command}": options for command, options in ON_CSP.items()}


TYPED = typed()

SENT: dict[str, dict[str, Any]] = {
    "customer record-identity-store": {
        "location": "csp",
        "directory": "acme.example",
        "replicated": True,
    },
    "location open": {
        "providers": ["colt", "bt"],
        "routers": [
            {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 10000},
            {
                "name": "p2",
                "primary": "c",
                "secondary": "d",
                "capacity_mbps": 1000,
                "provider": "bt",
            },
        ],
        "oversubscription": "1.5",
        "local_regions": ["Germany"],
        "geopolitical_region": "Europe",
    },
    "circuit delete": {},
    "circuit set-encryption": {
        "kind": "ipsec",
        "policy": {
            "ike_encryption": "gcm-aes-256",
            "ike_integrity": "sha-384",
            "dh_group": "ecp-384",
            "ipsec_encryption": "aes-256",
            "ipsec_integrity": "sha-256",
            "pfs_group": "ecp-384",
            "sa_lifetime_seconds": 3600,
        },
        "secret_reference": "vault/acme/psk",
    },
    "circuit report-observation": {
        "observed_at": "2026-01-05T08:59:00Z",
        "provider_state": "provisioned",
        "circuit_state": "enabled",
        "bandwidth_mbps": 500,
        "peerings": [
            {"routing_domain": "private", "state": "up", "prefixes": 12},
            {"routing_domain": "microsoft", "prefixes": 3},
        ],
    },
    "circuit change-bandwidth": {
        "bandwidth_mbps": 200,
        "change_id": "down-1",
        "accept_interruption": True,
        "strategy": "replace-first",
        "auto_proceed": False,
        "not_before": "2027-01-01T00:00:00Z",
    },
    "circuit change-peering": {
        "routing_domain": "private",
        "vlan": 200,
        "registry": None,
        "advertised_prefixes": None,
    },
}
"""What some verbs send, to the letter."""


def verbs() -> set[str]:
    return {f"{noun} {verb}" for noun in NOUNS for verb in verbs_of(noun)}


def test_every_command_has_a_verb_and_every_verb_an_example():
    assert verbs() == set(TYPED), missing(COMMANDS)
    assert len(verbs()) >= len(COMMANDS)


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=COMMANDS)
def test_no_two_fields_share_an_option(kind: Any):
    taken = {
        "--actor",
        "--on-behalf-of",
        "--command-id",
        "--command-source",
        "--dry-run",
        "--clear",
    }
    names = [
        name for field in fields_of(kind) for each in field.options for name in each.split("/")
    ]
    assert len(names) == len(set(names))
    assert taken.isdisjoint(names)


@pytest.fixture
def sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """A function that runs a verb in this process with --dry-run and returns its outcome."""
    monkeypatch.chdir(tmp_path)
    open_log("sqlite:///var/tieline.db").close()

    def run(line: str) -> Any:
        arguments = [*line.split(), "--dry-run", "--output", "json"]
        Root().main(arguments, prog_name="tieline", standalone_mode=False)
        return json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize("verb", TYPED)
def test_what_a_verb_sends_is_well_formed(sent: Any, verb: str):
    outcome = sent(f"{verb} {TYPED[verb]}")
    refusal = outcome["data"].get("refusal", {"code": None})
    assert refusal["code"] not in {"malformed-command", "unknown-command"}, refusal
    assert outcome["subject"].startswith(f"{verb.split(maxsplit=1)[0]}/")


@pytest.mark.parametrize("verb", SENT)
def test_what_a_verb_sends(monkeypatch: pytest.MonkeyPatch, verb: str):
    taken: list[Any] = []

    def take(message: Any, _: str) -> int:
        taken.append(message)
        return 0

    monkeypatch.setattr("adapters.cli.derived.send", take)
    Root().main([*verb.split(), *TYPED[verb].split()], standalone_mode=False)
    assert taken[0]["data"] == SENT[verb]


def test_a_thing_with_several_fields_is_written_with_colons():
    assert form_of(RouterPair) == "NAME:PRIMARY:SECONDARY:CAPACITY[:PROVIDER]"
    pair = parsed(RouterPair, "p:a:b:100:colt")
    assert pair == {
        "name": "p",
        "primary": "a",
        "secondary": "b",
        "capacity_mbps": 100,
        "provider": "colt",
    }


def test_what_is_optional_among_several_fields_may_be_left_empty():
    assert form_of(ObservedPeering) == "ROUTING_DOMAIN[:STATE][:PREFIXES]"
    assert parsed(ObservedPeering, "private::12") == {"routing_domain": "private", "prefixes": 12}
    assert parsed(ObservedPeering, "private:up:") == {"routing_domain": "private", "state": "up"}
    assert parsed(RouterPair, "p::b:100")["primary"] == ""


@pytest.mark.parametrize("written", ["p:a:b", "p:a:b:many", "p:a:b:1:colt:more"])
def test_a_pair_of_another_form_is_wrong_use(tieline: Tieline, written: str):
    result = tieline.run("location", "open", "ffm", "--provider", "colt", "--pair", written)
    assert result.code == 2
    assert "--pair" in result.err or "form" in result.err or "number" in result.err


def test_a_circuit_from_the_order_to_the_deletion(tieline: Tieline):
    """Only verbs are used, each in its own process; the simulated network plays the provider."""

    def done(line: str) -> Any:
        return tieline.ask(*line.split())

    done("customer register acme --name Acme --model connect-through")
    done("customer add-subscription acme --subscription acme-prod")
    done("location open ffm --provider colt --pair p1:a:b:10000")
    order = done(f"circuit order {TYPED['circuit order']}")
    assert order["type"] == "tieline.outcome.accepted.v1"
    assert order["data"]["events"][0] == {
        "id": "circuit/c1/1",
        "type": "tieline.circuit.ordered.v1",
    }
    shown = done("circuit show c1")
    assert (shown["provider_state"], shown["circuit_state"]) == ("provisioned", "enabled")
    done(f"circuit configure-peering {TYPED['circuit configure-peering']}")
    done("circuit change-bandwidth c1 --bandwidth 1000 --change up-1")
    assert done("circuit show c1")["bandwidth_mbps"] == 1000
    refused = tieline.run("circuit", "delete", "c1", "-o", "json")
    assert refused.code == 1
    assert refused.document["data"]["refusal"]["code"] == "deletion-blocked"
    done("circuit request-deprovisioning c1 --accept-interruption")
    done("circuit delete c1")
    assert done("circuit show c1")["deleted"] is True
    assert done("location show ffm")["pairs"][0]["taken_mbps"] == 0


def test_a_command_sent_again_by_its_id_has_its_first_outcome_again(tieline: Tieline):
    line = "customer register acme --name Acme --model connect-through --command-id once"
    first = tieline.ask(*line.split())
    assert tieline.ask(*line.split()) == first
    other = tieline.run(*line.replace("Acme", "Other").split(), "-o", "json")
    assert other.code == 1
    assert other.document["data"]["refusal"]["code"] == "command-id-reused"


def test_people_are_told_what_followed(tieline: Tieline):
    for line in (
        "customer register acme --name Acme --model connect-through",
        "customer add-subscription acme --subscription acme-prod",
        "location open ffm --provider colt --pair p1:a:b:10000",
    ):
        tieline.ask(*line.split())
    told = tieline.run("circuit", "order", *TYPED["circuit order"].split())
    assert told.code == 0
    assert "circuit ordered" in told.out
    assert "circuit provisioned" in told.out.partition("by itself")[2]
    refused = tieline.run("circuit", "change-bandwidth", "c1", "--bandwidth", "100")
    assert refused.code == 1
    assert "interruption-not-accepted" in refused.out
    assert "1. request-deprovisioning of the old circuit (tieline)" in refused.out


def test_a_dry_run_writes_nothing(tieline: Tieline):
    tieline.submit()
    line = "customer register acme --name Acme --model connect-through --dry-run"
    planned = tieline.ask(*line.split())
    assert planned["dryrun"] is True
    assert planned["data"]["events"][0]["data"]["name"] == "Acme"
    assert tieline.run("customer", "show", "acme").code == 1
    assert tieline.ask_list("projections", "status")[0]["position"] == 0


def test_a_command_for_another_version_is_refused(tieline: Tieline):
    tieline.submit()
    line = ["csp", "grant-role", "--principal", "user:ann", "--role", "reader", "--if-version"]
    assert tieline.run(*line, "0").code == 0
    moved = tieline.run(*line, "0")
    assert moved.code == 1
    assert "version-moved" in moved.out
    assert "csp/self is at version 1, and the command is for version 0" in moved.out


def test_what_a_change_of_bandwidth_would_take(tieline: Tieline):
    tieline.run("submit", "--settle", "-", given=STORY_UP)
    plan = tieline.ask(
        *["circuit", "plan", "acme-fra-1", "--bandwidth", "200", "--strategy", "replace-first"]
    )
    assert plan["data"]["plan"]["strategy"] == "replace-first"
    assert plan["data"]["plan"]["successor"] == "acme-fra-1.r2"
    assert plan["data"]["plan"]["carries_over"] == ["private", "microsoft"]
    refused = tieline.run(*["circuit", "plan", "acme-fra-1", "--bandwidth", "300"])
    assert refused.code == 1
    assert "choose one of" in refused.out


STORY_UP = "".join(
    line
    for line in (Path(__file__).parents[2] / "examples" / "story.jsonl")
    .read_text(encoding="utf-8")
    .splitlines(keepends=True)
    if '"down-1"' not in line
)
"""The story without its decrease of bandwidth."""


def test_it_says_which_version_it_is(tieline: Tieline):
    result = tieline.run("--version")
    assert (result.code, result.out, result.err) == (0, f"tieline {version('tieline')}\n", "")
    assert "--version" in tieline.run("--help").out
