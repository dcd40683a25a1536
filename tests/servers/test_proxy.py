"""The proxy does to a connection what a network can do."""

import socket
from collections.abc import Generator
from threading import Thread
from time import monotonic

import pytest

from tests.servers.proxy import Proxy, proxy


class Echo:
    """A server that answers what it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client:
            try:
                while piece := client.recv(65536):
                    self.heard += piece
                    client.sendall(piece)
            except OSError:
                return


@pytest.fixture
def server() -> Generator[Echo]:
    echo = Echo()
    yield echo
    echo.close()


@pytest.fixture
def network(server: Echo) -> Generator[Proxy]:
    with proxy(server.port) as stands:
        yield stands


@pytest.fixture
def client(network: Proxy) -> Generator[socket.socket]:
    with connected(network) as connection:
        yield connection


def connected(network: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", network.port), timeout=5)


def answered(client: socket.socket, said: bytes = b"hello") -> bytes:
    client.sendall(said)
    return heard(client, len(said))


def heard(client: socket.socket, count: int) -> bytes:
    parts: list[bytes] = []
    while (left := count - sum(map(len, parts))) and (piece := client.recv(left)):
        parts.append(piece)
    return b"".join(parts)


def hears_nothing(client: socket.socket) -> bool:
    client.settimeout(0.3)
    try:
        return not client.recv(1)
    except TimeoutError:
        client.settimeout(5)
        return True


def test_it_passes_on_what_is_said(client: socket.socket) -> None:
    much = bytes(range(256)) * 8000
    sender = Thread(target=client.sendall, args=(much,))
    sender.start()
    assert heard(client, len(much)) == much
    sender.join()


def test_a_cut_resets_what_stands_and_what_comes(client: socket.socket, network: Proxy) -> None:
    assert answered(client) == b"hello"
    network.cut()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with pytest.raises(ConnectionResetError), connected(network) as another:
        another.recv(1)
    assert network.connections == 0


def test_after_a_cut_new_connections_work_again(client: socket.socket, network: Proxy) -> None:
    assert answered(client) == b"hello"
    network.cut()
    network.restore()
    with connected(network) as another:
        assert answered(another) == b"hello"
        assert network.connections == 1


def test_what_is_held_comes_through_when_it_is_restored(
    client: socket.socket, network: Proxy, server: Echo
) -> None:
    network.hold()
    client.sendall(b"hello")
    assert hears_nothing(client)
    assert server.heard == b""
    network.restore()
    assert heard(client, 5) == b"hello"


def test_a_new_connection_is_held_as_well(network: Proxy) -> None:
    network.hold()
    with connected(network) as client:
        client.sendall(b"hello")
        assert hears_nothing(client)


def test_with_answers_held_requests_have_their_effect(
    client: socket.socket, network: Proxy, server: Echo
) -> None:
    network.hold_answers()
    client.sendall(b"hello")
    assert hears_nothing(client)
    assert server.heard == b"hello"


def test_what_is_held_can_be_cut(client: socket.socket, network: Proxy, server: Echo) -> None:
    network.hold()
    client.sendall(b"hello")
    assert hears_nothing(client)
    network.cut()
    network.restore()
    assert server.heard == b""
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_delay_delays(client: socket.socket, network: Proxy) -> None:
    network.delay = 0.2
    before = monotonic()
    assert answered(client) == b"hello"
    assert monotonic() - before >= 0.4  # there and back


def test_the_end_of_one_side_is_told_to_the_other(client: socket.socket) -> None:
    assert answered(client) == b"hello"
    client.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""


def test_a_server_that_is_gone_means_a_reset() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with (
            proxy(nobody.getsockname()[1]) as network,
            pytest.raises(ConnectionResetError),  # maybe while it still connects
            connected(network) as client,
        ):
            client.recv(1)


def test_closed_it_listens_no_more(server: Echo) -> None:
    with proxy(server.port) as network, connected(network) as client:
        assert answered(client) == b"hello"
    with pytest.raises(ConnectionRefusedError):
        connected(network)
