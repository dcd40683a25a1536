"""Commands of a small world, and the shortest way to have them decided and appended."""

import os
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any
from warnings import catch_warnings, filterwarnings

from domain.catalogue import COMMANDS
from domain.decider.states import Terms
from domain.engine.batch import Arrival, Clock, Draft, Ground, Present, aside_keys_of, keys_of
from domain.engine.decide import decide_batch
from domain.engine.log import Insertion, Log
from domain.engine.outcomes import Outcome
from domain.words.messages import Message
from domain.words.reading import read_command

NOW = "2026-01-05T09:00:00.000000Z"
OWNER = "user:owner"


def message(id: str, name: str, subject: str, data: Message | None = None, **said: Any) -> Message:
    return {
        "specversion": "1.0",
        "id": id,
        "source": "/test",
        "type": f"tieline.command.{name}.v1",
        "subject": subject,
        "data": data or {},
        **said,
    }


def register(id: str, customer: str = "acme") -> Message:
    data = {"name": customer, "model": "connect-through"}
    return message(id, "register-customer", f"customer/{customer}", data)


def subscribe(id: str, subscription: str = "acme-prod", customer: str = "acme") -> Message:
    data = {"subscription_id": subscription}
    return message(id, "add-subscription", f"customer/{customer}", data)


def grant(id: str, principal: str = "user:bob", customer: str = "acme") -> Message:
    data = {"principal": principal, "role": "reader"}
    return message(id, "grant-role", f"customer/{customer}", data)


def open_location(id: str, location: str = "frankfurt") -> Message:
    pair = {"name": "pair-1", "primary": "r1", "secondary": "r2", "capacity_mbps": 10_000_000}
    data = {"providers": ["colt"], "routers": [pair]}
    return message(id, "open-location", f"location/{location}", data)


def order(
    id: str, circuit: str, customer: str = "acme", subscription: str = "acme-prod", **said: Any
) -> Message:
    data = {
        "customer_id": customer,
        "subscription_id": subscription,
        "location_id": "frankfurt",
        "provider": "colt",
        "bandwidth_mbps": 500,
        "tier": "standard",
        "billing": "metered",
    }
    context = {name: said.pop(name) for name in ("correlationid",) if name in said}
    return message(id, "order-circuit", f"circuit/{circuit}", data | said, **context)


def many_orders(count: int) -> list[Message]:
    """`count` orders that are accepted in the world below, each subscription before its orders."""
    messages: list[Message] = []
    for n in range(count):
        subscription = f"sub-{n // 10}"
        if n % 10 == 0:
            messages.append(subscribe(f"s-{n}", subscription))
        messages.append(order(f"o-{n}", f"o{n}", subscription=subscription))
    return messages


WORLD = [register("w-1"), subscribe("w-2"), open_location("w-3")]
MIXED = [
    order("m-1", "c1"),
    order("m-2", "c2", provider="nobody"),
    order("m-1", "c1"),
    subscribe("m-3"),
    order("m-1", "other"),
    order("m-4", "c3", correlationid="the story"),
    message("m-5", "no-such-command", "circuit/c1"),
]
"""In order: accepted, refused, sent again, already true, an id used again, correlated, unknown."""


def at(time: str) -> Clock:
    """A clock that always says `time`, whatever time a message claims."""
    return lambda claimed: time  # noqa: ARG005 a clock is given the time that a message claims


at_nine = at(NOW)


def arrivals(messages: Sequence[Message]) -> list[Arrival]:
    """The messages as a worker reads them; entropy is derived from the id, so runs repeat."""
    came: list[Arrival] = []
    for each in messages:
        entropy = blake2b(str(each["id"]).encode(), digest_size=16).digest()
        as_read = read_command(each, COMMANDS, OWNER, None, entropy)
        came.append(Arrival(as_read, entropy, each, OWNER))
    return came


def decide(
    log: Log, messages: Sequence[Message], clock: Clock = at_nine
) -> tuple[Draft, Insertion]:
    """Decide messages against the log as it is, and return what they would append."""
    came = arrivals(messages)
    known = dict(log.known(keys_of(came)))
    known |= log.known(aside_keys_of(came, known))
    present = Present(log.load)
    draft = decide_batch(came, Ground(present, known, log.last_time()), Terms(), clock)
    assert not draft.parked, draft.parked
    return draft, draft.insertion(present)


def submit(log: Log, *messages: Message, clock: Clock = at_nine) -> list[Outcome]:
    """Decide and append messages while nobody else can write."""
    with log.appending() as tx:
        draft, insertion = decide(log, messages, clock)
        tx.insert(insertion)
    return draft.outcomes


def as_cloudevents(outcomes: Sequence[Outcome]) -> list[Message]:
    """Outcomes as CloudEvents, as their publishers receive them."""
    return [each.as_cloudevent("/tieline") for each in outcomes]


def ends(log: Log) -> tuple[int, int, tuple[int, int]]:
    """How far a log has come, without what tells it from every other log: its epoch."""
    mark = log.mark()
    return mark.position, mark.outcome, mark.parked


def everything(log: Log) -> list[Any]:
    """Everything that can be read from a log."""
    return [ends(log), log.feed(0, 10_000), log.refusals(0, 10_000), log.parked(), log.last_time()]


def in_child(work: Callable[[], object]) -> Callable[[], int]:
    """Run work in a child process; the returned function waits for its exit code (-9 if killed)."""
    with catch_warnings():
        # When tests run in lanes, a thread waits for the next test; it holds no lock.
        filterwarnings("ignore", ".*multi-threaded.*", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
