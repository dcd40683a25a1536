"""Dry runs: the outcomes that commands would have, and the events. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from adapters.cli.elsewhere import with_elsewhere
from adapters.cli.output import compact, give
from adapters.cli.sending import exit_code, identified, settings_here
from adapters.cli.telling import tell_outcome
from adapters.settings import Settings
from adapters.wiring.workers import door_of, planner_of

if TYPE_CHECKING:
    from adapters.engine.worker import Worker
    from domain.engine.batch import Draft
    from domain.engine.log import EventRow
    from domain.engine.records import Recorded

_DRAWN: Final = frozenset({"service_key"})
"""Fields of events whose values are drawn by chance: nobody will ever quote a tried one."""


def dry_run(message: Mapping[str, Any], output: str) -> int:
    """Say what one command would do; the exit code, 4 if a defect keeps it from being decided."""
    settings, tried = settings_here(), identified(message)
    with planner_of(settings) as worker:
        planned = outcomes_of_plan(worker, [compact(tried)], settings)[0]
    if "id" not in message:
        planned["data"] = _without(planned["data"], tried["id"]) | {"command_id": None}
    give(with_elsewhere(planned, settings), output, tell_outcome)
    return exit_code([planned])


def _without(value: Any, drawn: str) -> Any:
    """A value without what is named by an id that was drawn only to try a command."""
    if isinstance(value, list):
        return [_without(each, drawn) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        told = cast("dict[str, Any]", value).items()
        return {name: _without(each, drawn) for name, each in told if each != drawn}
    return value


def outcomes_of_plan(
    worker: "Worker", lines: Sequence[str | bytes], settings: Settings
) -> list[dict[str, Any]]:
    """The outcomes that commands would have, each decided as if the ones before it had been
    written: every event with its data, every decrease with its plan. `again` marks the outcome of
    a command that was decided before.
    """
    draft = worker.plan(door_of(settings, worker).from_lines(lines))
    written = {f"{row.stream}/{row.version}": row for row in draft.rows}
    planned: list[dict[str, Any]] = []
    for outcome in draft.outcomes:
        answer: dict[str, Any] = {**outcome.as_cloudevent(settings.cell), "dryrun": True}
        if outcome.again:
            answer["again"] = True
        for event in answer["data"].get("events", []):
            if row := written.get(event["id"]):  # none for an event that was written before
                event["data"] = _data_of(row)
                if plan := _plan_of(worker, draft, row):
                    answer["data"]["plan"] = plan
        planned.append(answer)
    return planned


def _data_of(row: "EventRow") -> dict[str, Any]:
    """What an event would say, apart from what is drawn when it is written."""
    from domain.words.structs import as_json

    data = as_json(_recorded(row).event)
    return {name: value for name, value in data.items() if name not in _DRAWN}


def _recorded(row: "EventRow") -> "Recorded":
    """An event as it would be recorded."""
    from domain.engine.records import recorded

    return recorded(0, row.stream, row.version, row.kind, row.state)


def _plan_of(worker: "Worker", draft: "Draft", row: "EventRow") -> dict[str, Any] | None:
    """The plan of a decrease that would start, for the circuit as the commands before would have
    left it.
    """
    from domain.circuit.bandwidth_events import DecreaseStarted
    from domain.circuit.plan import plan_of
    from domain.engine.records import folded

    started = _recorded(row).event
    if not isinstance(started, DecreaseStarted):
        return None
    rows = [_recorded(each) for each in draft.rows if each.stream == row.stream]
    circuit = folded(row.stream, rows, worker.log.load(row.stream)[0])
    return plan_of(circuit, started.change_id, started, started.successor)
