"""The servers that tests run on, and the advice when there are none."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg
import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from stack.processes import NotReady
from tests.servers import tiers
from tests.servers.plugin import OwnKafka, OwnPostgres
from tests.servers.shared import SharedPostgres, remove_topics
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SETTINGS = ("TIELINE_TEST_TIER", "TIELINE_TEST_KAFKA", "TIELINE_TEST_POSTGRES")
A_TEST = "def test_it({fixture}):\n    print('GIVEN', {fixture})\n"


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def topics(kafka: str) -> Generator[Any]:
    with admin_of(kafka) as admin:
        yield admin


# Which tier


def test_an_address_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIELINE_TEST_TIER", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        address = f"127.0.0.1:{somebody.getsockname()[1]}"
        monkeypatch.setenv("TIELINE_TEST_KAFKA", address)
        with tiers.kafka() as given:
            assert (given.tier, given.address) == ("address", address)


@pytest.mark.usefixtures("no_docker")
def test_without_an_engine_pip_gives_the_servers() -> None:
    assert tiers.tier_of(tiers.KAFKA) == tiers.tier_of(tiers.POSTGRES) == "pip"


@pytest.mark.usefixtures("no_docker")
def test_a_tier_that_is_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_TEST_KAFKA", "127.0.0.1:9092")
    monkeypatch.setenv("TIELINE_TEST_TIER", "pip")
    assert tiers.tier_of(tiers.KAFKA) == "pip"
    monkeypatch.setenv("TIELINE_TEST_TIER", "docker")
    assert tiers.tier_of(tiers.KAFKA) == "docker"


@pytest.mark.usefixtures("no_docker")
def test_a_tier_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_TEST_TIER", "podman")
    with pytest.raises(NotReady, match="podman, and may be one of address, docker, pip"):
        tiers.tier_of(tiers.KAFKA)


# No server


@pytest.mark.parametrize(
    ("fixture", "settings", "why"),
    [
        ("kafka", {"TIELINE_TEST_TIER": "docker"}, "Docker did not give the image"),
        ("postgres", {"TIELINE_TEST_TIER": "docker"}, "Docker did not give the image"),
        ("kafka", {"TIELINE_TEST_TIER": "address"}, "TIELINE_TEST_KAFKA holds none"),
        (
            "database",
            {"TIELINE_TEST_POSTGRES": "postgresql://x:secret@127.0.0.1:9/x"},
            "PostgreSQL at postgresql://127.0.0.1:9/x does not answer",
        ),
        ("prefix", {"TIELINE_TEST_KAFKA": "127.0.0.1:9"}, "Kafka at 127.0.0.1:9 does not answer"),
        (
            "kafka",
            {"HOME": "/nowhere", "https_proxy": "http://127.0.0.1:9"},
            "could not be fetched",
        ),
    ],
)
@pytest.mark.usefixtures("no_docker")
def test_a_server_that_cannot_be_had_fails_the_test_and_says_what_to_do(
    fixture: str, settings: dict[str, str], why: str, tmp_path: Path
) -> None:
    ran = pytest_on(tmp_path, A_TEST.format(fixture=fixture), **settings)
    assert ran.returncode == 1, ran.stdout
    assert why in ran.stdout
    assert (
        "This test needs a server. It is taken from the first of these that is there" in ran.stdout
    )
    assert "secret" not in ran.stdout
    assert "1 error" in ran.stdout
    assert "skipped" not in ran.stdout


@pytest.mark.usefixtures("no_docker")
def test_what_ran_is_in_the_summary(tmp_path: Path) -> None:
    ran = pytest_on(tmp_path, A_TEST.format(fixture="database"))
    assert ran.returncode == 0, ran.stdout
    assert "ran on PostgreSQL 18" in ran.stdout
    assert "by pip" in ran.stdout


# What tests leave


def test_a_database_goes_with_its_test(postgres: SharedPostgres) -> None:
    with postgres.a_database() as address:
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        held = psycopg.connect(address)  # a connection that is still open
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)
    held.close()


def test_databases_know_nothing_of_each_other(database: str, postgres: SharedPostgres) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    with postgres.a_database() as other, psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)


def test_topics_go_with_their_test(kafka: str, prefix: str, topics: Any) -> None:
    mine, another = f"{prefix}.commands", f"{prefix}-2.commands"
    topics.create_topics({mine: {}, another: {}}, wait_for_metadata=True)
    remove_topics(kafka, f"{prefix}.")
    until("its topics are gone", lambda: mine not in topics.list_topics())
    assert another in topics.list_topics()
    remove_topics(kafka, f"{prefix}-2.")


# Own servers


def test_a_database_of_ones_own_survives_being_killed(own_postgres: OwnPostgres) -> None:
    server = own_postgres()
    with psycopg.connect(server.create("kept")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.kill()
    server.start()
    with psycopg.connect(server.url("kept")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_cluster_of_ones_own_works_on_without_one_broker(own_kafka: OwnKafka) -> None:
    cluster = own_kafka(brokers=3)
    with admin_of(cluster.bootstrap) as admin:
        admin.create_topics({"kept": {"num_partitions": 3}}, wait_for_metadata=True)
    cluster.kill_one(0)
    producer: Any = KafkaProducer(bootstrap_servers=cluster.bootstrap.split(","), acks="all")
    sent = [producer.send("kept", b"x", partition=number) for number in range(3)]
    assert all(each.get(timeout=60).offset == 0 for each in sent)
    producer.close()
    cluster.start_one(0)
    assert all(server.running for server in cluster.servers)


# The end


@pytest.mark.usefixtures("no_docker")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_test_run_that_is_ended_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Neither a process nor a folder is left."""
    code = """
    from pathlib import Path
    from time import sleep

    def test_it(own_postgres):
        server = own_postgres()
        Path("said").write_text(f"{server.server.pid} {server.folder}")
        Path("said").rename("ready")
        sleep(60)
    """
    with started(tmp_path, dedent(code)) as run:
        ready = tmp_path / "ready"
        until("the servers run", ready.exists)
        pid, folder = ready.read_text().split()
        assert Path(folder).exists()
        run.send_signal(number)
        run.wait(30)
    until(f"process {pid} has ended", lambda: not is_running(int(pid)))
    until("its folder is gone", lambda: not Path(folder).exists())


@contextmanager
def admin_of(bootstrap: str) -> Generator[Any]:
    admin: Any = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        yield admin
    finally:
        admin.close()


def pytest_on(folder: Path, code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A test run of its own, which has only this test and the servers' fixtures."""
    with started(folder, code, **settings) as run:
        said, _ = run.communicate(timeout=100)
    return subprocess.CompletedProcess(run.args, run.returncode, said)


def started(folder: Path, code: str, **settings: str) -> subprocess.Popen[str]:
    (folder / "test_it.py").write_text(code)
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "tests.servers.plugin", "-s", "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
