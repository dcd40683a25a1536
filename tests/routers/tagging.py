"""Sub-interfaces where the kernel has no 802.1Q: `python tagging.py PORT VLAN...`.

Each is a TAP device, PORT.VLAN. What is sent there leaves PORT with the tag, and what arrives at
PORT with the tag comes out there without it. It runs in the namespace that the port is in, says
`ready`, and goes on until it is ended. It leans on the standard library alone.
"""

import fcntl
import os
import selectors
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

_IFREQ: Final = struct.Struct("16sH22x")
"""A device's name and flags, as the kernel is asked for them."""
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP: Final = 0x1
_TUNSETIFF: Final = 0x400454CA
_IFF_TAP_WITHOUT_HEADER: Final = 0x0002 | 0x1000
_ETH_P_ALL: Final = 0x0003
_TAG: Final = struct.Struct("!HH")
_TPID: Final = 0x8100
_ADDRESSES: Final = 12
"""Bytes of a frame before its tag: the two Ethernet addresses."""

_SOL_PACKET: Final = 263
_PACKET_AUXDATA: Final = 8
_PACKET_IGNORE_OUTGOING: Final = 23
_AUXDATA: Final = struct.Struct("IIIHHHH")
"""status, length, captured, link header, network header, tag, its type."""
_HAS_TAG: Final = 0x10
_VLAN: Final = 0x0FFF
_FRAME: Final = 65536


def sub_interface(port: str, vlan: int) -> int:
    """Make the device, and return the file that its frames are read from and written to.

    It is up, as one that is down takes no frame.
    """
    file = os.open("/dev/net/tun", os.O_RDWR)
    name = f"{port}.{vlan}".encode()
    fcntl.ioctl(file, _TUNSETIFF, _IFREQ.pack(name, _IFF_TAP_WITHOUT_HEADER))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, _IFREQ.pack(name, _IFF_UP))
    return file


def trunk(port: str) -> socket.socket:
    """The port's own frames. The kernel takes the tag off each and tells it beside the frame."""
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    opened.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    opened.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    opened.bind((port, _ETH_P_ALL))
    return opened


def leave(port: socket.socket, vlan: int, device: int) -> None:
    """Send a frame of a sub-interface, with its tag."""
    frame = os.read(device, _FRAME)
    tag = _TAG.pack(_TPID, vlan)
    port.send(frame[:_ADDRESSES] + tag + frame[_ADDRESSES:])


def arrive(port: socket.socket, devices: Mapping[int, int]) -> None:
    """Hand a frame to the sub-interface of its tag; others are nobody's."""
    frame, told, _, _ = port.recvmsg(_FRAME, socket.CMSG_SPACE(_AUXDATA.size))
    for _, _, auxdata in told:
        status, *_, tag, _ = _AUXDATA.unpack(auxdata)
        if status & _HAS_TAG and (device := devices.get(tag & _VLAN)):
            os.write(device, frame)


def main(name: str, vlans: list[int]) -> None:
    """Carry frames until this process is ended."""
    port, devices = trunk(name), {vlan: sub_interface(name, vlan) for vlan in vlans}
    ready = selectors.DefaultSelector()
    ready.register(port, selectors.EVENT_READ, partial(arrive, port, devices))
    for vlan, device in devices.items():
        ready.register(device, selectors.EVENT_READ, partial(leave, port, vlan, device))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in ready.select():
            carry: Callable[[], None] = key.data
            carry()


if __name__ == "__main__":
    main(sys.argv[1], [int(each) for each in sys.argv[2:]])
