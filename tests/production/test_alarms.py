"""Alarms over Kafka: the process hears events and refused attempts from the topics."""

from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.words.values import format_time
from tests.production.checker import check
from tests.production.plugin import standing
from tests.production.running import Cell
from tests.running import ORDER, PAIR, as_lines, command
from tests.servers.shared import SharedPostgres

LAID = (
    command("1", "register-customer", "customer/acme", name="a", model="connect-through"),
    command("2", "add-subscription", "customer/acme", subscription_id="prod"),
    command("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
    command("4", "order-circuit", "circuit/c", **ORDER),
)
WRONG = [
    command(f"w{each}", "confirm-provisioned", "circuit/c", service_key="x") for each in range(5)
]


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cell]:
    """One cell with all its parts, for all tests of this module."""
    with standing(kafka, postgres, tmp_path_factory.mktemp("cell")) as cell:
        cell.start()
        yield cell


def sent(cell: Cell, *commands: Any, code: int = 0) -> Sequence[Any]:
    """The alarms that are raised once these commands are worked to rest."""
    done = cell.cli.run("submit", "--settle", "-", given=as_lines(commands))
    assert done.code == code, done
    return cell.cli.ask_list("alarms", "list")


def seen(id: str, bandwidth_mbps: int) -> Any:
    """What the network side sees at this moment."""
    now = format_time(datetime.now(UTC))
    saw: dict[str, Any] = {"observed_at": now, "bandwidth_mbps": bandwidth_mbps}
    return command(id, "report-observation", "circuit/c", **saw)


@pytest.mark.timeout(240)
def test_they_are_raised_and_cleared_once_whoever_restarts(cell: Cell) -> None:
    """Settled means that the alarms of what was sent are there, and of its refusals."""
    assert sent(cell, *LAID) == []
    (drift,) = sent(cell, seen("5", 1))
    assert (drift["circuit_id"], drift["alarm"]) == ("c", "drift")
    assert [each["alarm"] for each in sent(cell, *WRONG[:4], code=1)] == ["drift"]
    cell.restart("process")
    raised = sent(cell, WRONG[4], code=1)
    assert [each["alarm"] for each in raised] == ["drift", "wrong-service-keys"]
    assert [each["alarm"] for each in sent(cell, seen("6", 500))] == ["wrong-service-keys"]
    asked = command("7", "request-deprovisioning", "circuit/c", accept_interruption=True)
    assert sent(cell, asked) == []
    every = cell.cli.ask_list("alarms", "list", "--all")
    assert [each["alarm"] for each in every] == ["drift", "wrong-service-keys"]
    check(cell, [*LAID, *WRONG])
