"""FRR, the routing suite, as a router: zebra and bgpd in a namespace, asked through vtysh."""

import json
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from stack.processes import Server, remove_at_last
from tests.routers.namespaces import Namespace

DAEMONS: Final = Path("/usr/lib/frr")
_USER: Final = "frr"
_UNICAST: Final = ("ipv4Unicast", "ipv6Unicast")
"""The families in the summary of BGP."""


class Router:
    """A router that runs; its folder has its sockets and what its daemons say."""

    def __init__(self, host: Namespace, folder: Path) -> None:
        self.host = host
        self.folder = folder

    def load(self, configuration: str) -> None:
        """Add a text to what is configured. Raises CalledProcessError for a line it rejects."""
        file = self.folder / "pasted.conf"
        file.write_text(configuration, encoding="utf-8")
        self._shell("-f", str(file))

    def configure(self, *lines: str) -> None:
        """Type some lines in configuration mode."""
        self.load("".join(f"{each}\n" for each in lines))

    def ask(self, command: str) -> Any:
        """The JSON document that a command answers with."""
        return json.loads(self._shell("-c", f"{command} json"))

    def run(self, command: str) -> None:
        """Type a line outside configuration mode."""
        self._shell("-c", command)

    def peers(self) -> Mapping[str, Mapping[str, Any]]:
        """The line of each neighbor in the summary of BGP, by its address, of both families."""
        return peers_in(self.ask("show bgp summary"))

    def received(self, neighbor: str) -> set[str]:
        """The prefixes that a neighbor announced and that were accepted."""
        return set(self._of(neighbor, "routes")["routes"])

    def refused(self, neighbor: str) -> set[str]:
        """The prefixes that a neighbor announced and that were not accepted; known of one with
        `soft-reconfiguration inbound`.
        """
        return set(self._of(neighbor, "filtered-routes")["receivedRoutes"])

    def _of(self, neighbor: str, what: str) -> Any:
        family = "ipv6" if ":" in neighbor else "ipv4"
        return self.ask(f"show bgp {family} unicast neighbors {neighbor} {what}")

    def _shell(self, *arguments: str) -> str:
        return self.host.run("vtysh", "--vty_socket", str(self.folder), *arguments)


def peers_in(summary: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The neighbors in `show bgp summary json`, by address."""
    families = (summary[each]["peers"] for each in _UNICAST if each in summary)
    return {address: peer for peers in families for address, peer in peers.items()}


@contextmanager
def a_router(host: Namespace) -> Generator[Router]:
    """A router without configuration, until the context is left."""
    folder = Path(tempfile.mkdtemp(prefix="tieline-frr-"))
    remove_at_last(folder)
    shutil.chown(folder, _USER, _USER)
    (folder / "empty.conf").touch()
    with ExitStack() as held:
        held.callback(shutil.rmtree, folder)
        for daemon in ("zebra", "bgpd"):
            server = _daemon(daemon, host, folder)
            held.callback(server.stop)
            server.start(lambda _, named=daemon: (folder / f"{named}.vty").is_socket())
        yield Router(host, folder)


def _daemon(name: str, host: Namespace, folder: Path) -> Server:
    """A daemon with all its files in the folder, without a port for telnet."""
    options = {
        "--user": _USER,
        "--group": _USER,
        "--pid_file": folder / f"{name}.pid",
        "--socket": folder / "zserv",
        "--vty_socket": folder,
        "--vty_port": 0,
        "--config_file": folder / "empty.conf",
        "--log": "stdout",
    }
    arguments = [str(each) for option in options.items() for each in option]
    return Server(host.command(str(DAEMONS / name), *arguments), folder / f"{name}.log")
