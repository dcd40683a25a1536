"""Each recipe works as written: the checks pass, and the result is what it promises."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.recipes.following import blocks_of, copied, run, write

pytestmark = pytest.mark.timeout(300)

OVER_ALL = (
    "tests/domain/test_registry.py",
    "tests/domain/test_stored_events.py",
    "tests/domain/test_refusals.py",
    "tests/domain/test_folding.py",
    "tests/projections/test_references.py",
    "tests/domain/test_messages.py::test_there_is_an_example_of_every_command",
    "tests/adapters/test_schemas.py::test_the_groups_of_the_command_line_are_the_nouns",
)
"""The tests that cover every noun, command and event."""

ROLES = (
    "tests/domain/test_roles.py::"
    "test_a_role_for_a_customer_gives_what_the_table_says_and_no_more[network-operator]"
)
"""The role table of the contract, over every command there is."""

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"
MAIN = "from adapters.cli import main; main()"
CUSTOMER = ("customer", "register", "acme", "--name", "Acme", "--model", "connect-through")


def follow(heading: str, copy: Path) -> None:
    """Follow a recipe in a copy, format the code and generate the documents."""
    for block in blocks_of(heading):
        write(block, copy)
    run(copy, "ruff", "check", "--fix", "--quiet", ".")
    run(copy, "ruff", "format", "--quiet", ".")
    for made in ("adapters.contract.schemas", "adapters.contract.groups", "tests.stored"):
        run(copy, made)


def answers(copy: Path, *tests: str) -> str:
    """The page of commands and their answers, made anew from the tests of what was added."""
    run(copy, "tests.answers", "tests/domain/test_every_command.py", *tests)
    return (copy / "docs/commands.md").read_text(encoding="utf-8")


def check(copy: Path, heading: str, *tests: str) -> None:
    """Lint, check the types of what the recipe wrote, run the tests of everything and its own."""
    run(copy, "ruff", "check", ".")
    written = sorted({block.path for block in blocks_of(heading)})
    run(copy, "pyright", "--pythonpath", sys.executable, *written)
    run(copy, "pytest", "-q", "-x", "-p", "no:cacheprovider", *OVER_ALL, *tests)


def tieline(copy: Path, *arguments: str) -> Any:
    """The JSON that the command line of a copy prints."""
    return json.loads(run(copy, MAIN, *arguments, "--output", "json", code=True))


def test_add_a_command(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    follow("Add a command", copy)
    check(copy, "Add a command", "tests/domain/test_renaming.py")
    assert "rename-customer" in (copy / "docs/contract/commands.md").read_text()
    told = answers(copy, "tests/domain/test_renaming.py", "-k", "renam").partition(
        "### rename-customer"
    )[2]
    assert "- Sent by: owner, contributor;" in told.partition("###")[0]
    assert "`tieline.customer.renamed.v1`" in told.partition("###")[0]
    tieline(copy, *CUSTOMER)
    tieline(copy, "customer", "rename", "acme", "--name", "Acme AG")
    assert tieline(copy, "customer", "show", "acme")["name"] == "Acme AG"


def test_a_command_takes_four_places_in_code_and_two_in_tests() -> None:
    places = {block.path for block in blocks_of("Add a command")}
    assert len([each for each in places if not each.startswith("tests/")]) == 4
    assert len([each for each in places if each.startswith("tests/")]) == 2


def test_add_a_noun_and_its_view(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    follow("Add a noun", copy)
    layers = copy / "pyproject.toml"
    layers.write_text(
        layers.read_text().replace('    "circuit",\n', '    "circuit | power_feed",\n')
    )
    run(copy, LINT_IMPORTS, code=True)
    check(copy, "Add a noun", "tests/domain/test_power_feeds.py", ROLES)
    told = answers(copy, "tests/domain/test_power_feeds.py", "-k", "power").partition(
        "### order-power-feed"
    )[2]
    assert "| `subscription-unknown` | [test_a_power_feed_lies_in" in told
    tieline(copy, *CUSTOMER)
    tieline(copy, "customer", "add-subscription", "acme", "--subscription", "acme-prod")
    options = ("--customer", "acme", "--subscription", "acme-prod", "--rack", "r7")
    assert tieline(copy, "power-feed", "order", "f1", *options)["data"]["accepted"]
    follow("Add a view", copy)
    check(copy, "Add a view", "tests/projections/test_views.py")
    tieline(copy, "power-feed", "move", "f1", "--rack", "r8")
    shown = tieline(copy, "power-feed", "show", "f1")
    assert (shown["customer_id"], shown["rack"], shown["version"]) == ("acme", "r8", 2)
    before = tieline(copy, "power-feed", "show", "f1", "--at-version", "1")
    assert before["rack"] == "r7"
    assert tieline(copy, "power-feed", "list", "--rack", "r8")["power_feed_id"] == "f1"
    verified = run(copy, MAIN, "projections", "verify", code=True)
    assert re.search("power_feeds +yes", verified)
