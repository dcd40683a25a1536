"""Messages printed for people: outcomes, events, plans."""

from collections.abc import Sequence
from typing import Final

from adapters.cli.output import Document, spoken
from adapters.cli.visible import say

_KEPT: Final = "Nothing is lost: see 'tieline parked list'."
_PLANNED: Final = "Sent now, it would be parked; nothing was written."
_MARK: Final = {"accepted": "+", "refused": "x", "parked": "!"}

_PEERINGS: Final = {
    "carries_over": "peerings carried over",
    "interrupts": "peerings interrupted",
}


def kind_of(outcome: Document) -> str:
    """`accepted`, `refused` or `parked`."""
    return str(outcome["type"]).split(".")[2]


def tell_outcome(outcome: Document) -> None:
    """What became of one command."""
    data, kind = outcome["data"], kind_of(outcome)
    about = " ".join(str(each) for each in (data["command_id"], outcome.get("subject")) if each)
    became = _of_dry_run(outcome) if outcome.get("dryrun") else kind
    say(f"{_MARK[kind]} {became}  {about or 'a line that could not be read'}")
    if kind == "parked":
        say(f"    {data['error']}")
        say(f"    {_PLANNED if outcome.get('dryrun') else _KEPT}")
        return
    if kind == "refused":
        _tell_refusal(data["refusal"])
        _tell_elsewhere(data.get("elsewhere", []))
        return
    for event in data["events"]:
        say(f"    {event['id']}  {words_of(event['type'])}{_details(event.get('data'))}")
    if "secret" in data:
        say(f"    the secret: {data['secret']}")
    if not data["events"]:
        say("    Nothing to do: already so.")
    for warning in data["warnings"]:
        say(f"    look: {warning['message']}")
    if data.get("plan"):
        tell_plan(data["plan"])


def _of_dry_run(outcome: Document) -> str:
    """Nobody takes what would happen for what has happened."""
    if outcome.get("again"):
        return f"was {kind_of(outcome)} before; nothing was written"
    return f"would be {kind_of(outcome)}; nothing was written"


def _tell_refusal(refusal: Document) -> None:
    say(f"    {refusal['code']}: {refusal['message']}")
    for blocker in refusal["blockers"]:
        say(f"    - {blocker['what']}; removed by {blocker['removed_by']}")
    if more := refusal["facts"].get("more_blockers"):
        say(f"    - and {more} more")
    if plan := refusal["facts"].get("plan"):
        tell_plan(plan)


def _tell_elsewhere(rooms: Sequence[Document]) -> None:
    """Other locations where the provider's circuit would fit."""
    if rooms:
        say("    With the same provider there is room at:")
    for room in rooms:
        say(f"    - {room['location_id']}: {room['free_mbps']} Mbit/s free on {room['pair']}")


def tell_plan(plan: Document) -> None:
    """A teardown, or a teardown and recreate, step by step."""
    say(f"    {_title(plan)}:")
    if "successor" in plan:
        rates = f"from {plan['from_mbps']} to {plan['bandwidth_mbps']} Mbit/s"
        say(f"      {rates} on {plan['successor']}")
    say(f"      interrupted {plan['interruption']}")
    for name in ("carries_over", "interrupts"):
        if name in plan:
            say(f"      {_PEERINGS[name]}: {spoken(plan[name])}")
    for number, step in enumerate(plan["steps"], 1):
        say(f"      {number}. {step['step']} ({step['by']})")


def _title(plan: Document) -> str:
    change = f" of {plan['change_id']}" if "change_id" in plan else ""
    strategy = f", {plan['strategy']}" if "strategy" in plan else ""
    return f"The plan{change}{strategy}"


def words_of(kind: str) -> str:
    """`tieline.circuit.provisioning-begun.v1` is `circuit provisioning begun`."""
    return " ".join(kind.split(".")[1:-1]).replace("-", " ")


def tell_event(event: Document) -> None:
    """One event on one line: where, what, and what it says."""
    say(f"    {event['id']}  {words_of(event['type'])}{_details(event.get('data'))}")


def _details(data: Document | None) -> str:
    told = {name: value for name, value in (data or {}).items() if value not in (None, [], {})}
    return f": {spoken(told)}" if told else ""
