"""docs/guarantees.md names only tests that exist."""

import re
from pathlib import Path

PAGE = Path("docs/guarantees.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[^`]+\.py)::(test_\w+)`", PAGE)


def test_every_guarantee_names_a_test_that_exists() -> None:
    assert len(NAMED) > 40
    for file, name in NAMED:
        assert f"def {name}(" in Path(file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_every_guarantee_has_an_id_of_its_own() -> None:
    ids = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert len(ids) == len(set(ids)) >= 20
