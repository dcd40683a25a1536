"""How the demo looks: the story as it unfolds, and the closing page. Colours on a terminal only."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from shutil import which
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo import sentences
from demo.story import Aside, Chapter, Part, Question

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded
    from demo.run import Figures
    from domain.circuit.state import Circuit
    from domain.engine.outcomes import Outcome
    from domain.engine.records import Recorded

_TOP: Final = 12
"""Locations and refusal codes shown on the closing page."""

_WIDTH: Final = 100

_FURTHER: Final = (
    "circuit list",
    "alarms list",
    "changes list --overdue",
    "audit trail circuit/acme-fra-1",
)
"""What a reader may ask next."""


class Teller:
    """Tells on standard output."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _WIDTH
        self._console = Console(width=width, highlight=False, soft_wrap=width is not None)

    def open(self, database: str) -> None:
        """The title."""
        self._say("[bold]One circuit, from the order to its successor[/]")
        self._say(
            "Below are commands, decided by the rules, and the events that were recorded for good "
            f"in\n[dim]{escape(database)}[/].\n"
            "The simulated network plays the provider; the clock follows the story.\n"
        )

    def tell(self, part: Part, parts: "Embedded") -> None:
        """One step of the story, what somebody might have tried instead, or a question."""
        match part:
            case Chapter():
                self._tell_chapter(part, parts)
            case Aside():
                self._tell_aside(part)
            case Question():
                self._tell_question(part)

    def _tell_chapter(self, chapter: Chapter, parts: "Embedded") -> None:
        when = str(chapter.command.get("time", ""))[:16].replace("T", " ")
        self._say(f"[cyan]{when}[/]  [bold]{escape(sentences.of_command(chapter.command))}[/]")
        if chapter.outcome.refusal:
            self._tell_refusal(chapter.outcome)
        self._tell_events(chapter.written, "  ")
        for warning in chapter.outcome.warnings:
            self._say(f"    [yellow]! {warning['code']}[/]  {escape(warning['message'])}")
        if chapter.followed:
            self._say("    [dim]and by itself:[/]")
            self._tell_events(chapter.followed, "    ")
        for stream in self._circuits(chapter):
            self._tell_state(parts.worker.state(stream))
        self._say("")

    def _tell_aside(self, aside: Aside) -> None:
        self._say(f"  [yellow]What if?[/] Somebody tries {aside.why}.")
        self._tell_refusal(aside.outcome)
        self._say("")

    def _tell_question(self, asked: Question) -> None:
        hop = asked.hop
        via = f" via {', '.join(hop['via'])}" if hop["via"] else ""
        self._say(
            f"  [blue]Where to?[/] Subnet {asked.subnet} of {asked.network_id} sends what is for "
            f"{hop['address']} to {hop['next_hop']}{via}.\n    [dim]{escape(hop['reason'])}[/]\n"
        )

    def _tell_refusal(self, outcome: "Outcome") -> None:
        refusal = outcome.refusal
        if refusal is None:
            return
        self._say(f"    [red]✗ {refusal.code}[/]  {escape(refusal.message)}")
        for blocker in refusal.blockers:
            self._say(f"      – {escape(blocker.what)}; removed by {escape(blocker.removed_by)}")
        if plan := refusal.facts.get("plan"):
            self._say(f"      It would be interrupted {escape(plan['interruption'])}:")
            for number, step in enumerate(plan["steps"], 1):
                self._say(f"      {number}. {escape(step['step'])} [dim]({step['by']})[/]")

    def _tell_events(self, events: "Sequence[Recorded]", indent: str) -> None:
        for each in events:
            told = sentences.of_event(each.as_cloudevent(""))
            self._say(f"{indent}[green]✓[/] [dim]{each.id:<27}[/] {escape(told)}")

    def _circuits(self, chapter: Chapter) -> list[str]:
        streams = (each.stream for each in (*chapter.written, *chapter.followed))
        return [each for each in dict.fromkeys(streams) if each.startswith("circuit/")]

    def _tell_state(self, circuit: "Circuit") -> None:
        self._say(f"    [magenta]{circuit.circuit_id}[/] {_state(circuit)}")

    def begin_year(self, seed: int, customers: int, circuits: int) -> None:
        """The title of the second part."""
        self._say("[bold]A year of a provider[/]")
        self._say(
            f"{customers} customers, {circuits} circuits, 52 weeks at real locations with real "
            f"providers (seed {seed});\nabout one command in ten is wrong in a way people are "
            "wrong.\n"
        )

    def close(self, found: "Figures", speed: Mapping[str, Any], database: str) -> None:
        """The closing page."""
        self._table("Circuits by state", _circuit_rows(found), ("state", "circuits", "Mbit/s"))
        rows = _location_rows(found.locations[:_TOP])
        heads = ("location", "taken", "of Mbit/s", "full")
        self._table(f"Capacity, {len(rows)} of {len(found.locations)} locations", rows, heads)
        ends = [(name, f"{count:,}") for name, count in found.changes.items()]
        self._table("Changes of bandwidth", ends, ("how they stand", "changes"))
        self._say(_hanging(found.hanging))
        self._table(
            "Alarms",
            [_alarm_row(each) for each in found.alarms],
            ("kind", "raised in the year", "still raised", "acknowledged"),
        )
        codes = [(name, f"{count:,}") for name, count in list(found.refusals.items())[:_TOP]]
        others = sum(list(found.refusals.values())[_TOP:])
        self._table(
            "Refusals",
            [*codes, *([("all others", f"{others:,}")] if others else [])],
            ("code", "attempts"),
        )
        self._say(
            f"{speed['commands']:,} commands submitted, {speed['decided']:,} decided with what the "
            f"network and the process sent;\n{found.events:,} events of {found.customers:,} "
            "customers. "
            f"[bold]{speed['per_second']:,} commands a second[/], durable; the views took "
            f"{speed['viewing_seconds']} s more.\nPeak memory {speed['peak_mib']} MiB.\n"
        )
        self._say("Look further:")
        for verb in _FURTHER:
            self._say(f"  TIELINE_DATABASE={escape(database)} {escape(_as_typed())} {verb}")

    def _table(self, title: str, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for number, head in enumerate(heads):
            table.add_column(head, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)

    def _say(self, text: str) -> None:
        self._console.print(text)


def _state(circuit: "Circuit") -> str:
    """What a circuit is, and what hangs on it."""
    if circuit.removed_at:
        return "is deleted"
    peerings = ", ".join(each.routing_domain for each in circuit.peerings) or "no peering"
    networks = f", connected to {', '.join(circuit.connections)}" if circuit.connections else ""
    return (
        f"is {circuit.provider_state} and {circuit.circuit_state}, "
        f"{circuit.bandwidth_mbps} Mbit/s, {peerings}{networks}"
    )


def _as_typed() -> str:
    """`tieline` if a shell finds it by its name, otherwise the path that it was started by."""
    started, found = Path(sys.argv[0]), which("tieline")
    known = started.name == str(started) or (found and Path(found).samefile(started))
    return "tieline" if known else quote(str(started))


def _alarm_row(counts: Mapping[str, Any]) -> tuple[str, ...]:
    figures = (counts[name] for name in ("ever", "raised", "acknowledged"))
    return (counts["alarm"], *(f"{each:,}" for each in figures))


def _hanging(counts: Mapping[str, int]) -> str:
    return (
        f"{counts['networks']:,} networks with {counts['connections']:,} connections to circuits; "
        f"{counts['route_filters']:,} route filters\non {counts['filtered_peerings']:,} peerings; "
        f"{counts['drifting_circuits']:,} circuits drift from what is agreed.\n"
    )


def _circuit_rows(found: "Figures") -> list[tuple[str, str, str]]:
    counts: dict[str, tuple[int, int]] = {}
    for each in found.circuits:
        state = (
            "deleted" if each["deleted"] else f"{each['provider_state']}, {each['circuit_state']}"
        )
        if each["resource_state"] == "failed":
            state += ", rejected by the provider"
        count, rate = counts.get(state, (0, 0))
        counts[state] = count + each["count"], rate + each["bandwidth_mbps"]
    ordered = sorted(counts.items(), key=lambda item: -item[1][0])
    return [(state, f"{count:,}", f"{rate:,}") for state, (count, rate) in ordered]


def _location_rows(locations: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            each["location_id"],
            f"{each['taken_mbps']:,}",
            f"{each['taken_mbps'] + each['free_mbps']:,}",
            f"{100 * each['taken_mbps'] // (each['taken_mbps'] + each['free_mbps'])} %",
        )
        for each in locations
    ]
