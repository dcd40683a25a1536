"""A world to measure growth in: a large location, customers, circuits ordered there,
and logs that are filled with the events of many other streams.
"""

import sqlite3
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from adapters.log import open_log
from adapters.log.recorder import WRITING
from bench.year import line_of
from domain.circuit.events import CircuitOrdered, CircuitPlaced, Provisioned, ProvisioningBegun
from domain.engine.records import encoded, head_of
from domain.words.content import pair_of
from domain.words.messages import Command
from domain.words.structs import Event

PROVIDER = "colt"
LOCATION = "frankfurt"
CIRCUITS_PER_SUBSCRIPTION = 10
SUBSCRIPTIONS_PER_CUSTOMER = 5
NOW = "2026-01-01T00:00:00.000000Z"

Named = Callable[[str], str]
"""Gives a stream's id: the name itself, or one that shares no prefix with any other."""


def as_called(name: str) -> str:
    return name


def scattered(name: str) -> str:
    return blake2b(name.encode(), digest_size=12).hexdigest()


NAMES: dict[str, Named] = {"sharing prefixes": as_called, "random": scattered}


class Sender:
    """Writes commands as one publisher would, with ids in order."""

    def __init__(self, named: Named, source: str) -> None:
        self.named = named
        self._source = source
        self._sent = 0

    def line(self, verb: str, subject: str, **data: Any) -> bytes:
        self._sent += 1
        return line_of(
            {
                "specversion": "1.0",
                "id": f"c-{self._sent:07}",
                "source": self._source,
                "type": f"tieline.command.{verb}.v1",
                "subject": subject,
                "time": NOW,
                "actor": "user:owner",
                "datacontenttype": "application/json",
                "data": data,
            }
        )

    def location(self, name: str = LOCATION) -> bytes:
        pair = {"name": "p1", "primary": "r1", "secondary": "r2", "capacity_mbps": 10**12}
        subject = f"location/{name}"
        return self.line("open-location", subject, providers=[PROVIDER], routers=[pair])

    def customers(self, circuits: int) -> Iterator[bytes]:
        """Customers with enough subscriptions for the circuits at one location."""
        for number in range(0, circuits, CIRCUITS_PER_SUBSCRIPTION * SUBSCRIPTIONS_PER_CUSTOMER):
            subject = f"customer/{self._owner_of(number)[0]}"
            yield self.line("register-customer", subject, name="n", model="connect-through")
            for each in range(SUBSCRIPTIONS_PER_CUSTOMER):
                subscription = self._owner_of(number + each * CIRCUITS_PER_SUBSCRIPTION)[1]
                fields = {"subscription_id": subscription, "managed_by": "csp"}
                yield self.line("add-subscription", subject, **fields)

    def order(self, number: int, name: str, location: str = LOCATION) -> bytes:
        customer, subscription = self._owner_of(number)
        return self.line(
            "order-circuit",
            f"circuit/{self.named(name)}",
            customer_id=customer,
            subscription_id=subscription,
            location_id=location,
            provider=PROVIDER,
            bandwidth_mbps=50,
            tier="standard",
            billing="metered",
        )

    def delete(self, name: str) -> bytes:
        return self.line("delete-circuit", f"circuit/{self.named(name)}")

    def _owner_of(self, number: int) -> tuple[str, str]:
        subscription = number // CIRCUITS_PER_SUBSCRIPTION
        customer, subscription = divmod(subscription, SUBSCRIPTIONS_PER_CUSTOMER)
        name = self.named(f"customer-{customer:05}")
        return name, f"{name}-{subscription}"


def fill(file: Path, events: int, named: Named, now: str = NOW) -> None:
    """Add `events` valid events in many new circuits' streams to a log, recorded at `now`, with an
    outcome for each; the log is made where there is none.
    """
    open_log(f"sqlite:///{file}").close()
    connection = sqlite3.connect(file, isolation_level=None)
    for setting in (*WRITING, "synchronous=OFF"):
        connection.execute(f"PRAGMA {setting}")
    life = _life(now)
    (first,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
        "VALUES (?, ?, ?, ?, ?)",
        (
            (
                first + at + 1,
                f"circuit/{named(f'other-{at // len(life):07}')}",
                *life[at % len(life)],
            )
            for at in range(events)
        ),
    )
    connection.executemany(
        "INSERT INTO outcomes (seq, key, digest, position, count) VALUES (?, ?, ?, ?, 1)",
        (
            (at + 1, pair_of("/others", f"o-{at:07}").key, b"0" * 16, at)
            for at in range(first, first + events)
        ),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _life(now: str) -> list[tuple[int, str, bytes]]:
    """The first events of a circuit: version, type, stored form."""
    ordered = CircuitOrdered(
        customer_id="other",
        subscription_id="sub-0",
        location_id="elsewhere",
        provider=PROVIDER,
        bandwidth_mbps=50,
        tier="standard",
        billing="metered",
        profile="current",
    )
    key = "11111111-2222-4333-8444-555555555555"
    placed = CircuitPlaced(pair="p1", primary="r1", secondary="r2", service_key=key)
    events: list[Event] = [ordered, placed, ProvisioningBegun(), Provisioned()]
    pair = pair_of("/others", "o-0000000")
    command = Command(pair, "", "", "user:owner", ordered, b"", correlation_id=pair.id)
    head = head_of(command, now)
    return [(at, each.kind, encoded(head, each)) for at, each in enumerate(events, 1)]
