"""The session in docs/http.md runs as printed, with the curl that people have."""

import shutil
import socket
from pathlib import Path

import pytest

from tests.end_to_end.test_readme import FENCE, ROOT, play, steps_of
from tests.running import SCRIPT, Tieline

PAGE = ROOT / "docs" / "http.md"
ADDRESS = "127.0.0.1:8080"


@pytest.fixture
def address() -> str:
    """An address that is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def tieline(tmp_path: Path) -> Tieline:
    return Tieline(tmp_path)


def test_the_session_runs_as_it_stands_there(tieline: Tieline, address: str) -> None:
    if shutil.which("curl") is None:
        pytest.fail("curl is missing: apt-get install curl", pytrace=False)
    text = PAGE.read_text(encoding="utf-8").replace(ADDRESS, address)
    steps = [step for session in FENCE.findall(text) for step in steps_of(session)]
    path = f"{SCRIPT.parent}:/usr/bin:/bin"
    environment = tieline.environment | {"PATH": path, "TIELINE_HTTP": address}
    play("bash", steps, tieline.folder, environment)
