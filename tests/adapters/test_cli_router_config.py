"""`tieline circuit router-config`: text to be pasted, now and as of then; what is wrong use."""

import json
from pathlib import Path

import pytest
import yaml

from tests.running import Tieline, command, story

ASK = ("circuit", "router-config")
UNTIL_PEERED = story()[:5]
CALLED_OFF = (
    command("off", "request-deprovisioning", "circuit/acme-fra-1", accept_interruption=True),
    command("gone", "delete-circuit", "circuit/acme-fra-1"),
)


@pytest.fixture(scope="module")
def peered(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database with a circuit that has a private peering; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("peered"))
    lines = "".join(f"{json.dumps(each)}\n" for each in UNTIL_PEERED)
    assert tieline.run("submit", "--settle", "-", given=lines).code == 0
    return tieline


def text(tieline: Tieline, *options: str) -> str:
    """What is printed for the circuit."""
    result = tieline.run(*ASK, "acme-fra-1", *options)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_both_connections_of_the_customers_side_unless_asked_otherwise(peered: Tieline) -> None:
    both = text(peered)
    primary, secondary = (text(peered, "--connection", each) for each in ("primary", "secondary"))
    assert both == f"{primary}\n{secondary}"
    assert "Customer's side of the primary connection, which ends at fra-r1 in" in primary
    assert " ip address 10.255.0.1 255.255.255.252\n" in primary
    assert "interface GigabitEthernet0/0/0.100\n" in primary
    assert "Customer's side of the secondary connection, which ends at fra-r2 in" in secondary
    assert " ip address 10.255.0.5 255.255.255.252\n" in secondary
    assert "interface GigabitEthernet0/0/1.100\n" in secondary


def test_the_comment_names_circuit_key_and_version(peered: Tieline) -> None:
    circuit = peered.ask("circuit", "show", "acme-fra-1")
    key, version = circuit["service_key"], circuit["version"]
    first = text(peered).splitlines()[0]
    assert first == f"! Circuit acme-fra-1, service key {key}, version {version}"


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("cisco-ios-xe", "router bgp 12076"),
        ("frr", "router bgp 12076"),
        ("juniper-junos", "set routing-options autonomous-system 12076"),
    ],
)
def test_the_providers_side_in_every_style(peered: Tieline, style: str, line: str) -> None:
    told = text(peered, "--side", "provider", "--style", style)
    assert line in told.splitlines()


def test_a_port_may_be_named(peered: Tieline) -> None:
    told = text(peered, "--interface", "TenGigabitEthernet1/0/3", "--connection", "primary")
    assert "interface TenGigabitEthernet1/0/3.100\n" in told
    assert "assumed" not in told
    assert "is assumed" in text(peered, "--connection", "primary")


def test_a_template_of_ones_own(peered: Tieline) -> None:
    (peered.folder / "mine.j2").write_text("{{ connection }} to {{ router }}", encoding="utf-8")
    assert text(peered, "--template", "mine.j2") == "primary to fra-r1\n\nsecondary to fra-r2\n"


def test_for_programs_each_text_has_its_connection_and_router(peered: Tieline) -> None:
    document = peered.ask(*ASK, "acme-fra-1")
    texts = document.pop("configurations")
    version = peered.ask("circuit", "show", "acme-fra-1")["version"]
    assert document == {
        "circuit_id": "acme-fra-1",
        "version": version,
        "style": "cisco-ios-xe",
        "side": "customer",
    }
    assert [(each["connection"], each["router"]) for each in texts] == [
        ("primary", "fra-r1"),
        ("secondary", "fra-r2"),
    ]
    assert "\n".join(each["text"] for each in texts) == text(peered)
    spoken = yaml.safe_load(text(peered, "--output", "yaml"))
    assert spoken == {**document, "configurations": texts}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--style cisco", "'cisco' is not known"),
        ("--side cloud", "there are customer, provider"),
        ("--connection first", "there are primary, secondary, both"),
        ("--interface eth0\n", "is no name of a port"),
        ("--interface 0/0", "is no name of a port"),
        ("--template none.j2", "'--template': none.j2 can't be read: No such file or directory"),
        ("--template wrong.j2", "'--template': wrong.j2, line 2: 'vlan' is undefined"),
        ("--as-of noon", "is neither a time nor a date"),
    ],
)
def test_wrong_use(peered: Tieline, options: str, told: str) -> None:
    (peered.folder / "wrong.j2").write_text("\n{{ vlan }}", encoding="utf-8")
    result = peered.run(*ASK, "acme-fra-1", *options.split(" "))
    assert (result.code, result.out) == (2, "")
    assert told in result.err


def test_as_it_was(peered: Tieline) -> None:
    trail = peered.ask_list("audit", "trail", "circuit/acme-fra-1")
    peering = next(each for each in trail if each["type"] == "tieline.peering.configured.v1")
    assert text(peered, "--as-of", peering["time"]) == text(peered)
    ordered = peered.run(*ASK, "acme-fra-1", "--as-of", trail[0]["time"])
    assert (ordered.code, ordered.out) == (1, "")
    assert "circuit acme-fra-1 has no peering, so there is nothing to configure" in ordered.err


def test_what_is_not_there(peered: Tieline) -> None:
    nope = peered.run(*ASK, "nope")
    assert (nope.code, nope.out) == (1, "")
    assert "there is no circuit nope; 'tieline circuit list' says what there is" in nope.err
    early = peered.run(*ASK, "acme-fra-1", "--as-of", "2020-01-01")
    assert (early.code, early.out) == (1, "")
    assert "there is no circuit acme-fra-1 as of 2020-01-01" in early.err


def test_a_deleted_circuit_has_nothing_to_configure_but_had(tmp_path: Path) -> None:
    tieline = Tieline(tmp_path)
    lines = "".join(f"{json.dumps(each)}\n" for each in (*UNTIL_PEERED, *CALLED_OFF))
    assert tieline.run("submit", "--settle", "-", given=lines).code == 0
    gone = tieline.run(*ASK, "acme-fra-1")
    assert (gone.code, gone.out) == (1, "")
    assert "circuit acme-fra-1 is deleted, so there is nothing to configure" in gone.err
    trail = tieline.ask_list("audit", "trail", "circuit/acme-fra-1")
    begun = next(each for each in trail if each["type"].endswith("deprovisioning-begun.v1"))
    then = text(tieline, "--as-of", begun["time"])
    assert " neighbor 10.255.0.2 shutdown\n" in then
    assert "The circuit is deprovisioning and disabling, so every session is shut." in then
