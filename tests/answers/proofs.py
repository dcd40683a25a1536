"""Which test shows an answer best, of those that were noted."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

Shown = Mapping[str, Mapping[str, Mapping[str, int]]]
"""By command and answer (a code, or a type of event), the tests that show it, each with how many
commands it sends after that.
"""

Proofs = Mapping[str, Mapping[str, str]]
"""By command and answer, the test that shows it: `tests/domain/test_links.py::test_one_hop`."""


def best(shown: Shown) -> dict[str, dict[str, str]]:
    """One test for each command and answer: the one that shows the fewest of its kind beside it,
    then the one that ends with it and is named like it: a word in common weighs as much as two
    commands that are sent later. A test of the order of checks is about two codes: others go first.
    """
    shows = Counter(
        (test, is_event(said))
        for answers in shown.values()
        for said, tests in answers.items()
        for test in tests
    )

    def rank(verb: str, said: str, test: str) -> tuple[int, bool, int, int, str]:
        later, alike = shown[verb][said][test], _alike(f"{verb}-{said}", test)
        return shows[test, is_event(said)], "test_order_of" in test, later - 2 * alike, later, test

    return {
        verb: {said: min(tests, key=partial(rank, verb, said)) for said, tests in answers.items()}
        for verb, answers in shown.items()
    }


def is_event(said: str) -> bool:
    """Whether an answer is a type of event, and not the code of a refusal."""
    return "." in said


def _alike(answer: str, test: str) -> int:
    """How many words of a command and its answer, by their first letters, a test's name has."""
    words = {each[:5] for each in test.rpartition("::")[2].lower().split("_")}
    return len(words & {each[:5] for each in answer.replace(".", "-").split("-") if len(each) > 2})
