"""Prometheus's own tool finds nothing wrong with the files, and the alerts' tests pass."""

import subprocess

import pytest

from tests.observe.deployed import PROMETHEUS


@pytest.mark.parametrize(
    "asked",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_is_content(promtool: str, asked: tuple[str, ...]) -> None:
    done = subprocess.run(
        [promtool, *asked], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
