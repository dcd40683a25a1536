"""A made-up provider whose circuits change all the time: commands in any order, right and wrong.

The same seed gives the same commands, drawn from all of the contract (`simulation.drawing`). The
ground must be decided first, then the estates and the first orders; the other commands may follow
in any order. Several seeds on one cell have worlds of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from domain.words.messages import Message
from domain.words.values import format_time
from simulation.chance import Chance
from simulation.drawing import beginnings, peerings
from simulation.drawing.circuits import RATES, guesses
from simulation.drawing.commands import EVERY
from simulation.drawing.known import CUSTOMERS, LOCATIONS, PROVIDERS, Asked, Draw, Known

FIRST: Final = 12
CAPACITY: Final = 100_000

_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)
_IDS: Final = (
    "customer_id",
    "subscription_id",
    "location_id",
    "network_id",
    "route_filter_id",
    "other_circuit_id",
    "scope",
)
_SHARED: Final = "confirm-prefix"
"""What only one world can have: a prefix is confirmed for one customer of all."""

_KINDS: Final = {"asked": 60, "hanging": 30, "guesses": 1, "again": 6, "reuse": 4, "unknown": 4}
"""The kinds of command, and how often each is drawn."""

_PROVISIONED: Final = 60
"""Commands after which the first circuits are mostly provisioned, so that things hang on them."""


def of_world(world: str, messages: Iterable[Message]) -> list[Message]:
    """The same commands for things whose names begin with `world`: customers, circuits, networks,
    whatever has an id.
    """
    return [_of_world(world, each) for each in messages]


def _of_world(world: str, message: Message) -> Message:
    noun, _, id = message["subject"].partition("/")
    subject = message["subject"] if noun == "csp" else f"{noun}/{world}{id}"
    named = {key: f"{world}{message['data'][key]}" for key in _IDS if key in message["data"]}
    return {**message, "subject": subject, "data": message["data"] | named}


def ground(seed: int) -> list[Message]:
    """Customers and locations."""
    return _numbered(f"/ground/{seed}", beginnings.parties(CAPACITY))


def estates(seed: int) -> list[Message]:
    """What the customers have: networks with their gateways, and route filters."""
    asked = beginnings.estates(_known(seed, "estates"))
    return _numbered(f"/estates/{seed}", (each for each in asked if each.verb != _SHARED))


def first_orders(seed: int) -> list[Message]:
    """Orders of the circuits that exist when the other commands begin."""
    return _numbered(f"/orders/{seed}", _first_orders(_known(seed, "orders")))


def _first_orders(known: Known) -> Iterator[Asked]:
    for number in range(FIRST):
        customer = known.chance.one(CUSTOMERS)
        data = {
            "customer_id": customer,
            "subscription_id": f"{customer}-prod",
            "location_id": known.chance.one(LOCATIONS),
            "provider": known.chance.one(PROVIDERS),
            "bandwidth_mbps": known.chance.one(RATES),
            "tier": "standard",
            "billing": "metered",
        }
        known.circuits[f"g{number}"] = customer
        yield Asked("order-circuit", f"circuit/g{number}", data)


def first_decreases(seed: int) -> list[Message]:
    """Decreases of the same circuits to the lowest rate, each with many steps for the process."""
    data = {"bandwidth_mbps": min(RATES), "accept_interruption": True}
    asked = [Asked("change-bandwidth", f"circuit/g{number}", data) for number in range(FIRST)]
    return _numbered(f"/decreases/{seed}", asked)


def lives(seed: int, count: int) -> list[Message]:
    """The first `count` commands of a seed."""
    return list(islice(_lives(seed), count))


def _lives(seed: int) -> Iterator[Message]:
    known, sent = _all_known(seed), list[Message]()
    hanging = _hanging(known)
    every = list(EVERY.values())
    kinds = [(weight, kind) for kind, weight in _KINDS.items()]
    while True:
        kind = known.chance.weighted(kinds) if sent else "asked"
        if kind in ("again", "reuse"):
            message = known.chance.one(sent)
            yield message if kind == "again" else {**message, "actor": "user:somebody-else"}
            continue
        hung = kind == "hanging" and len(sent) > _PROVISIONED and next(hanging, None)
        for each in [hung] if hung else _drawn(kind, known, every):
            sent.append(_message(f"/lives/{seed}", f"l-{len(sent)}", each))
            yield sent[-1]


def _drawn(kind: str, known: Known, every: Sequence[tuple[float, Draw]]) -> list[Asked]:
    if kind == "guesses":
        return guesses(known)
    if kind == "unknown":
        return [Asked("polish-circuit", f"circuit/{known.circuit()}", {"shine": "high"})]
    return [known.chance.weighted(every)(known)]


def _hanging(known: Known) -> Iterator[Asked]:
    """What hangs on one after another of the first circuits: peerings with secrets, networks, an
    authorization, a route filter, routes, encryption.
    """
    for id, customer in list(known.circuits.items()):
        subject, private = f"circuit/{id}", peerings.wanted(known, id, "private")
        microsoft = peerings.wanted(known, id, "microsoft")
        yield Asked("configure-peering", subject, private | {"md5_key": known.secret()})
        yield Asked("connect-network", subject, {"network_id": f"{customer}-prod-net"})
        yield Asked("issue-authorization", subject, {"authorization_id": "first"})
        dev = {"network_id": f"{customer}-dev-net", "authorization_id": "first", "weight": 7}
        yield Asked("connect-network", subject, dev)
        yield Asked("configure-peering", subject, microsoft)
        attached = {"routing_domain": "microsoft", "route_filter_id": f"f-{customer}"}
        yield Asked("attach-route-filter", subject, attached)
        routes = {"routing_domain": "private", "prefixes": ["0.0.0.0/0", "192.168.0.0/16"]}
        yield Asked("advertise-routes", subject, routes)
        yield Asked("set-encryption", subject, peerings.FIREWALLS)
        asked = {"field": "private/md5_key", "reason": known.reason()}
        yield Asked("reveal-secret", subject, asked)


def _all_known(seed: int) -> Known:
    """What was named before the lives of a seed begin."""
    known, first = _known(seed, "lives"), _known(seed, "orders")
    list(_first_orders(first))
    list(beginnings.estates(known))
    known.circuits.update(first.circuits)
    return known


def _known(seed: int, of: str) -> Known:
    return Known(Chance(seed, of), _later())


def _later() -> Callable[[timedelta], str]:
    """Times that have long passed, each later than the one before."""
    told = 0

    def later(by: timedelta) -> str:
        nonlocal told
        told += 1
        return format_time(_LONG_AGO + timedelta(minutes=told) + by)

    return later


def _numbered(source: str, asked: Iterable[Asked]) -> list[Message]:
    return [_message(source, str(number), each) for number, each in enumerate(asked)]


def _message(source: str, id: str, asked: Asked) -> Message:
    data: dict[str, Any] = asked.data
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"tieline.command.{asked.verb}.v1",
        "subject": asked.subject,
        "data": data,
    }
