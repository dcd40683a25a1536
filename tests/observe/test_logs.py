"""Lines are JSON, one per event, with what is bound; nothing secret in a traceback."""

import logging
import subprocess
import sys
import warnings
from threading import Thread

import pytest

from adapters.observe.logs import Level, bound, logger
from tests.observe.lines import Terminal, lines_from


def test_a_line_is_an_event_with_fields_level_logger_and_time() -> None:
    with lines_from("info") as lines:
        logger("adapters.engine").info("batch", commands=3)
    (line,) = lines.all()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "batch", "commands": 3, "level": "info", "logger": "adapters.engine"}


def test_what_is_bound_is_in_every_line_until_it_is_left() -> None:
    with lines_from("info") as lines:
        log = logger("adapters.engine")
        with bound(correlation_id="k-1", command_id="c-1", subject=None):
            log.info("within")
            logging.getLogger("kafka.client").warning("a library's, within")
        log.info("after")
    within, library, after = lines.all()
    for line in (within, library):
        assert (line["correlation_id"], line["command_id"]) == ("k-1", "c-1")
        assert "subject" not in line
    assert "correlation_id" not in after


def test_what_is_bound_in_one_thread_is_not_in_another() -> None:
    with lines_from("info") as lines, bound(correlation_id="k-1"):
        thread = Thread(target=lambda: logger("adapters.relay").info("elsewhere"))
        thread.start()
        thread.join()
    assert "correlation_id" not in lines.all()[0]


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("debug", ["debug", "info", "error"]),
        ("info", ["info", "error"]),
        ("error", ["error"]),
    ],
)
def test_lines_begin_at_the_level(level: Level, heard: list[str]) -> None:
    with lines_from(level) as lines:
        for each in ("debug", "info", "error"):
            getattr(logger("adapters.engine"), each)("said")
    assert [line["level"] for line in lines.all()] == heard


def test_libraries_are_heard_from_warnings_on_whatever_our_level() -> None:
    with lines_from("debug") as lines:
        logging.getLogger("kafka.coordinator").info("joined a group")
        logging.getLogger("kafka.coordinator").warning("heartbeat failed for %s", "tieline-engine")
    (line,) = lines.all()
    assert line["event"] == "heartbeat failed for tieline-engine"
    assert (line["logger"], line["level"]) == ("kafka.coordinator", "warning")


def test_warnings_of_python_are_lines_as_well() -> None:
    with lines_from("info") as lines:
        warnings.simplefilter("always")
        warnings.warn("this goes away", DeprecationWarning, stacklevel=1)
    (line,) = lines.all()
    assert "this goes away" in line["event"]
    assert line["logger"] == "py.warnings"


@pytest.mark.parametrize("stream", [None, Terminal()])
def test_a_traceback_shows_where_and_no_values(stream: Terminal | None) -> None:
    def reach(secret: str) -> None:
        raise ConnectionRefusedError(len(secret))

    with lines_from("info", stream) as lines:
        try:
            reach("-".join(["hunter2"] * 2))
        except ConnectionRefusedError:
            logger("adapters.relay").exception("unreachable")
            logging.getLogger("kafka").exception("unreachable, too")
    assert lines.text.count("ConnectionRefusedError") >= 2
    assert lines.text.count("in reach") == 2
    assert "hunter2-hunter2" not in lines.text


def test_a_terminal_gets_colours_and_no_json() -> None:
    with lines_from("info", Terminal()) as lines:
        logger("adapters.engine").info("batch", commands=3)
    assert "\x1b[" in lines.text
    assert "{" not in lines.text


def test_a_run_that_logs_nothing_loads_nothing_for_it() -> None:
    code = """
import sys
import adapters.observe.logs, adapters.observe.watch, adapters.observe.traces
from adapters.engine.worker import Worker
heavy = {"structlog", "logging.handlers", "prometheus_client", "opentelemetry"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_first_line_needs_no_setting_up() -> None:
    code = 'from adapters.observe.logs import logger; logger("adapters.x").info("hello", a=1)'
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert '"event": "hello"' in done.stderr
    assert done.stdout == ""
