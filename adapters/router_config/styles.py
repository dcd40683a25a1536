"""The styles that there are templates for."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from adapters.router_config.model import ConnectionName, End, Side

PORTS: Final[Mapping[str, Mapping[str, str]]] = {
    "cisco-ios-xe": {"primary": "GigabitEthernet0/0/0", "secondary": "GigabitEthernet0/0/1"},
    "juniper-junos": {"primary": "ge-0/0/0", "secondary": "ge-0/0/1"},
    "frr": {"primary": "eth0", "secondary": "eth1"},
}
"""The port that each connection is assumed to be at, by style. They differ, so that one router may
take both.
"""

STYLES: Final = tuple(PORTS)

CONNECTIONS: Final = get_args(ConnectionName)


def ends_of(style: str, side: Side, connection: str, interface: str | None = None) -> Sequence[End]:
    """The ends of a connection, or of `both`; at the ports of the style unless one is named."""
    return [
        End(side, each, interface or PORTS[style][each], assumed=interface is None)
        for each in CONNECTIONS
        if connection in (each, "both")
    ]
