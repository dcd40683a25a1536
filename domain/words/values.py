"""The words every message is made of: value types that are checked once, at the door.

Shapes come from the public contract ("Commands"); a value that is well formed but forbidden by a
rule passes here and is refused by that rule with a code of its own.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from domain.words.prefix import Prefix as AnyPrefix
from domain.words.prefix import prefix

Model = Literal["connect-through", "connect-to"]
Isolation = Literal["shared", "separate-public-and-private"]
Manager = Literal["csp", "customer"]
Tier = Literal["local", "standard", "premium"]
Billing = Literal["metered", "unlimited"]
RoutingDomain = Literal["private", "public", "microsoft"]
ProviderState = Literal["not-provisioned", "provisioning", "provisioned", "deprovisioning"]
CircuitState = Literal["enabling", "enabled", "disabling", "disabled"]
ResourceState = Literal["updating", "succeeded", "failed", "deleting"]
AnyState = Literal[ProviderState, CircuitState, ResourceState]
"""Any of the three states of a circuit: no two have a word in common."""
PeeringState = Literal["enabled", "disabled", "validation-needed"]
AuthorizationState = Literal["available", "used", "revoked"]
Strategy = Literal["teardown-first", "replace-first"]
AlarmKind = Literal[
    "billed-and-idle",
    "half-provisioned",
    "step-overdue",
    "prefixes-near-limit",
    "drift",
    "wrong-service-keys",
]
Role = Literal["owner", "contributor", "network-operator", "provider", "auditor", "reader"]

_said: dict[str, str] = {}

FORMS: Final[Mapping[str, str]] = _said
"""What each pattern asks for, as a fault says it: nobody has to read the pattern."""


def formed(pattern: str, asks: str) -> str:
    """A pattern, declared with the words for what it asks of a text."""
    _said[pattern] = asks
    return pattern


IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
GREATEST_INTEGER = 2**53 - 1
"""The largest integer that RFC 8785 (canonical JSON) can express."""

AN_ID: Final = "1 to 80 letters, digits, dots, underscores or hyphens, a letter or digit first"

Identifier = Annotated[
    str, StringConstraints(pattern=formed(f"^{IDENTIFIER}$", f"must be an id: {AN_ID}"))
]
"""An id chosen by a publisher: 1 to 80 letters, digits, `.`, `_`, `-`; a letter or digit first."""

_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_GUID_LENGTH: Final = len("4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b")


def is_guid(id: str) -> bool:
    """Whether an id is a GUID, as Azure writes those of subscriptions."""
    return len(id) == _GUID_LENGTH and _GUID.fullmatch(id) is not None


def subscription_key(id: str) -> str:
    """The form in which subscription ids are compared, wherever one stands: a GUID in lower case
    (RFC 9562), any other id as it is written.
    """
    return id.lower() if is_guid(id) else id


CIRCUIT_IDENTIFIER = rf"{IDENTIFIER}(\.r[0-9]{{1,8}})?"
CircuitId = Annotated[
    str,
    StringConstraints(
        pattern=formed(f"^{CIRCUIT_IDENTIFIER}$", f"must be the id of a circuit: {AN_ID}")
    ),
]
"""A circuit's id; one made by the engine (`….r2`) may be 90 characters long."""

PRINCIPAL = r"(user|service|provider):[A-Za-z0-9][A-Za-z0-9._@-]{0,119}"
Principal = Annotated[
    str,
    StringConstraints(
        pattern=formed(
            f"^{PRINCIPAL}$",
            "must be a principal: user:NAME, service:NAME or provider:NAME, "
            "the name of 1 to 120 letters, digits, dots, underscores, hyphens or @",
        )
    ),
]
"""Who speaks: `user:NAME`, `service:NAME` or `provider:NAME`."""

LONGEST_TEXT = 1000
"""The most characters of a reason, a note or a name."""

_NO_NUL: Final = formed(r"^[^\x00]*$", "must not contain the character U+0000")
SOME_TEXT: Final = formed(r"^[^\x00]+$", "must not be empty, nor contain the character U+0000")

Text = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=LONGEST_TEXT)]
"""Free text: at most 1000 characters, no U+0000."""

