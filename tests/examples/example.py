"""What an example of a command is."""

from typing import Any, Literal, NamedTuple

Sender = Literal["csp", "provider", "owner", "contributor", "operator"]
"""The least role that may send a command (contract, "Who speaks"); `csp` is the CSP alone."""


class Example(NamedTuple):
    """A subject, the least sender, the command as it is typed, and data that has every field."""

    subject: str
    sender: Sender
    typed: str
    """The options after `tieline <noun> <verb> <id>`; they may differ from `data`."""
    data: dict[str, Any]

    def message(self, verb: str, **attributes: Any) -> dict[str, Any]:
        """The example as a CloudEvent."""
        return {
            "specversion": "1.0",
            "id": "c-001",
            "source": "/test",
            "type": f"tieline.command.{verb}.v1",
            "subject": self.subject,
            "data": self.data,
        } | attributes
