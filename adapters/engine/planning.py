"""Dry runs: the outcomes that commands would have, and the events. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from adapters.engine.worker import Worker
from domain.circuit.bandwidth_events import DecreaseStarted
from domain.circuit.plan import plan_of
from domain.engine.batch import Arrival, Draft
from domain.engine.log import EventRow
from domain.engine.records import Recorded, folded, recorded
from domain.words.structs import as_json

_DRAWN: Final = frozenset({"service_key"})
"""Fields of events whose values are drawn by chance: nobody will ever quote a tried one."""


class Planned(NamedTuple):
    """What commands would do: their outcomes, and the versions of the streams that were read."""

    outcomes: Sequence[dict[str, Any]]
    holds_for: Mapping[str, int]


def wanted_change(bandwidth_mbps: int, strategy: str, *, auto_proceed: bool) -> dict[str, Any]:
    """The data of the change of bandwidth that is asked about: what it takes is what is asked, so
    an interruption is accepted.
    """
    return {
        "bandwidth_mbps": bandwidth_mbps,
        "strategy": strategy,
        "accept_interruption": True,
        "auto_proceed": auto_proceed,
    }


def without_drawn(value: Any, drawn: str) -> Any:
    """A value without what is named by an id that was drawn only to try a command."""
    if isinstance(value, list):
        return [without_drawn(each, drawn) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        told = cast("dict[str, Any]", value).items()
        return {name: without_drawn(each, drawn) for name, each in told if each != drawn}
    return value


def planned(worker: Worker, arrivals: Sequence[Arrival], cell: str) -> Planned:
    """The outcomes that commands would have, each decided as if the ones before it had been
    written: every event with its data, every decrease with its plan. `again` marks the outcome of
    a command that was decided before. Nothing is written.
    """
    return _told(worker, worker.plan(arrivals), cell)


def each_planned(worker: Worker, arrivals: Sequence[Arrival], cell: str) -> list[Planned]:
    """What commands would do, each by itself and all as of one moment: of many of which one is to
    be chosen.
    """
    return [_told(worker, draft, cell) for draft in worker.plan_each(arrivals)]


def _told(worker: Worker, draft: Draft, cell: str) -> Planned:
    written = {f"{row.stream}/{row.version}": row for row in draft.rows}
    outcomes: list[dict[str, Any]] = []
    for outcome in draft.outcomes:
        answer: dict[str, Any] = {**outcome.as_cloudevent(cell), "dryrun": True}
        if outcome.again:
            answer["again"] = True
        for event in answer["data"].get("events", []):
            if row := written.get(event["id"]):  # none for an event that was written before
                event["data"] = _data_of(row)
                if plan := _plan_of(worker, draft, row):
                    answer["data"]["plan"] = plan
        outcomes.append(answer)
    return Planned(outcomes, draft.read_at)


def _data_of(row: EventRow) -> dict[str, Any]:
    """What an event would say, apart from what is drawn when it is written."""
    data = as_json(_recorded(row).event)
    return {name: value for name, value in data.items() if name not in _DRAWN}


def _recorded(row: EventRow) -> Recorded:
    """An event as it would be recorded."""
    return recorded(0, row.stream, row.version, row.kind, row.state)


def _plan_of(worker: Worker, draft: Draft, row: EventRow) -> dict[str, Any] | None:
    """The plan of a decrease that would start, for the circuit as the commands before would have
    left it.
    """
    started = _recorded(row).event
    if not isinstance(started, DecreaseStarted):
        return None
    rows = [_recorded(each) for each in draft.rows if each.stream == row.stream]
    circuit = folded(row.stream, rows, worker.log.load(row.stream)[0])
    return plan_of(circuit, started.change_id, started, started.successor)
