"""One trace runs from a command on Kafka through every part, as they run in production."""

from typing import Any

from tests.observe.collector import collecting
from tests.production.plugin import ACell
from tests.running import ORDER, PAIR, command
from tests.waiting import until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARTS = {"tieline-engine", "tieline-relay", "tieline-process", "tieline-project"}
GROUND = (
    command("1", "register-customer", "customer/acme", name="a", model="connect-through"),
    command("2", "add-subscription", "customer/acme", subscription_id="prod"),
    command("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
)


def test_one_trace_runs_through_all_parts(a_cell: ACell) -> None:
    """The provider's answers, which the simulated network sends, belong to the order's trace."""
    order: dict[str, Any] = command("4", "order-circuit", "circuit/c", None, **ORDER)
    order["traceparent"] = f"00-{TRACE}-00f067aa0ba902b7-01"
    cell = a_cell()
    with collecting() as collector:
        cell.start(OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint, OTEL_BSP_SCHEDULE_DELAY="100")
        assert cell.cli.submit(*GROUND).code == 0
        assert cell.cli.submit(order).code == 0
        until("the circuit is provisioned", lambda: _state(cell.cli.ask("show", "circuit", "c")))
        assert set(cell.stop().values()) == {0}
        spans, services = collector.spans, collector.services

    assert services == PARTS
    names = [each.name for each in spans if each.trace_id.hex() == TRACE]
    stages = {name.split(" ")[0] for name in names}
    assert stages == {"decide", "append", "relay", "project", "react"}
    assert "react tieline.command.confirm-provisioned.v1" in names


def _state(circuit: Any) -> bool:
    return circuit["provider_state"] == "provisioned"
