"""HTTP/1.1 with a bound on the head of a request, which the parser does not have."""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's address and headers."""


class Bounded(HttpToolsProtocol):
    """Closes the connection of a request whose head does not end: the parser sets no bound."""

    _head = 0

    def data_received(self, data: bytes) -> None:
        """Count what comes before the body."""
        if self._head > LONGEST_HEAD:
            self.send_400_response("The head of the request is too long.")
            return
        super().data_received(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._head += len(name) + len(value)
        super().on_header(name, value)

    def on_url(self, url: bytes) -> None:
        """Begin to count."""
        self._head = len(url)
        super().on_url(url)

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._head = 0
        super().on_headers_complete()
