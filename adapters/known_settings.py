"""The settings that there are: what each is by default, what it means, which values it takes."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from adapters import setting_faults as faults


class Setting(NamedTuple):
    """One setting: its default, its meaning, and what is wrong with a value."""

    default: str
    meaning: str
    fault: Callable[[str], str | None]
    is_secret: bool = False
    """Whether nothing of it is ever printed."""


KNOWN: Final[Mapping[str, Setting]] = {
    "TIELINE_DATABASE": Setting("sqlite:///var/tieline.db", "the event log", faults.address_fault),
    "TIELINE_VIEWS": Setting(
        "", "where views keep their rows; unless set, the same database", faults.views_fault
    ),
    "TIELINE_KEYS": Setting(
        "",
        "where the keys of sealed secrets lie: a file, or postgresql:// for several hosts; unless "
        "set, a file beside the log",
        faults.keys_fault,
    ),
    "TIELINE_MASTER_KEY": Setting(
        "",
        "the file with the master key, which wraps all others; unless set, beside a file of keys",
        faults.file_fault,
    ),
    "TIELINE_PREFIX": Setting("tieline", "the cell's name", faults.prefix_fault),
    "TIELINE_OWNER": Setting("user:owner", "the principal who owns the CSP", faults.owner_fault),
    "TIELINE_NETWORK": Setting(
        "",
        "who plays the provider: simulated answers by itself, none waits for its commands; "
        "unless set, simulated under demo and, without TIELINE_KAFKA, under every verb that sends "
        "a command, otherwise none",
        faults.network_fault,
    ),
    "TIELINE_KAFKA": Setting(
        "", "bootstrap servers; empty: everything in one process, without Kafka", faults.kafka_fault
    ),
    "TIELINE_KAFKA_SECURITY": Setting(
        "plaintext",
        "how to speak with the brokers, e.g. sasl_ssl mechanism=SCRAM-SHA-512 user=… password=…",
        faults.security_fault,
    ),
    "TIELINE_SOURCES": Setting(
        "*",
        "which source speaks for which principals on Kafka; * is anyone, on loopback alone",
        faults.sources_fault,
    ),
    "TIELINE_PARTITIONS": Setting(
        "12",
        "partitions of a new topic of commands; events and outcomes have a third as many",
        faults.partitions_fault,
    ),
    "TIELINE_CLOCK_AHEAD": Setting(
        "600",
        "seconds that a clock may be ahead of the database server's before it decides nothing",
        faults.seconds_fault,
    ),
    "TIELINE_LOG_LEVEL": Setting(
        "info", "what the parts log: debug, info, warning or error", faults.level_fault
    ),
    "TIELINE_METRICS": Setting(
        "127.0.0.1:0",
        "where each part answers /metrics, /healthz and /readyz; port 0 is chosen and logged",
        faults.listen_fault,
    ),
    "TIELINE_HTTP": Setting("127.0.0.1:8080", "address of API and console", faults.listen_fault),
    "TIELINE_HTTP_RATE": Setting(
        "",
        "commands a second that each principal may send over HTTP, e.g. 200; ten seconds' worth "
        "may come at once, a full batch always; more are answered 429; unless set, no limit",
        faults.rate_fault,
    ),
    "TIELINE_AUTH": Setting(
        "none",
        "how callers over HTTP prove who they are: none, on loopback alone; tokens:FILE; "
        "oidc:ISSUER; or mtls",
        faults.auth_fault,
    ),
    "TIELINE_AUDIENCE": Setting(
        "", "with oidc: what an access token must be meant for, its aud", faults.word_fault
    ),
    "TIELINE_OIDC_CLAIM": Setting(
        "sub",
        "with oidc: the claim that names a user; sub, as they can't choose it",
        faults.claim_name_fault,
    ),
    "TIELINE_OIDC_PROVIDER_CLAIM": Setting(
        "",
        "with oidc: the claim that names the provider for whom somebody speaks",
        faults.word_fault,
    ),
    "TIELINE_OIDC_CLIENT": Setting(
        "", "with oidc: the client as which people sign in to the console", faults.word_fault
    ),
    "TIELINE_OIDC_CLIENT_SECRET": Setting(
        "", "with oidc: that client's secret, if it has one", faults.word_fault, is_secret=True
    ),
    "TIELINE_TLS": Setting(
        "",
        "CERT,KEY: files with the server's certificate and key; a third, CA, signs the "
        "certificates of clients, for mtls",
        faults.tls_fault,
    ),
    "TIELINE_CLIENTS": Setting(
        "",
        "with mtls: a file with the subject of each client's certificate and its principal",
        faults.file_fault,
    ),
    "TIELINE_TRUSTED_PROXY": Setting(
        "",
        "addresses or networks whose X-Forwarded headers are believed, separated by commas",
        faults.proxy_fault,
    ),
    "TIELINE_CORS": Setting(
        "",
        "origins whose pages may ask, separated by blanks, e.g. https://portal.example",
        faults.cors_fault,
    ),
    "TIELINE_SIGNING_KEY": Setting(
        "",
        "the file with the key that signs checkpoints of the log; unless set, beside the database",
        faults.file_fault,
    ),
    "TIELINE_ORIGIN": Setting(
        "",
        "the name of a new log in its checkpoints; unless set, the prefix and a random part",
        faults.origin_fault,
    ),
    "TIELINE_SESSION_KEY": Setting(
        "",
        "the file with the key of the console's cookies; unless set, beside the database",
        faults.file_fault,
    ),
}
"""The settings that this version honours."""
