"""The servers that pip installs: what they do when something is in the way."""

import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import Any

import jgo
import psycopg
import pytest
from jgo.config import GlobalSettings

from stack import jars, kafka, postgres, watchdog
from stack.kafka import Cluster
from stack.postgres import Postgres
from stack.processes import NotReady, Server, free_ports
from tests.adapters.test_stack import assert_gone
from tests.waiting import until

READY = "import time; print('ready', flush=True); time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(600)"
)
Running = Callable[[str], Server]


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    made: list[Server] = []

    def start(code: str) -> Server:
        server = Server([sys.executable, "-c", code], tmp_path / "server.log")
        made.append(server)
        server.start(lambda said: "ready" in said, 20)
        return server

    yield start
    for server in made:
        server.kill()


# A process


def test_one_that_ends_at_once_says_why(running: Running) -> None:
    with pytest.raises(NotReady, match=r"ended at once; .*server.log says:\nno such thing"):
        running("print('no such thing')")


def test_one_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    server = Server([sys.executable, "-c", READY], tmp_path / "server.log")
    with pytest.raises(NotReady, match=r"did not come up in 1 s; .* says:\nready"):
        server.start(lambda said: "steady" in said, 1)
    assert_gone([server.pid], 1)


def test_only_what_this_start_said_counts(running: Running, tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text("ready\n")
    with pytest.raises(NotReady):
        running("print('not')")


def test_one_that_does_not_end_in_order_is_killed(running: Running) -> None:
    server = running(DEAF)
    server.stop(0.5)
    assert_gone([server.pid], 1)


def test_one_that_is_frozen_can_be_stopped(running: Running) -> None:
    server = running(READY)
    server.freeze()
    server.stop(10)
    assert server.process is not None
    assert server.process.returncode == -signal.SIGTERM


def test_it_is_not_started_twice(running: Running) -> None:
    with pytest.raises(AssertionError, match="runs already"):
        running(READY).launch()


def test_a_frozen_one_does_not_outlive_who_started_it(tmp_path: Path) -> None:
    code = f"""if True:
        import os, signal, sys
        from pathlib import Path
        from stack.processes import Server
        server = Server([sys.executable, "-c", {READY!r}], Path({str(tmp_path / "log")!r}))
        server.start(lambda said: "ready" in said)
        server.freeze()
        print(server.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == -signal.SIGKILL
    until("it has ended", lambda: not Path(f"/proc/{int(ran.stdout)}").exists())


# The watchdog


def test_it_ends_what_it_was_told_to_watch(running: Running) -> None:
    server = running(READY)
    watchdog.listen([f"watch {server.pid} {signal.SIGTERM}\n"])
    assert server.process is not None
    assert server.process.wait(5) == -signal.SIGTERM


def test_it_kills_what_does_not_listen(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE", 0.3)
    server = running(DEAF)
    watchdog.listen([f"watch {server.pid} {signal.SIGTERM}\n"])
    assert server.process is not None
    assert server.process.wait(5) == -signal.SIGKILL


def test_it_leaves_alone_what_it_was_told_to_forget(running: Running) -> None:
    server = running(READY)
    before = len(list(Path("/proc/self/fd").iterdir()))
    watchdog.listen([f"watch {server.pid} {signal.SIGTERM}\n", f"forget {server.pid}\n"])
    assert server.running
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_it_knows_nothing_of_a_process_that_has_ended(running: Running, tmp_path: Path) -> None:
    server = running(READY)
    server.kill()
    left = tmp_path / "left"
    left.mkdir()
    watchdog.listen([f"watch {server.pid} {signal.SIGTERM}\n", f"remove {left}\n"])
    assert not left.exists()


def test_it_refuses_what_it_does_not_understand() -> None:
    with pytest.raises(ValueError, match="not understood: kill everything"):
        watchdog.listen(["kill everything"])


# Ports


def test_ports_are_different_and_none_that_systems_give_to_clients() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert max(ports) < 32768


@pytest.fixture
def taken() -> Generator[int]:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", free_ports(1)[0]))
        somebody.listen()
        yield somebody.getsockname()[1]


def offer_first(monkeypatch: pytest.MonkeyPatch, module: Any, port: int) -> None:
    """Let the first port that the module finds free be one that was taken meanwhile."""
    offered = [[port]]

    def offer(count: int) -> list[int]:
        return offered.pop() if offered else free_ports(count)

    monkeypatch.setattr(module, "free_ports", offer)


def test_postgres_takes_another_port_when_somebody_was_quicker(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_first(monkeypatch, postgres, taken)
    server = Postgres(tmp_path)
    try:
        server.start()
        assert server.port != taken
        psycopg.connect(server.url()).close()
    finally:
        server.stop()


def test_kafka_takes_other_ports_when_somebody_was_quicker(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_first(monkeypatch, kafka, taken)
    cluster = Cluster(tmp_path)
    try:
        cluster.start()
        assert cluster.ports != [taken]
    finally:
        cluster.kill()


def test_a_port_that_was_asked_for_is_not_exchanged(tmp_path: Path, taken: int) -> None:
    with pytest.raises(NotReady, match="Address already in use"):
        Postgres(tmp_path, port=taken).start()


# What was interrupted


def test_a_database_folder_that_was_not_finished_is_made_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with postgres.postgres(tmp_path) as server:
        psycopg.connect(server.url()).close()


def test_postgres_starts_again_while_the_rest_of_a_killed_one_still_ends(tmp_path: Path) -> None:
    with postgres.postgres(tmp_path) as server, psycopg.connect(server.url()) as left:
        backend = left.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # so that it does not notice
        server.kill()
        with woken_later(backend):
            server.start()
        psycopg.connect(server.url()).close()


@contextmanager
def woken_later(pid: int) -> Generator[None]:
    timer = Timer(1.0, os.kill, (pid, signal.SIGCONT))
    timer.start()
    yield
    timer.join()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[list[bool]]:
    """Stands in for Maven's jars, broken until fetched anew; notes whether each fetch was anew."""
    jar, lock, anew = tmp_path / "kafka.jar", tmp_path / "lock", list[bool]()
    jar.write_bytes(b"PK")

    def build(_: str, *, update: bool = False) -> Any:
        anew.append(update)
        if update:
            with zipfile.ZipFile(jar, "w") as whole:
                whole.writestr("kafka.class", "")
            lock.touch()
        return SimpleNamespace(all_jars=[jar], lock_path=lock)

    monkeypatch.setattr(jgo, "build", build)
    monkeypatch.setattr(GlobalSettings, "load", lambda: SimpleNamespace(repo_cache=tmp_path))
    jars.jars.cache_clear()
    yield anew
    jars.jars.cache_clear()


def test_a_download_that_was_interrupted_is_made_again(fetched: list[bool]) -> None:
    assert all(map(zipfile.is_zipfile, jars.jars()))
    assert fetched == [False, True]


def test_what_is_whole_is_not_fetched_again(fetched: list[bool]) -> None:
    jars.jars()
    jars.jars.cache_clear()
    jars.jars()
    assert fetched == [False, True, False]
