"""The CSP's own staff, on the command line."""

import pytest

from tests.running import Tieline


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """Two of the staff have roles, one of them no more; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("staffed"))
    for line in (
        "grant-role --principal user:anna --role contributor",
        "grant-role --principal user:ben --role auditor",
        "revoke-role --principal user:anna --role contributor",
        "grant-role --principal user:anna --role reader",
    ):
        assert tieline.run("csp", *line.split()).code == 0
    return tieline


def test_roles_are_listed(staffed: Tieline):
    ben, anna = (
        {"principal": "user:ben", "role": "auditor"},
        {"principal": "user:anna", "role": "reader"},
    )
    assert staffed.ask_list("csp", "list-roles") == [ben, anna]
    assert staffed.ask_list("csp", "list-roles", "--role", "reader") == [anna]
    assert staffed.ask_list("csp", "list-roles", "--principal", "user:ben") == [ben]
    assert staffed.run("csp", "list-roles", "--role", "owner").out == "There are no such roles.\n"
    assert staffed.run("csp", "list-roles").out.splitlines()[0] == "PRINCIPAL  ROLE"


def test_it_is_shown_as_it_is_and_as_it_was(staffed: Tieline):
    now = staffed.ask("csp", "show")
    assert [each["principal"] for each in now["roles"]] == ["user:ben", "user:anna"]
    assert staffed.ask("show", "csp", "self") == now
    first = staffed.ask("csp", "show", "--at-version", "1")
    assert first["roles"] == [{"principal": "user:anna", "role": "contributor"}]
    assert staffed.ask("csp", "show", "--as-of", "2020-01-01")["roles"] == []
    other = staffed.run("show", "csp", "other")
    assert (other.code, other.err) == (1, "tieline: there is no csp other; there is csp/self\n")


def test_its_history_is_the_trail_of_its_stream(staffed: Tieline):
    history = staffed.ask_list("csp", "history")
    assert [each["sequence"] for each in history] == [1, 2, 3, 4]
    assert staffed.ask_list("audit", "trail", "csp/self") == history


def test_it_is_there_before_anything_has_happened(tieline: Tieline):
    tieline.submit()
    assert tieline.ask("csp", "show")["version"] == 0
    assert tieline.run("csp", "list-roles").out == "There are no roles.\n"


def test_whose_a_prefix_is_is_asked_by_what_overlaps(tieline: Tieline):
    customer = "--name Acme --model connect-through"
    assert tieline.run("customer", "register", "acme", *customer.split()).code == 0
    assert tieline.run("csp", "prefixes").out == "There are no prefixes.\n"
    for who, prefix in (("customer", "203.0.113.0/24"), ("csp", "198.51.100.0/24")):
        named = ["acme"] if who == "customer" else []
        assert tieline.run(who, "confirm-prefix", *named, "--prefix", prefix).code == 0
    found = tieline.ask_list("csp", "prefixes", "--overlapping", "203.0.113.64/26")
    assert [(each["prefix"], each["state"], each["customer_id"]) for each in found] == [
        ("203.0.113.0/24", "confirmed", "acme")
    ]
    assert len(tieline.ask_list("csp", "prefixes")) == 2
    none = tieline.run("csp", "prefixes", "--overlapping", "192.0.2.0/24")
    assert none.out == "There are no such prefixes.\n"
    wrong = tieline.run("csp", "prefixes", "--overlapping", "everything")
    assert wrong.code == 2
    assert "everything is no address prefix" in wrong.err
