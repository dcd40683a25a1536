"""Each recipe does what it says: the checks pass, and what it promises is there."""

from pathlib import Path

import pytest

from tests.recipes.following import blocks_of, copied, run, write

OVER_ALL = (
    "tests/domain/test_registry.py",
    "tests/domain/test_messages.py",
    "tests/domain/test_round_trips.py",
    "tests/domain/test_stored_events.py",
    "tests/domain/test_refusals.py",
    "tests/domain/test_folding.py",
    "tests/adapters/test_schemas.py",
)
"""What looks at every noun, command and event there is."""


def followed(heading: str, folder: Path) -> Path:
    """A copy in which a recipe was followed, put in shape and documented."""
    copy = copied(folder)
    for block in blocks_of(heading):
        write(block, copy)
    run(copy, "ruff", "check", "--fix", "--quiet", ".")
    run(copy, "ruff", "format", "--quiet", ".")
    run(copy, "adapters.contract.schemas")
    run(copy, "tests.stored")
    return copy


def checked(copy: Path, *tests: str) -> None:
    """Lint, imports and the tests that look at everything, with some of the recipe's own."""
    run(copy, "ruff", "check", ".")
    run(copy, "pytest", "-q", "-x", "-p", "no:cacheprovider", *OVER_ALL, *tests)


@pytest.mark.timeout(300)
def test_add_a_command(tmp_path: Path) -> None:
    copy = followed("Add a command", tmp_path)
    checked(copy, "tests/domain/test_renaming.py", "tests/adapters/test_cli_verbs.py")
    assert "rename-customer" in (copy / "docs/contract/commands.md").read_text()
    changed = {block.path for block in blocks_of("Add a command")}
    assert len([path for path in changed if path.startswith(("domain/", "projections/"))]) == 4
    assert len([path for path in changed if path.startswith("tests/")]) == 2
