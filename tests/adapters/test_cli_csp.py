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
