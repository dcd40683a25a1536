"""`python -m stack`: Kafka, PostgreSQL and all of tieline's parts in the foreground, until Ctrl-C.

Their data stays in the folder, and so do their ports: addresses that were exported once are still
right after the next start.
"""

import fcntl
import json
import shutil
import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import Any, Final

import psycopg

from stack import jars
from stack.kafka import Cluster
from stack.parts import ROLES, Parts, say
from stack.postgres import Postgres
from stack.processes import NotReady, free_ports

DATABASE: Final = "tieline"
WEB: Final = "web"
"""The name of the port where people and programs are answered."""


def main() -> int:
    """Run the stack; returns the exit code."""
    asked = _arguments()
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(folder), ExitStack() as running:
            if asked.fresh:
                _empty(folder)
            _heed_signals()
            run(folder, running, parts=not asked.servers_only)
    except NotReady as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except KeyboardInterrupt:
        say("stack", ["stopped"])
    return 0


def run(folder: Path, running: ExitStack, *, parts: bool) -> None:
    """Start everything, print its addresses, watch over it. Raises NotReady, KeyboardInterrupt."""
    ports = _ports(folder / "ports.json")
    settings = _start_servers(folder, ports, running)
    watched = None
    if parts:
        listens = f"127.0.0.1:{ports[WEB]}"
        theirs = {**settings, "TIELINE_HTTP": listens}
        watched = Parts([ports[name] for name in ROLES], folder / "logs", theirs)
        running.callback(watched.stop)
        say("stack", [f"starting {', '.join(ROLES)}"])
        watched.start()
        say("stack", [f"{p.name:<8}  pid {p.server.pid}  metrics {p.port}" for p in watched.all])
        say("stack", [f"console and API: http://{listens}"])
    say("stack", ["ready; for another shell:"])
    sys.stdout.write("".join(f"export {name}={value}\n" for name, value in settings.items()))
    sys.stdout.flush()
    while True:
        if watched:
            watched.watch()
        else:
            sleep(1)


def _start_servers(folder: Path, ports: Mapping[str, int], running: ExitStack) -> dict[str, str]:
    if not jars.are_here():
        say("stack", ["fetching Kafka, 44 MB, only once"])
    say("stack", ["starting Kafka and PostgreSQL"])
    postgres = Postgres(folder / "postgres", port=ports["postgres"])
    running.callback(postgres.stop)
    postgres.start()
    cluster = Cluster(folder / "kafka", ports=[ports["kafka"]])
    running.callback(cluster.stop)
    cluster.start()
    with psycopg.connect(postgres.url()) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        is_there = found.fetchone() is not None
    address = postgres.url(DATABASE) if is_there else postgres.create(DATABASE)
    say("stack", [f"kafka     pid {cluster.servers[0].pid}  port {ports['kafka']}"])
    say("stack", [f"postgres  pid {postgres.server.pid}  port {ports['postgres']}"])
    return {
        "TIELINE_KAFKA": cluster.bootstrap,
        "TIELINE_DATABASE": address,
        "TIELINE_VIEWS": address,
        "TIELINE_NETWORK": "simulated",
        "TIELINE_KEYS": str(folder.absolute() / "tieline.keys"),
    }


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m stack", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path("var/stack"), help="where it keeps its data"
    )
    parser.add_argument("--fresh", action="store_true", help="delete what was kept before")
    parser.add_argument("--servers-only", action="store_true", help="without tieline's parts")
    return parser.parse_args()


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Keep other stacks out of this folder. Raises NotReady if one runs there."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise NotReady(f"a stack runs already in {folder}: stop it with Ctrl-C") from fault
        yield


def _empty(folder: Path) -> None:
    for child in folder.iterdir():
        if child.is_dir():
            shutil.rmtree(child)


def _heed_signals() -> None:
    """SIGTERM and a closed terminal stop it as Ctrl-C does; further signals are then ignored."""
    heeded = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def ask(_number: int, _frame: Any) -> None:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in heeded:
        signal.signal(number, ask)


def _ports(file: Path) -> dict[str, int]:
    """The ports of the last run if they are still free, otherwise new ones."""
    names = ("kafka", "postgres", *ROLES, WEB)
    kept: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if kept.keys() != set(names) or not all(map(_is_free, kept.values())):
        kept = dict(zip(names, free_ports(len(names)), strict=True))
        file.write_text(json.dumps(kept, indent=2))
    return kept


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
