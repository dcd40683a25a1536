"""Notes, while the specification runs, what its tests show of each command.

A plugin of pytest: `pytest -p tests.answers.noting --notes FILE tests/domain`. A test shows a
refusal where it says `.refused(code)` of the command before, and an event where a command writes
it, best where it says `.then(…)`.
"""

import json
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from domain.decider.decisions import Written
from domain.words.structs import Event
from tests.domain.spec import Spec

_PREFIX: Final = "tieline.command."

ONLY_SEEN: Final = 1000
"""How much worse an event is shown where the test does not name what was written."""


class Answer(NamedTuple):
    """What a command was answered: a code, or a type of event."""

    verb: str
    said: str


class Notes:
    """What one run has shown: by command and answer the tests, each with how well it shows it: by
    the commands that it sends after that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        self.begin()

    def begin(self) -> None:
        """Another test begins."""
        self.verbs: dict[int, str] = {}
        """By specification, the last command that the test has sent."""
        self.sent = 0
        self.answers: list[tuple[Answer, int]] = []
        """What the test shows, and how many commands it had sent until then."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Note what a test shows, by its name without what it was parametrised with."""
        self.begin()
        yield
        test = item.nodeid.partition("[")[0]
        for (verb, said), until_then in self.answers:
            tests, after = self.shown[verb][said], self.sent - until_then
            tests[test] = min(after, tests.get(test, after))

    def pytest_sessionfinish(self) -> None:
        """Write the notes down."""
        self.path.write_text(json.dumps(self.shown), encoding="utf-8")

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to what specifications say."""
        decide, refused, then = Spec.when_message, Spec.refused, Spec.then

        def when_message(spec: Spec, message: Any, **more: Any) -> Spec:
            decide(spec, message, **more)
            self.sent += 1
            self.verbs[id(spec)] = _verb_of(message)
            self._note_events(spec, self.sent - ONLY_SEEN)
            return spec

        def says_refused(spec: Spec, code: str, **facts: Any) -> Spec:
            refused(spec, code, **facts)
            self.answers.append((Answer(self.verbs[id(spec)], code), self.sent))
            return spec

        def says_then(spec: Spec, *expected: Written | type[Event]) -> Spec:
            then(spec, *expected)
            self._note_events(spec, self.sent)
            return spec

        monkeypatch.setattr(Spec, "when_message", when_message)
        monkeypatch.setattr(Spec, "refused", says_refused)
        monkeypatch.setattr(Spec, "then", says_then)

    def _note_events(self, spec: Spec, until_then: int) -> None:
        verb = self.verbs[id(spec)]
        self.answers += [(Answer(verb, event.kind), until_then) for _, event in spec.written]


def _verb_of(message: Any) -> str:
    return str(message["type"]).removeprefix(_PREFIX).removesuffix(".v1")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the notes go."""
    parser.addoption("--notes", type=Path, required=True)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to take notes."""
    path: Path | None = config.getoption("--notes")
    assert path is not None, "it is required"
    notes = Notes(path)
    monkeypatch = pytest.MonkeyPatch()
    config.add_cleanup(monkeypatch.undo)
    notes.watch(monkeypatch)
    config.pluginmanager.register(notes)
