"""Which test shows a refusal best, of those that were noted."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Shown = Mapping[str, Mapping[str, Sequence[str]]]
"""By command and code, the tests that show the refusal."""


class Noted(NamedTuple):
    """What a run of the specification has shown."""

    shown: Shown
    written: Mapping[str, Sequence[str]]
    """By command, the types of event that it wrote."""

    @classmethod
    def read(cls, path: Path) -> "Noted":
        """From the file that `noting.py` wrote."""
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(said["shown"], said["written"])


def best(shown: Shown) -> dict[str, dict[str, str]]:
    """One test for each command and code: the one that shows the fewest refusals beside it."""
    shows = Counter(test for codes in shown.values() for tests in codes.values() for test in tests)
    return {
        verb: {code: min(tests, key=lambda test: (shows[test], test)) for code, tests in codes.items()}
        for verb, codes in shown.items()
    }
