"""Which test shows a refusal best, of those that were noted."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

Shown = Mapping[str, Mapping[str, Mapping[str, int]]]
"""By command and code, the tests that show the refusal, and how many commands each sends later."""


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
    """One test for each command and code: the one that shows the fewest refusals beside it, then
    the one that ends with it, then the one that is named most like command and code. A test of the
    order of checks is about two codes, so that another goes before it.
    """
    shows = Counter(test for codes in shown.values() for tests in codes.values() for test in tests)

    def rank(verb: str, code: str, test: str) -> tuple[int, bool, int, int, str]:
        later, alike = shown[verb][code][test], _alike(f"{verb}-{code}", test)
        return shows[test], "test_order_of" in test, later, -alike, test

    return {
        verb: {code: min(tests, key=partial(rank, verb, code)) for code, tests in codes.items()}
        for verb, codes in shown.items()
    }


def _alike(answer: str, test: str) -> int:
    """How many words of a command and a code, by their first letters, a test's name has."""
    words = {each[:5] for each in test.rpartition("::")[2].lower().split("_")}
    return len(words & {each[:5] for each in answer.split("-") if len(each) > 2})
