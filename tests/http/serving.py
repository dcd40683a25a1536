"""`tieline serve` within the test's process, and its callers."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from adapters.settings import Settings
from adapters.wiring.serving_http import served
from tests.running import ORDER, PAIR
from tests.waiting import until

CLOUDEVENT = "application/cloudevents+json"
CLOUDEVENTS = "application/cloudevents-batch+json"
OWNER = "user:owner"


class Caller:
    """Somebody who calls: every request names them, and reads what they have done."""

    def __init__(self, base: str, principal: str = OWNER) -> None:
        self.base = base
        self.principal = principal
        headers = {"Tieline-Actor": principal}
        self.client = httpx.Client(base_url=base, headers=headers, timeout=30)
        self._written: dict[str, str] = {}

    def named(self, principal: str) -> "Caller":
        """Somebody else, at the same server, who waits for what the caller has done as well."""
        other = Caller(self.base, principal)
        other._written = self._written
        return other

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A question."""
        headers = {**self._written, **options.pop("headers", {})}
        return self.client.get(path, headers=headers, **options)

    def document(self, path: str, **options: Any) -> Any:
        """The answer to a question that must be answered."""
        answered = self.get(path, **options)
        assert answered.status_code == 200, answered.text
        return answered.json()

    def at_rest(self) -> "Caller":
        """The same caller, once the views have read all of the log; the owner alone can tell."""

        def caught_up() -> bool:
            views = self.document("/v1/projections")["items"]
            return not any(each["behind"] or each["outcomes_behind"] for each in views)

        until("the views have caught up", caught_up)
        return self

    def provisioned(self, circuit: str) -> Any:
        """A circuit, once the simulated network has provisioned it."""

        def enabled() -> Any:
            found = self.get(f"/v1/circuits/{circuit}").json()
            return found if found.get("circuit_state") == "enabled" else None

        return until(f"{circuit} is provisioned", enabled)

    def granted(self, customer: str, role: str, scope: str | None = None) -> "Caller":
        """Somebody to whom the caller grants a role for a customer, once the views know it."""
        principal = f"user:{customer}-{role}-{scope}"
        data = {"principal": principal, "role": role} | ({"scope": scope} if scope else {})
        self.done(f"customers/{customer}/grant-role", data)
        self.named(OWNER).at_rest()
        return self.named(principal)

    def send(self, path: str, data: Any = None, **options: Any) -> httpx.Response:
        """A command as a verb of a thing: `circuits/c1/delete-circuit`."""
        return self.client.post(f"/v1/{path}", json={} if data is None else data, **options)

    def done(self, path: str, data: Any = None, **options: Any) -> httpx.Response:
        """A command that must be accepted."""
        answered = self.send(path, data, **options)
        assert answered.status_code == 200, answered.text
        if written := answered.headers.get("tieline-written"):
            self._written["Tieline-At-Least"] = written
        return answered

    def publish(self, message: dict[str, Any] | list[Any], **options: Any) -> httpx.Response:
        """A command in its envelope, or a list of them as a batch."""
        kind = CLOUDEVENTS if isinstance(message, list) else CLOUDEVENT
        headers = {"Content-Type": kind, **options.pop("headers", {})}
        return self.client.post("/v1/commands", json=message, headers=headers, **options)


def a_command(verb: str, subject: str, data: Any = None, **attributes: Any) -> dict[str, Any]:
    """A command in its envelope."""
    named = {"id": f"{verb} {subject}", "source": "/portal", **attributes}
    head = {"specversion": "1.0", "type": f"tieline.command.{verb}.v1", "subject": subject}
    return {**head, **named, "data": {} if data is None else data}


@contextmanager
def serving(folder: Path, **settings: Any) -> Generator[Caller]:
    """The owner, at a server of its own."""
    here = replace(
        Settings(
            database=f"sqlite:///{folder}/tieline.db",
            views=f"sqlite:///{folder}/tieline.db",
            http="127.0.0.1:0",
        ),
        **settings,
    )
    stop = Event()
    with served(here, stop) as running:
        assert running.address, "the engine did not start"
        caller = Caller(f"http://{running.address}")
        try:
            yield caller
        finally:
            caller.client.close()
            stop.set()


def settle_down(owner: Caller, customers: Sequence[str] = ("acme",)) -> None:
    """A location, and customers with a circuit each: `acme-1` in subscription `prod`."""
    pairs = [PAIR]
    owner.done("locations/fra/open-location", {"providers": ["colt", "equinix"], "routers": pairs})
    for each in customers:
        owner.done(
            f"customers/{each}/register-customer", {"name": each, "model": "connect-through"}
        )
        for subscription in ("prod", "more"):
            named = {"subscription_id": f"{each}-{subscription}"}
            owner.done(f"customers/{each}/add-subscription", named)
        order = {**ORDER, "customer_id": each, "subscription_id": f"{each}-prod"}
        owner.done(f"circuits/{each}-1/order-circuit", order)
