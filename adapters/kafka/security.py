"""How to speak with the brokers: TIELINE_KAFKA_SECURITY, one protocol and its options.

`plaintext`, or for example
`sasl_ssl mechanism=SCRAM-SHA-512 user=tieline password=… cafile=/etc/ssl/kafka.pem`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PROTOCOLS: Final = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
_OPTIONS: Final[Mapping[str, str]] = {
    "mechanism": "sasl_mechanism",
    "user": "sasl_plain_username",
    "password": "sasl_plain_password",
    "cafile": "ssl_cafile",
    "certfile": "ssl_certfile",
    "keyfile": "ssl_keyfile",
}
_MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True)
class Security:
    """A protocol and its options, as they stand in the setting."""

    protocol: str = "plaintext"
    given: Mapping[str, str] = field(default_factory=dict[str, str])

    def options(self) -> dict[str, Any]:
        """What kafka-python takes."""
        named = {_OPTIONS[name]: value for name, value in self.given.items()}
        return {"security_protocol": self.protocol.upper(), **named}


def parsed(text: str) -> Security:
    """The setting as a value. Raises ValueError that says what would be accepted."""
    protocol, *words = text.split()
    if protocol not in PROTOCOLS:
        raise ValueError(f"begin with one of {', '.join(PROTOCOLS)}")
    given: dict[str, str] = {}
    for word in words:
        name, is_option, value = word.partition("=")
        if not is_option or name not in _OPTIONS or not value:
            raise ValueError(f"after the protocol come {', '.join(_OPTIONS)} as name=value")
        given[name] = value
    if protocol.startswith("sasl"):
        if given.get("mechanism") not in _MECHANISMS:
            raise ValueError(f"{protocol} needs mechanism=, one of {', '.join(_MECHANISMS)}")
        if "user" not in given or "password" not in given:
            raise ValueError(f"{protocol} needs user= and password=")
    return Security(protocol, given)
