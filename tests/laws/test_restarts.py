"""After a restart at any point, the end is the same: nothing is lost, nothing happens twice."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest

from adapters.engine.embedded import Embedded
from adapters.reactors.reactor import Reactor
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.words.messages import Message
from projections.feed import EVENTS, OUTCOMES, Checkpoint
from tests.laws.parts import a_cell, said


def a_message(id: str, verb: str, subject: str, **data: Any) -> str:
    message = {
        "specversion": "1.0",
        "id": id,
        "source": "/test",
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
        "data": data,
    }
    return json.dumps(message)


PAIR = {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 10000}
ORDER = {
    "customer_id": "acme",
    "subscription_id": "prod",
    "location_id": "fra",
    "provider": "colt",
    "bandwidth_mbps": 1000,
    "tier": "standard",
    "billing": "metered",
}
PEERING = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.255.0.0/30",
    "secondary_subnet": "10.255.0.4/30",
}
BEGINNING = [
    a_message("1", "register-customer", "customer/acme", name="Acme", model="connect-through"),
    a_message("2", "add-subscription", "customer/acme", subscription_id="prod"),
    a_message("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
    a_message("4", "order-circuit", "circuit/c", **ORDER),
]

NETWORK = {"customer_id": "acme", "subscription_id": "lab", "address_space": ["10.1.0.0/16"]}
HANGING = [
    a_message("5", "configure-peering", "circuit/c", **PEERING, md5_key="S3cret"),
    a_message("5a", "add-subscription", "customer/acme", subscription_id="lab"),
    a_message("5b", "register-network", "network/n", **NETWORK),
    a_message("5c", "add-gateway", "network/n", kind="expressroute"),
    a_message("5d", "issue-authorization", "circuit/c", authorization_id="a"),
    a_message("5e", "connect-network", "circuit/c", network_id="n", authorization_id="a"),
]
"""What hangs on the circuit, and is carried over by a decrease."""


def a_decrease(strategy: str, **fields: Any) -> list[str]:
    asked = {"bandwidth_mbps": 200, "change_id": "down", "accept_interruption": True}
    return [a_message("6", "change-bandwidth", "circuit/c", **asked, strategy=strategy, **fields)]


UP = [a_message("6", "change-bandwidth", "circuit/c", bandwidth_mbps=2000, change_id="up")]
ABANDON = [
    a_message("7", "abandon-bandwidth-change", "circuit/c", change_id="down", reason="no more")
]

STORIES: dict[str, list[list[str]]] = {
    "raised": [UP],
    "lowered by teardown first": [a_decrease("teardown-first")],
    "lowered by replace first": [a_decrease("replace-first")],
    "abandoned before the switch": [a_decrease("replace-first", auto_proceed=False), ABANDON],
}


class Died(BaseException):
    """The process died in the middle of its work."""


class Mortal:
    """A reactor that dies after a command is answered and before it saves its checkpoint."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    hears: ClassVar[bool] = False

    def __init__(self, reactor: Reactor, dies: Callable[[int], bool]) -> None:
        self._reactor = reactor
        self._dies = dies
        self.kinds = reactor.kinds  # pyright: ignore[reportAttributeAccessIssue]  mirrors `reactor`
        self.hears = reactor.hears  # pyright: ignore[reportAttributeAccessIssue]  mirrors `reactor`

    @property
    def checkpoint(self) -> Checkpoint:
        return self._reactor.checkpoint

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        return self._reactor.react(events)

    def heard(self, refusals: Sequence[tuple[int, Stored]]) -> list[Message]:
        return self._reactor.heard(refusals)

    def tick(self, now: str) -> list[Message]:
        return self._reactor.tick(now)

    def answered(self, outcome: Outcome) -> list[Message]:
        messages = self._reactor.answered(outcome)
        if self._dies(1):
            raise Died
        return messages

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        self._reactor.save(checkpoint, versions)

    def recall(self) -> None:
        self._reactor.recall()


def lived(folder: Path, story: list[list[str]], deaths: Sequence[int] = ()) -> Any:
    """Play a story; die and restart each time the answered commands reach a count in `deaths`."""
    answered = 0
    left = list(deaths)

    def dies(one: int) -> bool:
        nonlocal answered
        answered += one
        if left and answered >= left[0]:
            left.pop(0)
            return True
        return False

    def mortal(reactor: Reactor) -> Reactor:
        return Mortal(reactor, dies)

    def worked(act: Callable[[Embedded], object]) -> None:
        died = True
        while died:
            with suppress(Died), a_cell(folder, around=mortal) as cell:
                act(cell)
                cell.settle()
                died = False

    folder.mkdir(exist_ok=True)
    for lines in [BEGINNING, HANGING, *story]:
        worked(lambda cell, lines=lines: cell.submit(lines))
    with a_cell(folder) as cell:
        return said(cell.worker.log, keys=False), answered


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_death_after_any_command_ends_the_same(story: list[list[str]], tmp_path: Path) -> None:
    undisturbed, commands = lived(tmp_path / "once", story)
    for death in range(1, commands + 1):
        assert lived(tmp_path / f"died-{death}", story, [death])[0] == undisturbed, death


def test_dying_after_every_single_command_ends_the_same(tmp_path: Path) -> None:
    story = STORIES["lowered by replace first"]
    undisturbed, commands = lived(tmp_path / "once", story)
    assert lived(tmp_path / "often", story, range(1, 3 * commands))[0] == undisturbed


def test_a_reactor_that_forgot_everything_changes_nothing(tmp_path: Path) -> None:
    story = STORIES["lowered by teardown first"]
    undisturbed, _ = lived(tmp_path / "cell", story)
    (tmp_path / "cell" / "memory.db").unlink()
    assert lived(tmp_path / "cell", story)[0] == undisturbed


class Noting(Mortal):
    """A reactor that counts how often it saves."""

    def __init__(self, reactor: Reactor, saved: list[Checkpoint]) -> None:
        super().__init__(reactor, lambda _: False)
        self.saved = saved

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        super().save(checkpoint, versions)
        self.saved.append(checkpoint)


def test_reactors_save_once_at_rest(tmp_path: Path) -> None:
    saved: list[Checkpoint] = []
    with a_cell(tmp_path, around=lambda reactor: Noting(reactor, saved)) as cell:
        cell.submit(BEGINNING)
        cell.settle()
        mark = cell.worker.log.mark()
        head = {EVENTS: mark.position}
        heard = {**head, OUTCOMES: mark.outcome}
        assert saved == [head, heard, head]  # bandwidth changes, alarms, and the network
        cell.settle()
        assert saved == [head, heard, head]


def test_two_that_settle_on_the_same_files_end_as_one(tmp_path: Path) -> None:
    story = STORIES["lowered by teardown first"]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    undisturbed, _ = lived(tmp_path / "one", story)
    with a_cell(tmp_path / "two") as cell, a_cell(tmp_path / "two") as other:
        for number, lines in enumerate([BEGINNING, HANGING, *story]):
            (other if number % 2 else cell).submit(lines)
            cell.settle()
            other.settle()
        assert said(cell.worker.log, keys=False) == undisturbed
