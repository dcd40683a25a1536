"""Dry runs: the outcomes that commands would have, and the events. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from adapters.cli.elsewhere import with_elsewhere
from adapters.cli.output import compact, give
from adapters.cli.sending import exit_code, settings_here
from adapters.cli.telling import tell_outcome
from adapters.settings import Settings
from adapters.wiring.workers import door_of, planner_of

if TYPE_CHECKING:
    from adapters.engine.worker import Worker
    from domain.engine.batch import Draft
    from domain.engine.log import EventRow
    from domain.engine.records import Recorded

_DECREASE: Final = "tieline.bandwidth.decrease-started.v1"


def dry_run(message: Mapping[str, Any], output: str) -> int:
    """Say what one command would do; the exit code, 4 if a defect keeps it from being decided."""
    settings = settings_here()
    with planner_of(settings) as worker:
        planned = outcomes_of_plan(worker, [compact(message)], settings)[0]
    give(with_elsewhere(planned, settings), output, tell_outcome)
    return exit_code([planned])


def outcomes_of_plan(
    worker: "Worker", lines: Sequence[str | bytes], settings: Settings
) -> list[dict[str, Any]]:
    """The outcomes that commands would have, each decided as if the ones before it had been
    written: every event with its data, every decrease with its plan.
    """
    draft = worker.plan(door_of(settings).from_lines(lines))
    written = {f"{row.stream}/{row.version}": row for row in draft.rows}
    planned: list[dict[str, Any]] = []
    for outcome in draft.outcomes:
        answer: dict[str, Any] = {**outcome.as_cloudevent(settings.cell), "dryrun": True}
        for event in answer["data"].get("events", []):
            if row := written.get(event["id"]):  # none for an event that was written before
                event["data"] = _data_of(row)
                if event["type"] == _DECREASE:
                    answer["data"]["plan"] = _plan_of(worker, draft, event)
        planned.append(answer)
    return planned


def _data_of(row: "EventRow") -> dict[str, Any]:
    """What an event would say."""
    from domain.words.structs import as_json

    return as_json(_recorded(row).event)


def _recorded(row: "EventRow") -> "Recorded":
    """An event as it would be recorded."""
    from domain.engine.records import recorded

    return recorded(0, row.stream, row.version, row.kind, row.state)


def _plan_of(worker: "Worker", draft: "Draft", event: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a decrease, for the circuit as the commands before would have left it."""
    from domain.circuit.plan import plan_of
    from domain.engine.records import folded

    stream, data = event["id"].rpartition("/")[0], event["data"]
    rows = [_recorded(row) for row in draft.rows if row.stream == stream]
    circuit = folded(stream, rows, worker.log.load(stream)[0])
    return plan_of(
        circuit, data["change_id"], data["bandwidth_mbps"], data["strategy"], data["successor"]
    )
