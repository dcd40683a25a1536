"""A TCP connection that a test can cut, hold up and slow down: the network between two parts."""

import contextlib
import socket
import struct
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import sleep
from typing import Final

_LOOPBACK: Final = "127.0.0.1"
_CHUNK: Final = 65536
_PAUSE: Final = 0.05  # seconds until a thread notices that its connection is over
_RESET: Final = struct.pack("ii", 1, 0)  # as linger: closing sends a reset and waits for nothing


class Proxy:
    """Listens on a loopback port and passes on what clients and a server say to each other.

    `port` is where clients find it. `target` is the server's port; it may be set later or changed.
    What a test does to the network applies to existing connections and to new ones:

    - `cut`: connections are reset, new ones too, until `restore`
    - `hold`: nothing passes and nobody is told, as if packets were lost; `restore` lets it through
    - `hold_answers`: likewise, but requests still arrive: they have effects that no client knows of
    - `delay`: every piece passes that many seconds later
    """

    def __init__(self, target: int | None = None) -> None:
        self.target = target
        self.delay = 0.0
        self.requests_pass, self.answers_pass = Event(), Event()
        self._is_cut = Event()
        self._lines: list[_Line] = []
        self._lock = Lock()
        self._listener = socket.create_server((_LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._listener.settimeout(_PAUSE)
        self._is_closed = Event()
        self._thread = Thread(target=self._accept, daemon=True)
        self.restore()
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        with self._lock:
            return sum(not line.is_over.is_set() for line in self._lines)

    def cut(self) -> None:
        """Reset every connection, and every new one."""
        self._is_cut.set()
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.reset()

    def hold(self) -> None:
        """Let nothing pass, but keep the connections open."""
        self.requests_pass.clear()
        self.answers_pass.clear()

    def hold_answers(self) -> None:
        """Let requests pass, but no answers."""
        self.answers_pass.clear()

    def restore(self) -> None:
        """Let everything pass again, including what was held."""
        self._is_cut.clear()
        self.requests_pass.set()
        self.answers_pass.set()

    def close(self) -> None:
        """End it and all its connections."""
        self._is_closed.set()
        self._thread.join()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while not self._is_closed.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = self._to_server()
        if server is None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            client.close()
            return
        with self._lock:
            self._lines = [line for line in self._lines if not line.is_over.is_set()]
            self._lines.append(_Line(self, client, server))
        if self._is_cut.is_set():  # since `_to_server` looked
            self.cut()

    def _to_server(self) -> socket.socket | None:
        assert self.target is not None, "set the target first"
        if self._is_cut.is_set():
            return None
        try:
            return socket.create_connection((_LOOPBACK, self.target), timeout=5)
        except OSError:
            return None


@contextmanager
def proxy(target: int | None = None) -> Generator[Proxy]:
    """A proxy that is closed when the context is left."""
    stands = Proxy(target)
    try:
        yield stands
    finally:
        stands.close()


class _Line:
    """One client's connection: two threads, one for each direction."""

    def __init__(self, network: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.is_over = Event()
        self._network = network
        self._ends = (client, server)
        for end in self._ends:
            end.settimeout(_PAUSE)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._threads = [
            Thread(target=self._pass_on, args=(*ends, gate), daemon=True)
            for ends, gate in (
                ((client, server), network.requests_pass),
                ((server, client), network.answers_pass),
            )
        ]
        for thread in self._threads:
            thread.start()
        Thread(target=self._close, daemon=True).start()

    def reset(self) -> None:
        """End it so that both sides see a reset."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.is_over.set()
        self._close()

    def _close(self) -> None:
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _pass_on(self, source: socket.socket, sink: socket.socket, gate: Event) -> None:
        with contextlib.suppress(OSError):
            while piece := self._heard(source):
                sleep(self._network.delay)
                while not gate.wait(_PAUSE):
                    if self.is_over.is_set():
                        return
                self._say(sink, piece)
        self.is_over.set()

    def _heard(self, source: socket.socket) -> bytes:
        """The next piece; empty when the connection is over."""
        while not self.is_over.is_set():
            with contextlib.suppress(TimeoutError):
                return source.recv(_CHUNK)
        return b""

    def _say(self, sink: socket.socket, piece: bytes) -> None:
        while piece and not self.is_over.is_set():
            with contextlib.suppress(TimeoutError):
                piece = piece[sink.send(piece) :]
