"""The tree against RFC 6962's own definitions, and proofs against the ones who check them."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.proofs.tree import HASH, WIDTH, Growing, Place, Tree, edge_of
from adapters.proofs.verify import (
    EMPTY,
    Fails,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
)

MOST: Final = 70_000
SIZES: Final = (*range(1, 18), 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, MOST)

RFC_LEAVES: Final = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
RFC_ROOTS: Final = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first 1 to 8 leaves, as certificate transparency's reference code publishes them."""


class Kept:
    """Tiles in memory."""

    def __init__(self) -> None:
        self.tiles: dict[Place, bytes] = {}

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        return {place: self.tiles[place] for place in places}


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


@pytest.fixture(scope="module")
def grown() -> tuple[Kept, dict[int, bytes]]:
    """The tiles of a tree, and its roots at some sizes."""
    kept, roots = Kept(), dict[int, bytes]()
    tree = Growing(0, kept)
    for number in range(MOST):
        tree.add(LEAVES[number])
        if tree.size in SIZES:
            kept.tiles |= tree.taken()
            roots[tree.size] = tree.root()
            tree = Growing(tree.size, kept)
    return kept, roots


LEAVES: Final = [leaf_hash(str(number).encode()) for number in range(MOST)]


def test_the_roots_are_those_of_the_reference() -> None:
    tree = Growing(0, Kept())
    assert tree.root() == sha256(b"").digest()
    for leaf, root in zip(RFC_LEAVES, RFC_ROOTS, strict=True):
        tree.add(leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


@pytest.mark.parametrize("size", SIZES)
def test_a_root_is_as_defined(grown: tuple[Kept, dict[int, bytes]], size: int) -> None:
    kept, roots = grown
    assert roots[size] == Tree(size, kept).root() == naive_root(LEAVES[:size])


def test_tiles_are_laid_out_as_specified(grown: tuple[Kept, dict[int, bytes]]) -> None:
    kept, _ = grown
    widths = {place: len(tile) // HASH for place, tile in kept.tiles.items()}
    whole = [place for place, width in widths.items() if width == WIDTH]
    assert len([place for place in whole if place.level == 0]) == 273
    assert len([place for place in whole if place.level == 1]) == 1
    assert dict(edge_of(MOST)) == {Place(0, 273): 112, Place(1, 1): 17, Place(2, 0): 1}
    for place, width in edge_of(MOST):
        assert widths[place] == width


@given(st.integers(1, MOST), st.data())
def test_every_leaf_is_proved(
    grown: tuple[Kept, dict[int, bytes]], size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(size, grown[0])
    proof, root = tree.inclusion(index), tree.root()
    check_inclusion(LEAVES[index], index, size, proof, root)
    for wrong in (
        (LEAVES[index - 1], index, size, proof, root),
        (LEAVES[index], index, size, [*proof, root], root),
        (LEAVES[index], index, size, proof, LEAVES[0]),
        (LEAVES[index], index + size, size, proof, root),
    ):
        if size > 1:
            with pytest.raises(Fails):
                check_inclusion(*wrong)
    if proof:
        with pytest.raises(Fails):
            check_inclusion(LEAVES[index], index, size, proof[:-1], root)


@given(st.integers(0, MOST), st.data())
def test_every_extension_is_proved(
    grown: tuple[Kept, dict[int, bytes]], old: int, data: st.DataObject
) -> None:
    new = data.draw(st.integers(old, MOST))
    older, newer = Tree(old, grown[0]), Tree(new, grown[0])
    proof = newer.consistency(old)
    check_consistency(old, new, older.root(), newer.root(), proof)
    with pytest.raises(Fails):
        check_consistency(old, new, older.root(), newer.root(), [*proof, older.root()])
    if 0 < old < new:
        for wrong in (
            (old, new, LEAVES[0] if old > 1 else LEAVES[1], newer.root(), proof),
            (old, new, older.root(), LEAVES[0], proof),
            (old, new, older.root(), newer.root(), proof[:-1]),
            (old, new, older.root(), newer.root(), [LEAVES[5], *proof[1:]]),
        ):
            with pytest.raises(Fails):
                check_consistency(*wrong)


def test_a_shorter_tree_extends_nothing() -> None:
    with pytest.raises(Fails, match="can't extend"):
        check_consistency(5, 4, EMPTY, EMPTY, [])


def test_trees_of_one_size_have_one_root() -> None:
    with pytest.raises(Fails, match="history was altered"):
        check_consistency(5, 5, LEAVES[0], LEAVES[1], [])
