"""Notes, while the specification runs, what its tests show of each command.

A plugin of pytest: `pytest -p tests.answers.noting --notes FILE tests/domain`. A test shows a
refusal where it says `.refused(code)` of the command before.
"""

import json
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.domain.spec import Spec

_PREFIX: Final = "tieline.command."


class Notes:
    """What one run has shown: by command and code the tests, by command the types of event."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.verbs: dict[int, str] = {}
        """By specification, the last command that the running test has sent."""
        self.sent = 0
        self.refused: list[tuple[str, str, int]] = []
        """What the running test shows: command, code, how many commands were sent until then."""
        self.shown: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        self.written: dict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Note what a test shows, and how many commands it sends after that; by its name without
        what it was parametrised with.
        """
        self.verbs, self.sent, self.refused = {}, 0, []
        yield
        test = item.nodeid.partition("[")[0]
        for verb, code, until_then in self.refused:
            tests, after = self.shown[verb][code], self.sent - until_then
            tests[test] = min(after, tests.get(test, after))

    def pytest_sessionfinish(self) -> None:
        """Write the notes down."""
        written = {verb: sorted(kinds) for verb, kinds in self.written.items()}
        self.path.write_text(json.dumps({"shown": self.shown, "written": written}), "utf-8")

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to what specifications say."""
        decide, refused = Spec.when_message, Spec.refused

        def when_message(spec: Spec, message: Any, **more: Any) -> Spec:
            decide(spec, message, **more)
            self.sent += 1
            self.verbs[id(spec)] = verb = _verb_of(message)
            self.written[verb].update(event.kind for _, event in spec.written)
            return spec

        def refuses(spec: Spec, code: str, **facts: Any) -> Spec:
            refused(spec, code, **facts)
            self.refused.append((self.verbs[id(spec)], code, self.sent))
            return spec

        monkeypatch.setattr(Spec, "when_message", when_message)
        monkeypatch.setattr(Spec, "refused", refuses)


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
