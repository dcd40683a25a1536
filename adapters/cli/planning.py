"""Dry runs: the outcomes that commands would have, and the events. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adapters.cli.elsewhere import with_elsewhere
from adapters.cli.output import compact, give
from adapters.cli.sending import exit_code, identified, settings_here
from adapters.cli.telling import tell_outcome
from adapters.settings import Settings
from adapters.wiring.workers import door_of, planner_of

if TYPE_CHECKING:
    from adapters.engine.worker import Worker


def dry_run(message: Mapping[str, Any], output: str) -> int:
    """Say what one command would do; the exit code, 4 if a defect keeps it from being decided."""
    from adapters.engine.planning import without_drawn

    settings, tried = settings_here(), identified(message)
    with planner_of(settings) as worker:
        planned = outcomes_of_plan(worker, [compact(tried)], settings)[0]
    if "id" not in message:
        planned["data"] = without_drawn(planned["data"], tried["id"]) | {"command_id": None}
    give(with_elsewhere(planned, settings), output, tell_outcome)
    return exit_code([planned])


def outcomes_of_plan(
    worker: "Worker", lines: Sequence[str | bytes], settings: Settings
) -> Sequence[dict[str, Any]]:
    """The outcomes that lines would have."""
    from adapters.engine.planning import planned

    return planned(worker, door_of(settings, worker).from_lines(lines), settings.cell).outcomes
