"""The four routers of a circuit: two of each side, and a wire for each connection."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from itertools import product
from pathlib import Path
from typing import Final, get_args

from adapters.router_config.model import ConnectionName, Side
from adapters.router_config.styles import PORTS
from tests.routers.circuit import BEHIND, MORE, configuration
from tests.routers.frr import Router, a_router
from tests.routers.namespaces import Namespace, a_namespace, sub_interfaces, wire
from tests.running import Tieline

SIDES: Final[tuple[Side, ...]] = get_args(Side)
CONNECTIONS: Final[tuple[ConnectionName, ...]] = get_args(ConnectionName)

Routers = Mapping[tuple[Side, ConnectionName], Router]


@contextmanager
def four_routers(tieline: Tieline, folder: Path) -> Generator[Routers]:
    """They run as tieline configures them, until the context is left."""
    folders = {end: folder / "-".join(end) for end in product(SIDES, CONNECTIONS)}
    with ExitStack() as held:
        for each in folders.values():
            each.mkdir()
        hosts = {end: held.enter_context(a_namespace(each)) for end, each in folders.items()}
        for each in CONNECTIONS:
            wire(hosts["customer", each], hosts["provider", each], PORTS["frr"][each])
        yield {
            (side, connection): held.enter_context(
                _configured(
                    hosts[side, connection],
                    side,
                    configuration(tieline, side, connection),
                    folders[side, connection],
                )
            )
            for side, connection in folders
        }


@contextmanager
def _configured(host: Namespace, side: Side, text: str, folder: Path) -> Generator[Router]:
    for each in BEHIND[side]:
        network = ip_network(each)
        host.own(f"{network[1]}/{network.prefixlen}")
    with sub_interfaces(host, text, folder), a_router(host) as router:
        router.load(text)
        router.load(MORE[side])
        yield router
