"""A generated client orders a circuit, reads it and its list, and is told why not."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.serving import OWNER, Caller
from tests.running import ORDER
from tests.waiting import until

MORE = {**ORDER, "subscription_id": "acme-more"}


@pytest.fixture
def circuits(client: Any, owner: Caller) -> Iterator[Any]:
    """The client's operations of circuits, as the owner."""
    configuration = client.Configuration(host=owner.base)
    with client.ApiClient(configuration, "Tieline-Actor", OWNER) as api:
        yield client.CircuitsApi(api)


def test_it_orders_a_circuit_and_reads_it(client: Any, circuits: Any) -> None:
    order = client.OrderCircuit(**MORE)
    answered = circuits.order_circuit_with_http_info("ordered", order, idempotency_key="k-1")
    assert answered.data.type == "tieline.outcome.accepted.v1"
    assert answered.data.data.accepted
    assert circuits.order_circuit("ordered", order, idempotency_key="k-1") == answered.data
    seen = circuits.get_circuit("ordered", tieline_at_least=answered.headers["tieline-written"])
    assert (seen.circuit_id, seen.tier, seen.bandwidth_mbps) == ("ordered", "standard", 500)
    until("it is provisioned", lambda: circuits.get_circuit("ordered").service_key)


def test_it_reads_a_list_page_by_page(client: Any, circuits: Any) -> None:
    for number in range(2):
        circuits.order_circuit(f"listed-{number}", client.OrderCircuit(**MORE))
    first = circuits.list_circuits(customer_id="acme", limit=1)
    second = circuits.list_circuits(customer_id="acme", limit=1, cursor=first.next)
    assert first.items[0].circuit_id < second.items[0].circuit_id


def test_it_is_told_why_not(client: Any, circuits: Any) -> None:
    with pytest.raises(client.exceptions.UnprocessableEntityException) as refused:
        circuits.order_circuit("wrong", client.OrderCircuit(**{**MORE, "bandwidth_mbps": 300}))
    assert refused.value.data.code == "bandwidth-not-offered"
    assert refused.value.data.facts["bandwidth_mbps"] == 300
    with pytest.raises(client.exceptions.NotFoundException):
        circuits.get_circuit("none")
