"""Which prefixes are whose: a persistent binary trie, one path of it copied per change.

`covering` and `inside` look at no more nodes than a prefix has bits, however many prefixes there
are; that is why it is no list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

Prefix = IPv4Network | IPv6Network
V4: Final = 4


@dataclass(frozen=True, slots=True)
class Holding:
    """One prefix and whose it is: a customer's, or (None) the CSP's; claimed or confirmed."""

    prefix: Prefix
    customer_id: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class _Node:
    holding: Holding | None = None
    zero: "_Node | None" = None
    one: "_Node | None" = None


@dataclass(frozen=True)
class Holdings:
    """All prefixes that some party holds. At most one holding per exact prefix."""

    v4: _Node | None = None
    v6: _Node | None = None

    def at(self, prefix: Prefix) -> Holding | None:
        """The holding of exactly this prefix."""
        node = self._root(prefix)
        for bit in _bits(prefix):
            if node is None:
                return None
            node = node.one if bit else node.zero
        return node.holding if node else None

    def overlapping(self, prefix: Prefix) -> Iterator[Holding]:
        """Every holding that covers the prefix or lies inside it."""
        node = self._root(prefix)
        for bit in _bits(prefix):
            if node is None:
                return
            if node.holding:
                yield node.holding
            node = node.one if bit else node.zero
        yield from _all(node)

    def holding(self, holding: Holding) -> "Holdings":
        """With this holding in place of any other of the same prefix."""
        return self._with(holding.prefix, holding)

    def free(self, prefix: Prefix) -> "Holdings":
        """Without the holding of exactly this prefix."""
        return self._with(prefix, None)

    def __iter__(self) -> Iterator[Holding]:
        yield from _all(self.v4)
        yield from _all(self.v6)

    def _root(self, prefix: Prefix) -> _Node | None:
        return self.v4 if prefix.version == V4 else self.v6

    def _with(self, prefix: Prefix, holding: Holding | None) -> "Holdings":
        root = _set(self._root(prefix), list(_bits(prefix)), 0, holding)
        return Holdings(root, self.v6) if prefix.version == V4 else Holdings(self.v4, root)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """In a snapshot: a list of prefix, party and whether it is confirmed."""
        return core_schema.no_info_after_validator_function(
            _from_list,
            core_schema.list_schema(core_schema.any_schema()),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda held: [[str(each.prefix), each.customer_id, each.confirmed] for each in held]
            ),
        )


def _from_list(rows: list[Any]) -> Holdings:
    held = Holdings()
    for prefix, customer_id, confirmed in rows:
        held = held.holding(Holding(ip_network(prefix), customer_id, confirmed))
    return held


def _bits(prefix: Prefix) -> Iterator[int]:
    address, width = int(prefix.network_address), prefix.max_prefixlen
    return ((address >> (width - 1 - place)) & 1 for place in range(prefix.prefixlen))


def _set(node: _Node | None, bits: list[int], at: int, holding: Holding | None) -> _Node | None:
    node = node or _Node()
    if at == len(bits):
        changed = _Node(holding, node.zero, node.one)
    elif bits[at]:
        changed = _Node(node.holding, node.zero, _set(node.one, bits, at + 1, holding))
    else:
        changed = _Node(node.holding, _set(node.zero, bits, at + 1, holding), node.one)
    return changed if changed.holding or changed.zero or changed.one else None


def _all(node: _Node | None) -> Iterator[Holding]:
    if node is None:
        return
    if node.holding:
        yield node.holding
    yield from _all(node.zero)
    yield from _all(node.one)
