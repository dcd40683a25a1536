"""Encryption of what crosses a circuit: recorded with it, before it is provisioned already.

Contract, second part, "Encryption"; rule book, "Security", 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.circuit.encryption_commands import (
    Encryption,
    IpsecPolicy,
    RemoveEncryption,
    SetEncryption,
)
from domain.circuit.events import EncryptionRemoved, EncryptionSet
from domain.circuit.guard import CircuitRule
from domain.circuit.ipsec import STRONG, is_gcm
from domain.circuit.state import CIRCUIT, Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, Warned, refused, some


def set_encryption(command: Command[SetEncryption], circuit: Circuit, states: States) -> Decision:
    """It takes the place of any that there was."""
    wanted = command.data.encryption
    if wanted == circuit.encryption:
        return ALREADY_TRUE
    if refusal := encryption_too_weak(circuit, wanted):
        return refusal
    private = circuit.peering("private")
    warnings = bypassed(circuit, wanted, private.advertised_routes if private else ())
    return accepted((command.subject, EncryptionSet(encryption=wanted)), warnings=warnings)


def remove_encryption(
    command: Command[RemoveEncryption], circuit: Circuit, states: States
) -> Decision:
    """Only where there is one."""
    if circuit.encryption is None:
        return refused("not-found", kind="encryption", id=circuit.circuit_id)
    return accepted((command.subject, EncryptionRemoved()))


def encryption_too_weak(circuit: Circuit, wanted: Encryption) -> Refused | None:
    """What the cloud offers and we refuse: every such part at once, with what would do."""
    weak = [each._asdict() for each in weak_parts(wanted.policy)] if wanted.policy else []
    if not weak:
        return None
    return refused("encryption-too-weak", circuit_id=circuit.circuit_id, weak=weak)


class WeakPart(NamedTuple):
    """A field of a policy that is too weak, and the values with which it would not be."""

    field: str
    value: str
    would_do: list[str]


def weak_parts(policy: IpsecPolicy) -> Iterator[WeakPart]:
    """Every weak part of a policy; once each is replaced by what would do, none is left."""
    for field, would_do in _that_would_do(policy).items():
        if (value := getattr(policy, field)) not in would_do:
            yield WeakPart(field, value, list(would_do))


def _that_would_do(policy: IpsecPolicy) -> Mapping[str, Sequence[str]]:
    """What is strong, by field, and goes together: a GCM cipher for ESP is its own integrity."""
    cipher, integrity = policy.ipsec_encryption, policy.ipsec_integrity
    if cipher in STRONG["ipsec_encryption"]:
        fitting = [cipher] if is_gcm(cipher) else _without_gcm("ipsec_integrity")
        return {**STRONG, "ipsec_integrity": fitting}
    if is_gcm(integrity):
        return {**STRONG, "ipsec_encryption": [integrity]}
    esp = ("ipsec_encryption", "ipsec_integrity")
    return {**STRONG, **{field: _without_gcm(field) for field in esp}}


def _without_gcm(field: str) -> Sequence[str]:
    return [each for each in STRONG[field] if not is_gcm(each)]


def bypassed(
    circuit: Circuit, encryption: Encryption | None, advertised: Sequence[Prefix]
) -> list[Warned]:
    """IPsec protects only what is routed into the tunnel: for a prefix that is advertised on the
    private peering as well, the path that is not encrypted wins.
    """
    if encryption is None or encryption.kind != "ipsec" or not advertised:
        return []
    prefixes = some([each.text for each in advertised])
    return [Warned("encryption-bypassed", {"circuit_id": circuit.circuit_id, "prefixes": prefixes})]


def copied(old: Circuit, successor: Circuit) -> list[Written]:
    """The successor has the old circuit's encryption, which the old one keeps."""
    if old.encryption is None or old.encryption == successor.encryption:
        return []
    stream = CIRCUIT.stream(successor.circuit_id)
    return [(stream, EncryptionSet(encryption=old.encryption))]


RULES: Final[Rules] = {
    SetEncryption: CircuitRule(set_encryption, "operate"),
    RemoveEncryption: CircuitRule(remove_encryption, "operate"),
}