AnyText = Annotated[str, StringConstraints(pattern=_NO_NUL)]
"""Text of any length without U+0000, for what is compared and never stored: a quoted key."""

Sentence = Annotated[
    str, StringConstraints(pattern=SOME_TEXT, min_length=1, max_length=LONGEST_TEXT)
]
"""Free text that must not be empty: a reason, a name, evidence."""

Mbps = Annotated[int, Field(ge=1, le=GREATEST_INTEGER)]
"""A rate in Mbit/s; which rates are offered is a rule of the profile."""

Vlan = Annotated[int, Field(ge=1, le=4094)]
"""An IEEE 802.1Q VLAN id."""

Asn = Annotated[int, Field(ge=1, le=4294967295)]
"""An autonomous system number, 16 or 32 bit (RFC 6793)."""

_BELOW_ONE, _FROM_ONE = r"0\.[0-9]{0,3}[1-9][0-9]{0,3}", r"[1-9][0-9]{0,2}(\.[0-9]{1,4})?"
Factor = Annotated[
    str,
    StringConstraints(
        pattern=formed(
            f"^({_BELOW_ONE}|{_FROM_ONE})$",
            "must be a decimal above 0 and below 1000, at most four digits after the point",
        )
    ),
]
"""An oversubscription factor above zero, a decimal string: `"1"`, `"1.5"`, no binary fraction."""


def _as_prefix(value: object) -> AnyPrefix:
    if isinstance(value, str):
        return prefix(value)
    if not isinstance(value, AnyPrefix):
        raise ValueError("an address prefix is a string such as 10.0.0.0/30")  # noqa: TRY004  what pydantic reads
    return value


def _as_network(value: object) -> AnyPrefix:
    network = value if isinstance(value, AnyPrefix) else _as_prefix(value)
    if network.address != network.first:
        raise ValueError("a network has no host bits set")
    return network


def _text_of(value: AnyPrefix) -> str:
    return value.text


_WRITTEN = PlainSerializer(_text_of, return_type=str)
_SCHEMA = WithJsonSchema({"type": "string", "examples": ["203.0.113.0/24", "2001:db8::/32"]})

Prefix = Annotated[AnyPrefix, PlainValidator(_as_prefix), _WRITTEN, _SCHEMA]
"""A prefix as it was written. Host bits may be set: a rule refuses them, not the shape."""

Network = Annotated[AnyPrefix, PlainValidator(_as_network), _WRITTEN, _SCHEMA]
"""A prefix that passed the rules: no host bits."""


_SECONDS_IN_UTC = len("2026-01-05T09:00:00Z")


def written_time(text: str) -> str:
    """The instant of an RFC 3339 time, as tieline writes every time: UTC, microseconds, `Z`.

    Written that way, times compare as strings. Raises ValueError without an offset.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as no_time:
        raise ValueError("there is no such day, or no such time of day") from no_time
    if len(text) == _SECONDS_IN_UTC and text[-1] == "Z" and text[10] == "T":
        return f"{text[:-1]}.000000Z"
    if instant.tzinfo is None or "T" not in text:
        raise ValueError("a time has a date, a T and an offset: 2026-01-05T09:00:00Z")
    try:
        return format_time(instant.astimezone(UTC))
    except OverflowError as beyond:
        raise ValueError("a time lies between the years 1 and 9999") from beyond


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_OF_DAY = "T23:59:59.999999Z"


def written_moment(text: str) -> str:
    """A time as people give it, as tieline writes it: an instant, or a day, which is meant to its
    end. Raises ValueError.
    """
    return written_time(f"{text}{_LAST_OF_DAY}" if _DATE.fullmatch(text) else text)


def format_time(instant: datetime) -> str:
    """An aware UTC instant as tieline writes it, e.g. `2026-01-05T09:00:00.000000Z`."""
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def read_time(text: str) -> datetime:
    """The instant that `format_time` wrote."""
    return datetime.fromisoformat(text)


_DAY, _CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
Time = Annotated[
    str,
    StringConstraints(
        pattern=formed(
            rf"^{_DAY}T{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})$",
            "must be a time with its offset, such as 2026-01-05T09:00:00Z",
        )
    ),
    AfterValidator(written_time),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant, RFC 3339 with an offset; kept in UTC."""
