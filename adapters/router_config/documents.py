"""The configurations of the routers at the ends of a circuit, as one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from adapters.router_config.configuring import configuration
from adapters.router_config.policies import WITHHELD, Announced
from adapters.router_config.recorded import announced_on
from adapters.router_config.rendering import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.router_config.model import End
    from projections.projection import Row

_NOT_SHOWN: Final = "(not shown)"

Read = Callable[[str, str], "Row"]
"""`read(kind, id)`: the row of a thing that exists."""


class NothingToConfigure(Exception):
    """There is nothing to configure; the text says why. `deleted` where there once was."""

    def __init__(self, said: str, *, deleted: bool) -> None:
        super().__init__(f"{said}, so there is nothing to configure")
        self.deleted = deleted


def document(
    circuit: Row, read: Read, style: str, ends: Sequence[End], template: Path | None = None
) -> dict[str, Any]:
    """The configurations of some ends of a circuit. Raises NothingToConfigure, TemplateFault."""
    refuse_unconfigurable(circuit)
    return _document(circuit, announced_on(circuit, read), read, style, ends, template)


def provided_document(circuit: Row, read: Read, style: str, ends: Sequence[End]) -> dict[str, Any]:
    """The same for the circuit's provider: without its customer, and what that one announces."""
    refuse_unconfigurable(circuit)
    peerings = [{**each, "md5_key": None} for each in circuit["peerings"]]
    shown = {**circuit, "customer_id": _NOT_SHOWN, "peerings": peerings}
    announced = {str(each["routing_domain"]): WITHHELD for each in peerings}
    return _document(shown, announced, read, style, ends, None)


def refuse_unconfigurable(circuit: Row) -> None:
    """Raises NothingToConfigure for a circuit that is gone, or has no peering."""
    id, successor = circuit["circuit_id"], circuit["replaced_by"]
    if circuit["deleted"]:
        by = f", replaced by {successor}" if successor else ""
        raise NothingToConfigure(f"circuit {id} is deleted{by}", deleted=True)
    if not circuit["peerings"]:
        raise NothingToConfigure(f"circuit {id} has no peering", deleted=False)


def _document(
    circuit: Row,
    announced: Mapping[str, Announced],
    read: Read,
    style: str,
    ends: Sequence[End],
    template: Path | None,
) -> dict[str, Any]:
    location = read("location", circuit["location_id"])
    pair = next(each for each in location["pairs"] if each["name"] == circuit["pair"])
    texts: list[dict[str, str]] = []
    for end in ends:
        made = configuration(circuit, pair, announced, end)
        text = rendered(made, style, template)
        texts.append({"connection": end.connection, "router": made.router, "text": text})
    return {
        "circuit_id": circuit["circuit_id"],
        "version": circuit["version"],
        "style": style,
        "side": ends[0].side,
        "configurations": texts,
    }


def text_of(document: Mapping[str, Any]) -> str:
    """The texts alone, as they are to be pasted."""
    return "\n".join(each["text"] for each in document["configurations"])
