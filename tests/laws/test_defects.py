"""A defect of ours parks one command: nothing wrong is stored, and the rest goes on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from domain.catalogue import RULES
from domain.circuit.commands import ChangeTier
from domain.circuit.events import CircuitPlaced, PeeringEnabled, TierChanged
from domain.decider.decisions import Rule, accepted
from domain.location.events import CapacityTaken, LocationClosed
from domain.words.structs import Event
from tests.laws.parts import a_cell, everything
from tests.laws.test_restarts import BEGINNING, a_message

WRONG: Mapping[str, Event] = {
    "no such word": TierChanged(tier=cast(Any, "gold")),
    "nothing": TierChanged(tier=cast(Any, None)),
    "another type": CapacityTaken("c", "colt", "p1", cast(Any, "100")),
    "too small": CapacityTaken("c", "colt", "p1", 0),
    "no id": CircuitPlaced(pair="p 1", primary="r1", secondary="r2", service_key="k"),
    "a routing domain that is none": PeeringEnabled(cast(Any, "secret")),
}
"""Events that no rule may write."""


@pytest.mark.parametrize("event", WRONG.values(), ids=WRONG)
def test_an_event_of_another_shape_is_never_stored(
    event: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide(command: Any, *_: Any) -> Any:
        return accepted((command.subject, TierChanged("premium")), (command.subject, event))

    with a_cell(tmp_path) as cell:
        cell.submit(BEGINNING)
        cell.settle()
        before = everything(cell.worker.log)
        monkeypatch.setitem(cast(Any, RULES), ChangeTier, Rule(decide, "manage"))
        wrong = a_message("wrong", "change-tier", "circuit/c", tier="premium")
        right = a_message("right", "close-location", "location/fra")
        parked, decided = cell.submit([wrong, right])
        assert parked.parked is not None
        assert parked.parked.startswith("ValidationError")
        assert decided.accepted
        new = everything(cell.worker.log)[len(before) :]
        assert [each.event for each in new] == [LocationClosed()]
