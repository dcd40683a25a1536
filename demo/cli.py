"""`tieline demo`: the story of one circuit, told for a reader, then the figures of a whole year."""

import sys
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give
from adapters.cli.progress import progress
from adapters.cli.sending import settings_here
from adapters.clocks import MessageClock
from adapters.settings import Settings
from adapters.wiring.embedded import embedded
from adapters.wiring.views import views_of

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded
    from demo.run import Figures

app = verbs("Tell a circuit's story, then run a whole year.")

START: Final = "2026-01-01T00:00:00.000000Z"
"""The engine's clock begins here and follows the commands' times."""

OWNER: Final = "user:owner"
"""Who owns the CSP of the story."""

CIRCUITS_PER_CUSTOMER: Final = 7.5


@app.command()
def demo(
    customers: Annotated[int, typer.Option(min=1, help="Customers of the year.")] = 200,
    circuits: Annotated[
        int | None,
        typer.Option(
            min=1, show_default=False, help="Circuits ordered; 7.5 a customer unless given."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 1,
    write_year: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Only write the year into DIR, 52 JSON-lines files."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="An empty one, e.g. sqlite:///demo.db; by default temporary."
        ),
    ] = None,
    output: Output = "table",
) -> None:
    """Tell a circuit's story, then run a generated year of a provider and show its figures.

    It does not touch your data: it runs in a database of its own, which is kept for you to look at.
    """
    ordered = circuits or max(1, round(customers * CIRCUITS_PER_CUSTOMER))
    if write_year is not None:
        _write(write_year, seed, customers, ordered, output)
        return
    settings = _settings(database)
    random = Random(seed)  # noqa: S311 - a story, not a secret
    with embedded(settings, MessageClock(START), random.randbytes) as parts:
        _refuse_what_is_used(parts, settings)
        page = _tell_and_run(parts, settings, (seed, customers, ordered), output)
    give(page, output, _told_already)


def _tell_and_run(
    parts: "Embedded", settings: Settings, size: tuple[int, int, int], output: str
) -> dict[str, Any]:
    from demo.page import Teller
    from demo.run import figures, peak_mib, run
    from demo.story import told
    from demo.year import weeks

    teller = Teller() if output == "table" else None
    if teller:
        teller.open(settings.database)
    for each in told(parts):
        if teller:
            teller.tell(each, parts)
    if teller:
        teller.begin_year(*size)
    with progress("a year, week by week", 52) as advance:
        tally = run(parts, weeks(*size), advance)
    with views_of(settings, *_shapes()) as live:
        found = figures(live, parts.worker.log.mark().position)
    speed = {
        "commands": tally.submitted,
        "decided": tally.decided,
        "per_second": tally.per_second,
        "deciding_seconds": round(tally.deciding, 2),
        "viewing_seconds": round(tally.viewing, 2),
        "peak_mib": peak_mib(),
    }
    if teller:
        teller.close(found, speed, settings.database)
    return _page(found, speed, settings)


def _page(found: "Figures", speed: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return {**asdict(found), **speed, "database": settings.database}


def _told_already(_: Any) -> None:
    """Print nothing: people were told while it ran."""


def _settings(database: str | None) -> Settings:
    """A database of the demo's own: nothing of the user's is touched unless it is named."""
    if database is None:
        database = f"sqlite:///{Path(mkdtemp(prefix='tieline-demo-')) / 'tieline.db'}"
    elif "://" not in database:
        database = f"sqlite:///{database}"
    return replace(
        settings_here(),
        database=database,
        views=database,
        keys="",
        master_key="",
        owner=OWNER,
        network="simulated",
    )


def _refuse_what_is_used(parts: "Embedded", settings: Settings) -> None:
    if parts.worker.log.mark().position:
        raise typer.BadParameter(f"{settings.database} is not empty; name a new file")


def _shapes() -> Any:
    from projections import (
        alarms,
        changes,
        circuits,
        customers,
        locations,
        networks,
        route_filters,
        trail,
    )

    shown = (circuits, customers, locations, networks, route_filters, changes, alarms, trail)
    return tuple(view.SHAPE for view in shown)


def _write(folder: Path, seed: int, customers: int, circuits: int, output: str) -> None:
    from demo.year import write

    files = write(folder, seed, customers, circuits)
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    document = {"folder": str(folder), "files": len(files), "commands": lines}
    give(document, output)
    if output == "table":
        print(f"Submit them in order: tieline submit {folder}/week-*.jsonl", file=sys.stderr)
