"""What is wrong with the value of a setting: None, or what would be accepted."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Final

_HOST_PORT: Final = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}"


def address_fault(value: str) -> str | None:
    """Of the log's address."""
    if re.fullmatch(r"sqlite:///[^\x00]+|postgresql://[^\x00\s]+", value):
        return None
    return (
        "use sqlite:///PATH, e.g. sqlite:///var/tieline.db, or sqlite:////srv/t.db from the root, "
        "or postgresql://USER@HOST:PORT/DATABASE"
    )


def views_fault(value: str) -> str | None:
    """Of the views' address; empty is the log's."""
    return address_fault(value) if value else None


def keys_fault(value: str) -> str | None:
    """Of the address of the keys; empty is a file beside the log."""
    if not value or value.startswith("postgresql://"):
        return address_fault(value) if value else None
    if "://" in value or "\0" in value:
        return (
            "use the path of a file, e.g. var/tieline.keys, or postgresql://USER@HOST:PORT/DATABASE"
        )
    return None


def file_fault(value: str) -> str | None:
    """Of a file's path."""
    return "use the path of a file" if "://" in value or "\0" in value else None


def origin_fault(value: str) -> str | None:
    """Of the name of a log; empty is one of its own."""
    if not value or re.fullmatch(r"[^\s+\x00-\x1f]{1,200}", value):
        return None
    return "use a name without blanks and '+', e.g. history.example/frankfurt"


def prefix_fault(value: str) -> str | None:
    """Of a prefix."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", value):
        return None
    return "use 1 to 80 letters, digits, '.', '_' or '-'"


def owner_fault(value: str) -> str | None:
    """Of an owner."""
    if value == "service:tieline":
        return "that is the engine itself; use another principal, e.g. user:owner"
    if re.fullmatch(r"(user|service|provider):[A-Za-z0-9][A-Za-z0-9._@-]{0,119}", value):
        return None
    return "use user:NAME, service:NAME or provider:NAME"


def network_fault(value: str) -> str | None:
    """Of who plays the provider."""
    return None if value in ("", "simulated", "none") else "use simulated or none"


def kafka_fault(value: str) -> str | None:
    """Of bootstrap servers."""
    if not value or re.fullmatch(f"{_HOST_PORT}(,{_HOST_PORT})*", value):
        return None
    return "use HOST:PORT, or several separated by commas, e.g. 127.0.0.1:9092"


def security_fault(value: str) -> str | None:
    """Of how brokers are spoken with."""
    from adapters.kafka.security import parsed  # noqa: PLC0415 - loaded only where it is set

    return None if value == "plaintext" else _fault_of(parsed, value)


def sources_fault(value: str) -> str | None:
    """Of who speaks for whom."""
    from adapters.speakers import parsed  # noqa: PLC0415

    return None if value == "*" else _fault_of(lambda text: parsed(text, "user:owner"), value)


def _fault_of(parse: Callable[[str], object], value: str) -> str | None:
    try:
        parse(value)
    except ValueError as fault:
        return str(fault)
    return None


def partitions_fault(value: str) -> str | None:
    """Of a number of partitions."""
    most = 1000
    return None if value.isdecimal() and 0 < int(value) <= most else f"use a number up to {most}"


def seconds_fault(value: str) -> str | None:
    """Of a number of seconds."""
    least = 60
    if value.isdecimal() and int(value) >= least:
        return None
    return f"use a number of seconds, {least} or more"


def rate_fault(value: str) -> str | None:
    """Of a number of commands a second; empty is no limit."""
    if not value or (value.isdecimal() and int(value) >= 1):
        return None
    return "use a number of commands a second, 1 or more"


def level_fault(value: str) -> str | None:
    """Of a level of logs."""
    levels = ("debug", "info", "warning", "error")
    return None if value in levels else f"use {', '.join(levels)}"


def listen_fault(value: str) -> str | None:
    """Of an address to listen at."""
    highest = 65535
    if re.fullmatch(_HOST_PORT, value) and int(value.rpartition(":")[2]) <= highest:
        return None
    return "use HOST:PORT, e.g. 127.0.0.1:9464; port 0 lets the system choose"


_ORIGIN: Final = r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"


def auth_fault(value: str) -> str | None:
    """Of how callers over HTTP prove who they are."""
    if value in ("none", "mtls"):
        return None
    way, _, where = value.partition(":")
    if way == "tokens" and where:
        return file_fault(where)
    if way == "oidc":
        return _issuer_fault(where)
    return "use none, tokens:FILE, oidc:ISSUER or mtls, e.g. tokens:var/tieline.tokens"


def _issuer_fault(issuer: str) -> str | None:
    if not re.fullmatch(rf"{_ORIGIN}(/[^\s?#]*)?", issuer):
        return "use oidc: and the issuer's address, e.g. oidc:https://login.example/realms/csp"
    host = issuer.partition("://")[2].partition("/")[0]
    if issuer.startswith("https://") or _is_here(re.sub(r":[0-9]+$", "", host).strip("[]")):
        return None
    return "use an issuer at https://, as whoever answers for it says who everybody is"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def word_fault(value: str) -> str | None:
    """Of a text without blanks, or none."""
    return None if re.fullmatch(r"[!-~]*", value) else "use a text without blanks"


def claim_name_fault(value: str) -> str | None:
    """Of the name of a claim."""
    return word_fault(value) if value else "use the name of a claim, e.g. sub"


def tls_fault(value: str) -> str | None:
    """Of files for TLS."""
    files = value.split(",")
    if not value or (len(files) in (2, 3) and all(files)):
        return file_fault(value)
    return "use CERT,KEY or, for mtls, CERT,KEY,CA: paths of PEM files"


def proxy_fault(value: str) -> str | None:
    """Of addresses of proxies."""
    try:
        for each in value.split(",") if value else ():
            ip_network(each)
    except ValueError:
        return "use addresses or networks separated by commas, e.g. 10.0.0.7,10.1.0.0/16"
    return None


def cors_fault(value: str) -> str | None:
    """Of origins."""
    if all(re.fullmatch(_ORIGIN, each) for each in value.split()):
        return None
    return "use origins separated by blanks, e.g. https://portal.example http://localhost:3000"
