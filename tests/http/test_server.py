"""The socket that the server listens on."""

import socket

from adapters.http.server import bound


def test_answers_on_a_connection_are_sent_without_delay() -> None:
    with bound("127.0.0.1:0") as (listening, address):
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port))):
            listening.setblocking(True)  # noqa: FBT003 - the library's parameter
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP, "asyncio sets TCP_NODELAY by this"
