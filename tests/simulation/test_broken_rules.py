"""Each check catches a rule, or a process, that breaks what the contract says."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from adapters.keys.cell import CellKeys
from adapters.reactors.alarms import AlarmProcess
from domain.catalogue import EFFECTS
from domain.engine.records import Recorded
from domain.network.events import DisconnectedFromCircuit
from domain.processes.alarms import react
from domain.words.messages import Message
from domain.words.sealed import Sealed
from domain.words.secret import Secret
from simulation import parts
from tests.simulation.test_broken_parts import caught

Patch = pytest.MonkeyPatch


def test_a_network_that_is_not_told_when_it_is_disconnected(monkeypatch: Patch) -> None:
    def as_before(network: Any, *_: Any) -> Any:
        return network

    monkeypatch.setitem(cast("dict[Any, Any]", EFFECTS), DisconnectedFromCircuit, as_before)
    assert caught("references")


def test_secrets_that_nobody_seals(monkeypatch: Patch) -> None:
    def as_it_is_sent(*asked: Any) -> Sealed:
        return next(Sealed(each.reveal()) for each in asked if isinstance(each, Secret))

    monkeypatch.setattr(CellKeys, "seal", as_it_is_sent)
    assert caught("secrets")


def test_an_alarm_process_that_does_not_look_at_the_clock(monkeypatch: Patch) -> None:
    class Timeless(AlarmProcess):
        def tick(self, now: str) -> list[Message]:
            del now
            return []

    monkeypatch.setattr(parts, "AlarmProcess", Timeless)
    assert caught("alarms")


def test_alarms_that_are_cleared_by_who_has_forgotten_their_cause(monkeypatch: Patch) -> None:
    class Forgetful(AlarmProcess):
        def react(self, events: Sequence[Recorded]) -> list[Message]:
            self._keys.clear()
            return super().react(events)

    def whatever_was_forgotten(*_: Any) -> bool:
        return True

    monkeypatch.setattr(react, "_may_be_over", whatever_was_forgotten)
    monkeypatch.setattr(parts, "AlarmProcess", Forgetful)
    assert caught("alarms")
