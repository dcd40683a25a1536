"""What hangs on circuits and networks, measured: whether a connection costs more in a customer with
many networks, a security rule more after many others; and what a secret costs to seal.
"""

import gc
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwe import JWERegistry

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.keys.sealing import sealed, symmetric
from adapters.log import open_log
from adapters.speakers import everybody
from bench.world import Sender, as_called
from bench.year import START, built
from domain.decider.states import Terms
from domain.words.secret import Secret

BATCH = 500
CIRCUIT, CUSTOMER, NETWORK = "circuit/c", "customer/customer-00000", "network/n-00000"
SUBSCRIPTION = "customer-00000-0"
PEERING = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "172.31.0.0/30",
    "secondary_subnet": "172.31.0.4/30",
}
SECRET, FIELD = Secret("Str0ngEnoughForBothEnds"), "private/md5_key"


def connected(file: str, networks: int, commands: int) -> float:
    """Microseconds to connect a network to a circuit, or to disconnect it, by turns, in a customer
    with so many networks.
    """
    sender = Sender(as_called, "/hanging")
    worker = _with_networks(Path(file), sender, networks)
    name = NETWORK.partition("/")[2]
    pairs = (
        sender.line(verb, CIRCUIT, network_id=name)
        for _ in range((commands + BATCH) // 2)
        for verb in ("connect-network", "disconnect-network")
    )
    return _timed(worker, list(pairs), commands)


def ruled(file: str, rules: int, commands: int) -> float:
    """Microseconds to set a security rule, or to remove it, by turns, in a subnet with so many."""
    sender = Sender(as_called, "/hanging")
    worker = _with_networks(Path(file), sender, 1)
    _send(worker, [sender.line("add-subnet", NETWORK, name="web", prefix="10.0.0.0/24")])
    _send(worker, [_rule(sender, each) for each in range(rules)])
    pairs = (
        line
        for _ in range((commands + BATCH) // 2)
        for line in (
            _rule(sender, rules),
            sender.line("remove-security-rule", NETWORK, subnet="web", name=f"r-{rules:04}"),
        )
    )
    return _timed(worker, list(pairs), commands)


def sealing(count: int) -> list[float]:
    """Microseconds to seal a secret: ours, the library's own way, and the cipher alone."""
    key, bits, nonce = symmetric(os.urandom(32)), os.urandom(16), os.urandom(12)
    header = {"alg": "dir", "enc": "A256GCM", "kid": "acme"}
    registry = JWERegistry(algorithms=("dir", "A256GCM"))
    cipher, padded = AESGCM(os.urandom(32)), SECRET.reveal().ljust(32).encode()
    return [
        _each(partial(sealed, "acme", FIELD, SECRET, bits, key), count),
        _each(partial(jwe.encrypt_compact, header, padded, key, registry=registry), count),
        _each(partial(cipher.encrypt, nonce, padded, b"header"), count),
    ]


def _each(way: Callable[[], object], count: int) -> float:
    way()
    started = perf_counter()
    for _ in range(count):
        way()
    return (perf_counter() - started) / count * 1e6


def _with_networks(file: Path, sender: Sender, networks: int) -> Worker:
    """A worker on a new log with a provisioned circuit, and so many networks of its customer."""
    built()
    worker = Worker(open_log(f"sqlite:///{file}"), Terms(), MessageClock(START))
    _send(worker, [sender.location(), *sender.customers(1), sender.order(0, "c")])
    key = worker.state(CIRCUIT).service_key
    _send(
        worker,
        [
            sender.line("begin-provisioning", CIRCUIT, service_key=key),
            sender.line("confirm-provisioned", CIRCUIT, service_key=key),
            sender.line("configure-peering", CIRCUIT, **PEERING),
            *_networks(sender, networks),
            sender.line("add-gateway", NETWORK, kind="expressroute"),
        ],
    )
    return worker


def _networks(sender: Sender, count: int) -> Iterator[bytes]:
    owner = {"customer_id": CUSTOMER.partition("/")[2], "subscription_id": SUBSCRIPTION}
    for each in range(count):
        space = [f"10.{each // 250}.{each % 250}.0/24"]
        yield sender.line("register-network", f"network/n-{each:05}", **owner, address_space=space)


def _rule(sender: Sender, number: int) -> bytes:
    return sender.line(
        "set-security-rule",
        NETWORK,
        subnet="web",
        name=f"r-{number:04}",
        priority=100 + number,
        direction="inbound",
        access="allow",
        protocol="tcp",
        source=["any"],
        destination=["any"],
        source_ports=["any"],
        destination_ports=["443"],
    )


def _timed(worker: Worker, lines: list[bytes], commands: int) -> float:
    """Microseconds a command; the first batch, which loads everything, is not counted."""
    _send(worker, lines[:BATCH])
    gc.collect()
    gc.freeze()
    started = perf_counter()
    _send(worker, lines[BATCH:])
    return (perf_counter() - started) / commands * 1e6


_door = Door(everybody(Terms().owner), Random(1).randbytes)


def _send(worker: Worker, lines: list[bytes]) -> None:
    for start in range(0, len(lines), BATCH):
        for each in worker.handle(_door.from_lines(lines[start : start + BATCH]), BATCH):
            assert each.accepted, each.refusal
