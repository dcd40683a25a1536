"""The report on a customer: its circuits added up, as of one moment.

Contract, second part, "Questions and their answers"; from the states that the rules see, so that
what is used of a limit is what the rules count.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final, get_args

from domain.bandwidth_change.change import Decrease
from domain.circuit.state import CIRCUIT
from domain.customer.state import CUSTOMER
from domain.network.state import NETWORK
from domain.words.values import CircuitState, ProviderState, ResourceState
from projections.limits import limits
from projections.moment import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.circuit.state import Circuit
    from domain.customer.state import Customer
    from domain.engine.log import Log
    from projections.projection import Row

_STATES: Final = (*get_args(ProviderState), *get_args(CircuitState), *get_args(ResourceState))
"""The words of a circuit's three states, in which no word occurs twice."""


def report(log: Log, customer_id: str, time: str | None = None) -> Row | None:
    """A customer's circuits added up, at a time (as `written_time` writes it) or now; rates in
    Mbit/s. None if there is no such customer; of one that was removed there is nothing left.
    """
    moment = Moment(log, time)
    customer: Customer | None = moment.states(CUSTOMER, [customer_id]).get(customer_id)
    if customer is None:
        return None
    circuits = _circuits(moment, customer)
    networks = moment.states(NETWORK, sorted(customer.networks))
    used = limits(customer, circuits, networks.values())
    return {
        "customer_id": customer_id,
        "circuits": len(circuits),
        "by_state": _by_state(circuits),
        "bandwidth_mbps": _billed_mbps(circuits),
        "by_location": _by_location(circuits),
        "networks": len(networks),
        "limits": [each._asdict() for each in used],
    }


def _circuits(moment: Moment, customer: Customer) -> Sequence[Circuit]:
    """Every circuit that is there, by id. Of both of a decrease one has its place with the
    customer, while both may be there, or neither.
    """
    placed: dict[str, Circuit] = moment.states(CIRCUIT, customer.circuits)
    others = {
        each.change.other(id) for id, each in placed.items() if isinstance(each.change, Decrease)
    }
    found = placed | moment.states(CIRCUIT, others - placed.keys())
    return [each for _, each in sorted(found.items()) if each.removed_at is None]


def _by_state(circuits: Iterable[Circuit]) -> dict[str, int]:
    """How many circuits are in each state that occurs; each is in three at once."""
    counts = Counter[str]()
    for each in circuits:
        counts.update((each.provider_state, each.circuit_state, each.resource_state))
    return {state: counts[state] for state in _STATES if counts[state]}


def _billed_mbps(circuits: Iterable[Circuit]) -> int:
    """The sum of the agreed rates; a circuit is billed from its service key to its deletion."""
    return sum(each.bandwidth_mbps for each in circuits if each.service_key)


def _by_location(circuits: Iterable[Circuit]) -> list[Row]:
    there = sorted(circuits, key=lambda each: each.location_id)
    return [
        {
            "location_id": location,
            "circuits": len(here),
            "bandwidth_mbps": _billed_mbps(here),
        }
        for location, each in groupby(there, key=lambda each: each.location_id)
        if (here := list(each))
    ]
