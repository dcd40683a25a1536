"""The algorithms that the cloud offers for IPsec, and which of them are strong enough.

Source: the cloud provider's table of policies for VPN gateways, 2026-08-19; which are weak, by RFC
8247 (IKE) and RFC 8221 (ESP), 2017-10.
"""

from collections.abc import Mapping
from typing import Final, Literal

IkeEncryption = Literal["gcm-aes-256", "gcm-aes-128", "aes-256", "aes-192", "aes-128"]
IkeIntegrity = Literal["sha-384", "sha-256", "sha-1", "md5"]
DhGroup = Literal[
    "ecp-384",
    "ecp-256",
    "dh-group-14",
    "dh-group-2048",
    "dh-group-24",
    "dh-group-2",
    "dh-group-1",
    "none",
]
IpsecEncryption = Literal[
    "gcm-aes-256",
    "gcm-aes-192",
    "gcm-aes-128",
    "aes-256",
    "aes-192",
    "aes-128",
    "3des",
    "des",
    "none",
]
IpsecIntegrity = Literal["gcm-aes-256", "gcm-aes-192", "gcm-aes-128", "sha-256", "sha-1", "md5"]
PfsGroup = Literal["ecp-384", "ecp-256", "pfs-2048", "pfs-24", "pfs-2", "pfs-1", "none"]

STRONG: Final[Mapping[str, tuple[str, ...]]] = {
    "ike_encryption": ("gcm-aes-256", "gcm-aes-128", "aes-256", "aes-192", "aes-128"),
    "ike_integrity": ("sha-384", "sha-256"),
    "dh_group": ("ecp-384", "ecp-256", "dh-group-14", "dh-group-2048"),
    "ipsec_encryption": (
        "gcm-aes-256",
        "gcm-aes-192",
        "gcm-aes-128",
        "aes-256",
        "aes-192",
        "aes-128",
    ),
    "ipsec_integrity": ("gcm-aes-256", "gcm-aes-192", "gcm-aes-128", "sha-256"),
    "pfs_group": ("ecp-384", "ecp-256", "pfs-2048"),
}
"""What is strong enough, by the field of a policy; whatever else is offered is too weak."""

SHORTEST_SECONDS: Final = 300
USUAL_SECONDS: Final = 27_000
LEAST_KILOBYTES: Final = 1_024
USUAL_KILOBYTES: Final = 102_400_000
"""The bounds of a security association's life, and what it is unless it is given."""


def is_gcm(algorithm: str) -> bool:
    """Whether an algorithm encrypts and proves integrity in one: then both fields name it."""
    return algorithm.startswith("gcm-")
