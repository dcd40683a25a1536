"""Kafka's jars: fetched from Maven once, then kept in its cache."""

import fcntl
import os
import tempfile
import zipfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, redirect_stderr
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Final

from stack.processes import NotReady

KAFKA: Final = "4.3.1"
ARTIFACTS: Final = f"org.apache.kafka:kafka_2.13:{KAFKA}+org.slf4j:slf4j-simple:1.7.36"


def class_path() -> str:
    """The class path of Kafka. Raises NotReady."""
    return os.pathsep.join(map(str, jars()))


@cache
def jars() -> tuple[Path, ...]:
    """The jars, on this machine. Raises NotReady."""
    try:
        with _alone():
            return tuple(_fetched())
    except (OSError, RuntimeError, ValueError) as fault:
        raise NotReady(
            f"Kafka's jars ({ARTIFACTS}) could not be fetched from Maven: {fault}\n"
            "They are fetched once; after that no network is needed."
        ) from fault


def are_here() -> bool:
    """Whether the jars were fetched before, so that there is nothing to wait for."""
    from jgo.config import GlobalSettings  # noqa: PLC0415 - loads much, and is rarely needed

    return (GlobalSettings.load().repo_cache / "org/apache/kafka/kafka_2.13" / KAFKA).exists()


def _fetched() -> list[Path]:
    import jgo  # noqa: PLC0415

    with redirect_stderr(StringIO()):  # it warns that a tool is missing which nothing here needs
        found = jgo.build(ARTIFACTS)
        broken = [jar for jar in found.all_jars if not zipfile.is_zipfile(jar)]
        if broken or not found.lock_path.exists():  # the last fetch was interrupted
            _remove(broken)
            found = jgo.build(ARTIFACTS, update=True)
    return found.all_jars


def _remove(broken: Iterable[Path]) -> None:
    from jgo.config import GlobalSettings  # noqa: PLC0415

    kept = GlobalSettings.load().repo_cache
    for jar in broken:
        for copy in (jar, *kept.rglob(jar.name)):
            copy.unlink(missing_ok=True)


@contextmanager
def _alone() -> Generator[None]:
    """Keep this user's other processes from fetching meanwhile: jgo's downloads can't be shared."""
    with Path(tempfile.gettempdir(), f"tieline-jars-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
