"""Follow a recipe in a copy of the repository: write its blocks where they say, run the checks.

A block's first line names a file. `# path` creates the file, or adds imports at its top and the
rest at its end; `# path in NAME` adds to the end of that table or class.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
_BLOCK: Final = re.compile(r"^ *```python\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_IMPORT: Final = re.compile(r"^(?:from [\w.]+ import (?:\([^)]*\)|.+)|import .+)\n", re.MULTILINE)


class Block(NamedTuple):
    """A text and the file it goes into; within `table`, if the block names one."""

    path: str
    table: str | None
    text: str


def blocks_of(heading: str) -> Iterator[Block]:
    """The blocks of one recipe, in order. Raises StopIteration for a heading that is not there."""
    sections = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
    section = next(each for each in sections if each.startswith(f"{heading}\n"))
    for found in _BLOCK.finditer(section):
        where, _, text = dedent(found[1]).partition("\n")
        path, _, table = where.removeprefix("# ").partition(" in ")
        yield Block(path, table or None, text)


def copied(folder: Path) -> Path:
    """A copy of the working tree: every file that git tracks or does not ignore."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.splitlines():
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return folder


def write(block: Block, folder: Path) -> None:
    """Write one block into a copy."""
    path = folder / block.path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    elif block.table is None:
        path.write_text(_with_code(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
        path.write_text(_with_entry(text, block.table, block.text), encoding="utf-8")


def _with_code(text: str, added: str) -> str:
    """Add imports before the first import, the rest before the first table that may refer to it."""
    imports = "".join(_IMPORT.findall(added))
    code = _IMPORT.sub("", added).strip("\n")
    at = _IMPORT.search(text)
    assert at is not None, "the file has no imports"
    text = text[: at.start()] + imports + text[at.start() :]
    if not code:
        return text
    tables = re.search(r"^(?:BEGINS|EFFECTS|RULES): Final", text, re.MULTILINE)
    if tables is None:
        return f"{text.rstrip()}\n\n\n{code}\n"
    return f"{text[: tables.start()]}{code}\n\n\n{text[tables.start() :]}"


def _with_entry(text: str, table: str, added: str) -> str:
    """Add a line at the end of a table or of a class's fields."""
    found = re.search(
        rf"^(?:class {table}\(.*?(?=^\S|\Z)|{table}: .*?^(?=[}})\]]))",
        text,
        re.DOTALL | re.MULTILINE,
    )
    assert found is not None, f"there is no {table}"
    head = found[0].rstrip("\n")
    rest = found[0][len(head) :]
    return f"{text[: found.start()]}{head}\n{added.rstrip()}{rest or chr(10)}{text[found.end() :]}"


def run(folder: Path, *command: str, code: bool = False) -> str:
    """Run a module, or some code, in the copy and return its output. Fails if the run fails."""
    done = subprocess.run(
        [sys.executable, "-c" if code else "-m", *command],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout
