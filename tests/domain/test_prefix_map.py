"""A prefix as numbers, and the map of prefixes, against the standard library and a list."""

from collections import Counter
from ipaddress import (
    IPv4Interface,
    IPv4Network,
    IPv6Interface,
    IPv6Network,
    ip_interface,
    ip_network,
)
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.csp.state import Holding
from domain.words.prefix import Prefix
from domain.words.prefix import prefix as prefix_of
from domain.words.prefix_map import PrefixMap

# --- the trie against the naive way


def _v4(bits: int, length: int) -> Prefix:
    return prefix_of(str(IPv4Network((bits << (32 - length) & (2**32 - 1), length))))


def _v6(bits: int, length: int) -> Prefix:
    return prefix_of(str(IPv6Network((bits << (128 - length) & (2**128 - 1), length))))


FEW_BITS, SHORT = st.integers(0, 2**6 - 1), st.integers(0, 6)
V4, V6 = st.builds(_v4, FEW_BITS, SHORT), st.builds(_v6, FEW_BITS, SHORT)
PREFIX = st.one_of(V4, V6)
HELD = st.builds(Holding, PREFIX, st.sampled_from([None, "acme", "beta"]), st.booleans())


def _overlap(one: Any, other: Any) -> bool:
    return bool(one.version == other.version and one.overlaps(other))


@for_all(st.lists(HELD), st.lists(HELD), PREFIX)
def test_the_map_answers_as_a_list_would(
    added: list[Holding], removed: list[Holding], asked: Prefix
) -> None:
    known, naive = PrefixMap[Holding](), list[Holding]()
    for each in added:
        known = known.add(each)
        naive.append(each)
    for gone in removed:
        known = known.remove(gone)
        naive = [each for each in naive if each != gone]
    assert list(known.at(asked)) == [each for each in naive if each.prefix == asked]
    overlapping = [each for each in naive if _overlap(each.prefix, asked)]
    assert Counter(known.overlapping(asked)) == Counter(overlapping)
    covering = [each for each in naive if asked.lies_in(each.prefix)]
    covering.sort(key=lambda each: -each.prefix.length)  # of one prefix, in the order of adding
    assert known.covering(asked) == covering
    assert Counter(known) == Counter(naive)
    assert PrefixMap[Holding].of(known) == known


@for_all(st.lists(HELD))
def test_a_map_that_was_emptied_leaves_nothing_behind(added: list[Holding]) -> None:
    known = PrefixMap[Holding].of(added)
    for each in added:
        known = known.remove(each)
    assert known == PrefixMap[Holding]()


# --- a prefix as numbers against the standard library's networks

WRITTEN = st.tuples(st.ip_addresses(v=4), st.integers(0, 32)) | st.tuples(
    st.ip_addresses(v=6), st.integers(0, 128)
)


@for_all(WRITTEN.map(lambda both: ip_interface(f"{both[0]}/{both[1]}")))
def test_a_prefix_is_read_as_the_standard_library_reads_it(
    written: IPv4Interface | IPv6Interface,
) -> None:
    read = prefix_of(str(written))
    assert read.text == str(read) == str(written)
    assert read.has_host_bits == (written.ip != written.network.network_address)
    assert read.network.text == str(written.network)
    assert (read.first, read.last) == (int(written.network[0]), int(written.network[-1]))


def _near(last_byte: int, length: int) -> Prefix:
    return prefix_of(f"203.0.113.{last_byte}/{length}").network


NEAR = PREFIX | st.builds(_near, st.integers(0, 7), st.integers(29, 32))


@for_all(NEAR, NEAR)
def test_prefixes_overlap_as_the_standard_library_says(one: Prefix, other: Prefix) -> None:
    networks: Any = ip_network(one.text), ip_network(other.text)
    same = one.version == other.version
    assert one.overlaps(other) == (same and networks[0].overlaps(networks[1]))
