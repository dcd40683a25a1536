"""A made-up provider whose circuits change all the time: commands in any order, right and wrong.

The same seed gives the same commands. The ground must be decided first, then the first orders; the
other commands may follow in any order. Several seeds on one cell have worlds of their own.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random
from typing import Any, Final

from domain.words.messages import Message

CUSTOMERS: Final = ("acme", "borealis", "corvus", "delta")
LOCATIONS: Final = ("frankfurt", "dublin")
FIRST: Final = 12
RATES: Final = (50, 100, 200, 500, 1000)

_IDS: Final = ("customer_id", "subscription_id", "location_id")
_KINDS: Final = {
    "order": 20,
    "raise-or-lower": 45,
    "configure-peering": 10,
    "grant-role": 8,
    "request-deprovisioning": 4,
    "delete-circuit": 4,
    "again": 5,
    "reuse": 2,
    "unknown": 2,
}
"""The kinds of command, and how often each is drawn."""


def of_world(world: str, messages: Iterable[Message]) -> list[Message]:
    """The same commands for customers, locations and circuits whose names begin with `world`."""
    return [_of_world(world, each) for each in messages]


def _of_world(world: str, message: Message) -> Message:
    noun, _, id = message["subject"].partition("/")
    named = {key: f"{world}{message['data'][key]}" for key in _IDS if key in message["data"]}
    return {**message, "subject": f"{noun}/{world}{id}", "data": message["data"] | named}


def ground(seed: int) -> list[Message]:
    """Customers and locations."""
    name = f"/ground/{seed}"
    messages = [
        _message(name, f"customer/{id}", "register-customer", name=id, model="connect-through")
        for id in CUSTOMERS
    ]
    messages += [
        _message(name, f"customer/{id}", "add-subscription", subscription_id=f"{id}-prod")
        for id in CUSTOMERS
    ]
    messages += [
        _message(
            name,
            f"location/{id}",
            "open-location",
            providers=["colt", "equinix"],
            routers=[_pair(id, number) for number in (1, 2)],
        )
        for id in LOCATIONS
    ]
    return [{**each, "id": str(number)} for number, each in enumerate(messages)]


def first_orders(seed: int) -> list[Message]:
    """Orders of the circuits that exist when the other commands begin."""
    chance = Random(seed)
    return [
        {**_order(chance, f"circuit/g{number}", f"/orders/{seed}"), "id": str(number)}
        for number in range(FIRST)
    ]


def first_decreases(seed: int) -> list[Message]:
    """Decreases of the same circuits to the lowest rate, each with many steps for the process."""
    return [
        {
            **_message(
                f"/decreases/{seed}",
                f"circuit/g{number}",
                "change-bandwidth",
                bandwidth_mbps=min(RATES),
                accept_interruption=True,
            ),
            "id": str(number),
        }
        for number in range(FIRST)
    ]


def lives(seed: int, count: int) -> list[Message]:
    """The first `count` commands of a seed."""
    return list(islice(_lives(seed), count))


def _lives(seed: int) -> Iterator[Message]:
    chance, sent, orders = Random(seed), list[Message](), 0
    kinds, weights = list(_KINDS), list(_KINDS.values())
    while True:
        kind = chance.choices(kinds, weights)[0] if orders > 3 else "order"
        orders += kind == "order"
        if kind == "again":
            yield chance.choice(sent)
            continue
        if kind == "reuse":
            yield {**chance.choice(sent), "actor": "user:somebody-else"}
            continue
        message = {**_drawn(kind, chance, orders, f"/lives/{seed}"), "id": f"l-{len(sent)}"}
        sent.append(message)
        yield message


def _drawn(kind: str, chance: Random, orders: int, source: str) -> Message:
    known = (f"c{chance.randint(1, orders)}", f"g{chance.randrange(FIRST)}")
    circuit = f"circuit/{chance.choice(known)}{chance.choice(('', '', '.r2', '.r3'))}"
    match kind:
        case "order":
            return _order(chance, f"circuit/c{orders}", source)
        case "raise-or-lower":
            return _message(
                source,
                circuit,
                "change-bandwidth",
                bandwidth_mbps=chance.choice(RATES),
                accept_interruption=True,
                change_id=f"change-{chance.randint(1, 10**6)}",
            )
        case "configure-peering":
            return _message(source, circuit, kind, **_PEERING)
        case "grant-role":
            who = f"user:u{chance.randint(1, 20)}"
            subject = f"customer/{chance.choice(CUSTOMERS)}"
            return _message(source, subject, kind, principal=who, role="reader")
        case "unknown":
            return _message(source, circuit, "polish-circuit", shine="high")
        case _:
            return _message(source, circuit, kind)


def _order(chance: Random, circuit: str, source: str) -> Message:
    customer = chance.choice(CUSTOMERS)
    return _message(
        source,
        circuit,
        "order-circuit",
        customer_id=customer,
        subscription_id=f"{customer}-prod",
        location_id=chance.choice(LOCATIONS),
        provider=chance.choice(("colt", "equinix")),
        bandwidth_mbps=chance.choice(RATES),
        tier="standard",
        billing="metered",
    )


_PEERING: Final = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.255.0.0/30",
    "secondary_subnet": "10.255.0.4/30",
}


def _pair(location: str, number: int) -> dict[str, Any]:
    return {
        "name": f"pair-{number}",
        "primary": f"{location}-r{2 * number}",
        "secondary": f"{location}-r{2 * number + 1}",
        "capacity_mbps": 100_000,
    }


def _message(source: str, subject: str, verb: str, **data: Any) -> Message:
    return {
        "specversion": "1.0",
        "source": source,
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
        "data": data,
    }
