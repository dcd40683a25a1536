"""How long the command line takes to start, and how much memory a year's submission takes."""

import os
import resource
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.log import open_log
from bench.year import Size
from demo.year import write
from projections import locations
from projections.database import opened, reading
from projections.feed import LogFeed
from projections.runner import Runner
from projections.views import VIEWS

PYTHON = [sys.executable]
TIELINE = [str(Path(sys.executable).with_name("tieline"))]


def seconds(command: list[str], database: str = "") -> float:
    """How long a command takes from start to end."""
    environment = os.environ | ({"TIELINE_DATABASE": database} if database else {})
    started = perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - started


def shown(file: str, log: str) -> str:
    """Make a database with the log and the views as they are after a year; returns the id of a
    location in it.
    """
    shutil.copy(log, file)
    database = f"sqlite:///{file}"
    engine = opened(database)
    with closing(open_log(database)) as source:
        Runner(engine, LogFeed(source), VIEWS).catch_up()
    with reading(engine) as live:
        return str(locations.LISTING.page(live, {}).rows[0]["location_id"])


def submitting(folder: str, size: Size) -> list[float]:
    """Megabytes at the peak, and seconds, of `tieline submit` with a year's files."""
    with TemporaryDirectory(dir=folder) as place:
        files = [str(file) for file in write(Path(place, "year"), **size)]
        environment = os.environ | {"TIELINE_DATABASE": f"sqlite:///{Path(place, 'tieline.db')}"}
        command = [*TIELINE, "submit", *files]
        started = perf_counter()
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        took = perf_counter() - started
    assert done.returncode == 1, f"a year has refusals, so submit exits 1, not {done.returncode}"
    return [peak(resource.RUSAGE_CHILDREN), took]


def starting(command: list[str]) -> float:
    """Megabytes at the peak of a command."""
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return peak(resource.RUSAGE_CHILDREN)


def peak(who: int) -> float:
    """The peak resident memory in megabytes (the kernel counts in kibibytes)."""
    kibibytes = resource.getrusage(who).ru_maxrss
    return kibibytes * 1024 / 1e6
