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
        self.test = ""
        self.shown: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self.written: defaultdict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Name the test that runs, without what it was parametrised with."""
        self.test = item.nodeid.partition("[")[0]
        yield

    def pytest_sessionfinish(self) -> None:
        """Write the notes down."""
        shown = {
            verb: {code: sorted(tests) for code, tests in codes.items()}
            for verb, codes in self.shown.items()
        }
        written = {verb: sorted(kinds) for verb, kinds in self.written.items()}
        self.path.write_text(json.dumps({"shown": shown, "written": written}), encoding="utf-8")

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to what specifications say."""
        decide, refused = Spec.when_message, Spec.refused
        verbs: dict[int, str] = {}

        def when_message(spec: Spec, message: Any, **more: Any) -> Spec:
            decide(spec, message, **more)
            verbs[id(spec)] = verb = _verb_of(message)
            self.written[verb].update(event.kind for _, event in spec.written)
            return spec

        def refuses(spec: Spec, code: str, **facts: Any) -> Spec:
            refused(spec, code, **facts)
            self.shown[verbs[id(spec)]][code].add(self.test)
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
    notes = Notes(config.getoption("--notes"))
    monkeypatch = pytest.MonkeyPatch()
    config.add_cleanup(monkeypatch.undo)
    notes.watch(monkeypatch)
    config.pluginmanager.register(notes)
