"""The commands of people and services: drawn by chance, some wrong, some sent twice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import orjson

from adapters.kafka.binding import Outgoing, as_published, written
from domain.words.messages import Message
from simulation.chance import Chance
from simulation.clock import SimulatedClock

SOURCES: Final = ("/portal", "/ops", "/carrier")
"""Each publishes from a process of its own."""

CUSTOMERS: Final = ("acme", "beta", "corp")
LOCATIONS: Final = ("frankfurt", "zurich")
RATES: Final = (50, 100, 200, 500, 1000)
PEERING: Final = {"vlan": 100, "peer_asn": 65010}
SUBNETS: Final = {"primary_subnet": "10.255.0.0/30", "secondary_subnet": "10.255.0.4/30"}


class Workload:
    """Draws commands and puts them into the outboxes of their publishers."""

    def __init__(self, chance: Chance, clock: SimulatedClock) -> None:
        self._chance = chance
        self._clock = clock
        self._circuits: list[str] = []
        self._changes: list[tuple[str, str]] = []
        self._sent: list[Message] = []
        self.outboxes: dict[str, list[Outgoing]] = {source: [] for source in SOURCES}
        self.drawn = 0
        self._everyday: Sequence[tuple[float, Callable[[], None]]] = (
            (7, self._order),
            (8, self._change_bandwidth),
            (5, self._decide_on_change),
            (4, self._peering),
            (1.5, self._deprovision),
            (1, self._delete),
            (1, self._tier),
            (0.7, self._billing),
            (1, self._location),
            (1, self._role),
            (3, self._wrong),
            (2, self._again),
            (1.5, self._reused),
        )

    def begins(self) -> None:
        """Send the customers and locations that all other commands need."""
        for name in CUSTOMERS:
            data = {"name": name.title(), "model": "connect-through"}
            self._send("register-customer", f"customer/{name}", data, source="/ops")
            data = {"subscription_id": f"{name}-prod"}
            self._send("add-subscription", f"customer/{name}", data, source="/ops")
        for name in LOCATIONS:
            self._send("open-location", f"location/{name}", _site(name, 600), source="/ops")

    def draws(self) -> None:
        """Draw one more command."""
        self._chance.weighted(self._everyday)()

    def poisons(self) -> None:
        """Draw a record that nobody can read, of one of several kinds."""
        kinds = (
            Outgoing(b"poison", b"no event at all", []),
            Outgoing(None, None, []),
            Outgoing(b"poison", b"{}", [("ce_id", b"\xff\xfe")]),
            Outgoing(b"poison", b'{"id": ', [("content-type", b"application/cloudevents+json")]),
            Outgoing(b"poison", b"[]", [("content-type", b"application/cloudevents+json")]),
            Outgoing(b"poison", b"{}", [("ce_id", b"1"), ("ce_source", b"/portal")]),
        )
        self.outboxes[self._chance.one(SOURCES)].append(self._chance.one(kinds))

    def moves_on(self, waiting: Sequence[tuple[str, str]]) -> None:
        """Send what waiting changes need of people: open locations, `proceed` and `retry`."""
        for name in LOCATIONS:
            self._send("reopen-location", f"location/{name}", {})
        for circuit, change in waiting:
            for verb in ("proceed", "retry"):
                self._tell(verb, circuit, change, "/ops")

    def _order(self) -> None:
        is_again = self._circuits and self._chance.happens(0.1)
        id = self._chance.one(self._circuits) if is_again else f"c{len(self._circuits) + 1}"
        if not is_again:
            self._circuits.append(id)
        customer = self._chance.one(CUSTOMERS)
        data = {
            "customer_id": customer,
            "subscription_id": f"{customer}-prod",
            "location_id": self._chance.one(LOCATIONS),
            "provider": self._chance.one(("colt", "equinix")),
            "bandwidth_mbps": self._chance.one(RATES[:4]),
            "tier": "standard",
            "billing": "metered",
        }
        self._send("order-circuit", f"circuit/{id}", data)

    def _change_bandwidth(self) -> None:
        circuit, change = self._circuit(), f"ch-{self.drawn}"
        data: Message = {"bandwidth_mbps": self._chance.one(RATES), "change_id": change}
        if self._chance.happens(0.9):
            data["accept_interruption"] = True
        if self._chance.happens(0.5):
            data["strategy"] = "replace-first"
            data["auto_proceed"] = self._chance.happens(0.7)
        if self._chance.happens(0.2):
            hours = self._chance.between(1, 200)
            data["not_before"] = self._clock.later(timedelta(hours=hours))
        self._changes.append((circuit, change))
        self._send("change-bandwidth", circuit, data)

    def _decide_on_change(self) -> None:
        if self._changes:
            circuit, change = self._chance.one(self._changes[-8:])
            verb = self._chance.one(("proceed", "retry", "retry", "abandon"))
            self._tell(verb, circuit, change, self._chance.one(SOURCES))

    def _tell(self, verb: str, circuit: str, change: str, source: str) -> None:
        data = {"change_id": change, "reason": f"said {self.drawn}"}
        self._send(f"{verb}-bandwidth-change", circuit, data, source=source)

    def _peering(self) -> None:
        verb = self._chance.one(("configure", "configure", "enable", "disable", "remove"))
        data: Message = {"routing_domain": "private"}
        if verb == "configure":
            data |= {**PEERING, **SUBNETS}
        self._send(f"{verb}-peering", self._circuit(), data)

    def _deprovision(self) -> None:
        self._send("request-deprovisioning", self._circuit(), {"accept_interruption": True})

    def _delete(self) -> None:
        self._send("delete-circuit", self._circuit(), {})

    def _tier(self) -> None:
        tier = self._chance.one(("standard", "premium"))
        self._send("change-tier", self._circuit(), {"tier": tier})

    def _billing(self) -> None:
        self._send("change-billing", self._circuit(), {"billing": "unlimited"})

    def _location(self) -> None:
        name = self._chance.one(LOCATIONS)
        verb = self._chance.one(("close", "reopen", "reopen", "resize"))
        routers = _site(name, self._chance.one((500, 600, 1000)))["routers"]
        data = {"routers": routers} if verb == "resize" else {}
        self._send(f"{verb}-location", f"location/{name}", data)

    def _role(self) -> None:
        data = {"principal": f"user:u{self._chance.between(1, 5)}", "role": "reader"}
        self._send("grant-role", f"customer/{self._chance.one(CUSTOMERS)}", data)

    def _wrong(self) -> None:
        circuit = self._circuit()
        verb, subject, data = self._chance.one(
            (
                ("change-bandwidth", circuit, {"bandwidth_mbps": 300}),
                ("change-bandwidth", circuit, {"bandwidth_mbps": "500"}),
                ("begin-provisioning", circuit, {"service_key": "guessed"}),
                ("delete-circuit", "circuit/nobody", {}),
                ("brew-coffee", circuit, {}),
                ("order-successor", circuit, {}),
                ("order-circuit", "pot/1", {}),
            )
        )
        source = self._chance.one((*SOURCES, "/tieline/process"))
        self._send(verb, subject, data, source=source)

    def _again(self) -> None:
        """Publish the same command again, from one publisher or several."""
        if self._sent:
            message = self._chance.one(self._sent)
            for outbox in self._chance.shuffled(self.outboxes)[: self._chance.between(1, 3)]:
                self._publish(message, outbox)

    def _reused(self) -> None:
        """Use a command's id again for other content."""
        if self._sent:
            message = self._chance.one(self._sent)
            other = {"bandwidth_mbps": 50, "change_id": f"ch-{self.drawn}"}
            self._publish({**message, "data": other}, self._chance.one(SOURCES))

    def _circuit(self) -> str:
        """A circuit that was ordered; rarely its successor, or a circuit that was never ordered."""
        if not self._circuits or self._chance.happens(0.03):
            return "circuit/c0"
        end = ".r2" if self._chance.happens(0.08) else ""
        return f"circuit/{self._chance.one(self._circuits[-12:])}{end}"

    def _send(
        self, verb: str, subject: str, data: Mapping[str, Any], source: str | None = None
    ) -> None:
        named = source or self._chance.one(SOURCES)
        message: Message = {
            "specversion": "1.0",
            "id": f"m-{self.drawn}",
            "source": named,
            "type": f"tieline.command.{verb}.v1",
            "subject": subject,
            "actor": "user:owner",
            "data": dict(data),
        }
        self._sent.append(message)
        self._publish(message, named if named in self.outboxes else SOURCES[0])

    def _publish(self, message: Message, outbox: str) -> None:
        self.drawn += 1
        record = written(message)
        if self._chance.happens(0.3):
            record = as_published(orjson.dumps(message), message)
        self.outboxes[outbox].append(record)


def _site(name: str, capacity: int) -> Message:
    return {
        "providers": ["colt", "equinix"],
        "routers": [
            {
                "name": f"pair-{number}",
                "primary": f"{name}-{number}a",
                "secondary": f"{name}-{number}b",
                "capacity_mbps": capacity,
            }
            for number in (1, 2)
        ],
    }
