"""Hosts on one machine: network namespaces, wires between them, sub-interfaces of their ports."""

import re
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from stack.processes import Server

_TAGGING: Final = Path(__file__).with_name("tagging.py")
_NO_VLANS: Final = "Unknown device type"
"""What `ip` says where the kernel has no 802.1Q."""

_SUB_INTERFACE: Final = re.compile(
    r"^! Sub-interface: (?P<command>ip link add link (?P<port>\S+) name (?P<name>\S+)"
    r" type vlan id (?P<vlan>\d+))$",
    re.MULTILINE,
)
"""The line of a configuration for FRR that says how a sub-interface is made."""


class Namespace:
    """One host: interfaces and addresses of its own. It is there as long as `pid` runs in it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def command(self, *arguments: str) -> Sequence[str]:
        """The command that runs a program there, under the id of the process that is started."""
        return ("nsenter", f"--net=/proc/{self.pid}/ns/net", "--", *arguments)

    def run(self, *arguments: str) -> str:
        """Run a program there to its end, and return what it printed. Raises CalledProcessError."""
        return _run(*self.command(*arguments))

    def own(self, prefix_length: str) -> None:
        """Have an address, and with it a route to its prefix."""
        self.run("ip", "address", "add", prefix_length, "dev", "lo")

    def counted(self, counter: str) -> int:
        """One of the kernel's counters of TCP, as `nstat` names them without `TcpExt`."""
        lines = [each.split() for each in self.run("cat", "/proc/net/netstat").splitlines()]
        names, values = (each for each in lines if each[0] == "TcpExt:")
        return int(dict(zip(names, values, strict=True))[counter])


@contextmanager
def a_namespace(folder: Path) -> Generator[Namespace]:
    """A host until the context is left; IPv6 addresses serve at once, as no one else has them.

    It has no name: nothing is left of it however the tests end.
    """
    program = ("unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity")
    server = Server(program, folder / "host.log")
    try:
        server.start(lambda said: "ready" in said)
        made = Namespace(server.pid)
        made.run("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
        made.run("ip", "link", "set", "lo", "up")
        yield made
    finally:
        server.stop()


def wire(one: Namespace, other: Namespace, port: str) -> None:
    """Lay a wire between two hosts; the port at both ends is called the same."""
    peer = ("peer", "name", port, "netns", str(other.pid))
    one.run("ip", "link", "add", port, "type", "veth", *peer)
    for end in (one, other):
        end.run("ip", "link", "set", port, "up")


@contextmanager
def sub_interfaces(host: Namespace, configuration: str, folder: Path) -> Generator[None]:
    """The sub-interfaces that a configuration asks for, by the commands in its comments.

    Where the kernel knows no 802.1Q, `tagging.py` does the same with real tags on the wire.
    """
    asked = list(_SUB_INTERFACE.finditer(configuration))
    assert asked, "no sub-interface is asked for"
    with ExitStack() as held:
        if not all(_made(host, each["command"]) for each in asked):
            held.enter_context(_tagged(host, asked, folder))
        for each in asked:
            host.run("ip", "link", "set", each["name"], "up")
        yield


def _made(host: Namespace, command: str) -> bool:
    """Whether the kernel could make it."""
    try:
        host.run(*command.split())
    except subprocess.CalledProcessError as fault:
        if _NO_VLANS in fault.stderr:
            return False
        raise
    return True


@contextmanager
def _tagged(host: Namespace, asked: Sequence[re.Match[str]], folder: Path) -> Generator[None]:
    (port,) = {each["port"] for each in asked}
    vlans = [each["vlan"] for each in asked]
    program = host.command(sys.executable, str(_TAGGING), port, *vlans)
    server = Server(program, folder / "tagging.log")
    try:
        server.start(lambda said: "ready" in said)
        yield
    finally:
        server.stop()


def _run(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout
