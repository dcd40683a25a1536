"""The styles that there are templates for."""

from collections.abc import Mapping
from typing import Final

PORTS: Final[Mapping[str, Mapping[str, str]]] = {
    "cisco-ios-xe": {"primary": "GigabitEthernet0/0/0", "secondary": "GigabitEthernet0/0/1"},
    "juniper-junos": {"primary": "ge-0/0/0", "secondary": "ge-0/0/1"},
    "frr": {"primary": "eth0", "secondary": "eth1"},
}
"""The port that each connection is assumed to be at, by style. They differ, so that one router may
take both.
"""

STYLES: Final = tuple(PORTS)
