"""All parts as processes, a load on them, and a Prometheus that scrapes them."""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from uuid import uuid4

import yaml
from kafka import KafkaProducer

from adapters.observe.metrics import OF_PART
from stack.processes import Server, free_ports
from tests.observe.deployed import PROMETHEUS
from tests.observe.messages import story
from tests.running import Tieline
from tests.servers.shared import remove_topics

EVERY: Final = "500ms"
"""How often this Prometheus scrapes: a test should not take minutes."""

LOAD_SECONDS: Final = 8.0
PATIENCE: Final = 60.0


class Run:
    """All parts at work; `targets` has the address of each part's metrics, by the part's name."""

    def __init__(self, kafka: str, prefix: str, targets: Mapping[str, str]) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self.targets = targets

    def load(self) -> None:
        """Publish commands for a few seconds; some are refused, one is repeated, one unreadable."""
        producer = KafkaProducer(bootstrap_servers=self._kafka.split(","), linger_ms=0)
        topic = f"{self._prefix}.commands"
        try:
            for message in [*story(), story()[0]]:
                self._publish(producer, topic, message)
            producer.send(topic, b"\xff no command")
            until, number = monotonic() + LOAD_SECONDS, 0
            while monotonic() < until:
                number += 1
                self._publish(producer, topic, _customer(number))
                sleep(0.05)
            producer.flush(10)
        finally:
            producer.close(timeout=10)

    @staticmethod
    def _publish(producer: Any, topic: str, message: Mapping[str, Any]) -> None:
        headers = [("content-type", b"application/cloudevents+json")]
        key = message["subject"].encode()
        producer.send(topic, json.dumps(message).encode(), key=key, headers=headers)


def _customer(number: int) -> dict[str, Any]:
    """A customer to register; every fifth exists already."""
    name = f"c{number - number % 5}" if number % 5 == 1 else f"c{number}"
    return story()[0] | {"id": f"load-{number}", "subject": f"customer/{name}"}


_LISTENS = r'"(?:metrics|http)": "([^"]+)".*"listening"'


@contextmanager
def a_run(kafka: str, database: str, folder: Path) -> Generator[Run]:
    """One part of every kind, until the context is left."""
    prefix = f"test-{uuid4().hex[:12]}"
    tieline = Tieline(
        folder,
        TIELINE_KAFKA=kafka,
        TIELINE_DATABASE=database,
        TIELINE_PREFIX=prefix,
        TIELINE_NETWORK="simulated",
        TIELINE_PARTITIONS="2",
        TIELINE_HTTP="127.0.0.1:0",
    )
    with ExitStack() as held:
        held.callback(remove_topics, kafka, f"{prefix}.")
        targets: dict[str, str] = {}
        alone = Tieline(folder, TIELINE_HTTP="127.0.0.1:0")
        for part in OF_PART:
            output = folder / f"{part}.log"
            environment = (alone if part == "serve" else tieline).environment
            server = Server(tieline.command(part), output, environment=environment)
            held.callback(server.stop)
            server.start(lambda said: '"listening"' in said)
            targets[part] = re.findall(_LISTENS, output.read_text())[0]
        yield Run(kafka, prefix, targets)


class Prometheus:
    """A Prometheus that runs."""

    def __init__(self, address: str) -> None:
        self._address = address

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The series that a query gives now. Raises HTTPError if it is no valid query."""
        asked = urllib.parse.urlencode({"query": query})
        return self._get(f"/api/v1/query?{asked}")["result"]

    def rules(self) -> list[dict[str, Any]]:
        """The alerts, with their states."""
        groups = self._get("/api/v1/rules")["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://{self._address}{path}", timeout=10) as answer:
            return json.load(answer)["data"]

    def wait_for(self, query: str) -> list[dict[str, Any]]:
        """The series of a query as soon as it gives numbers; an empty list if it never does."""
        until = monotonic() + PATIENCE
        while not (found := [each for each in self.ask(query) if each["value"][1] != "NaN"]):
            if monotonic() > until:
                return []
            sleep(0.25)
        return found


@contextmanager
def watched(run: Run, program: str, folder: Path) -> Generator[Prometheus]:
    """A Prometheus that scrapes a run, with the alerts of deploy/, until the context is left."""
    (port,) = free_ports(1)
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(_config(run)), encoding="utf-8")
    address = f"127.0.0.1:{port}"
    server = Server(
        [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
        ],
        folder / "prometheus.log",
    )
    server.start(lambda said: "Server is ready to receive web requests" in said)
    try:
        yield Prometheus(address)
    finally:
        server.stop()


def _config(run: Run) -> Mapping[str, Any]:
    """As in deploy/, with the parts' own addresses and a shorter interval."""
    return {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(PROMETHEUS / "alerts.yml")],
        "scrape_configs": [
            {
                "job_name": f"tieline-{part}",
                "static_configs": [{"targets": [target], "labels": {"cell": "test"}}],
            }
            for part, target in run.targets.items()
        ],
    }
