"""The tree over a log: the same in every store, extended by every seal, never by anything else."""

from collections.abc import Generator
from contextlib import closing

import pytest

from adapters.proofs.entries import Altered, Reach
from adapters.proofs.tree import Tree, edge_of
from adapters.proofs.verify import Checkpoint, check_consistency, check_inclusion, leaf_hash
from domain.engine.log import Log
from tests.contract.stores import Store
from tests.contract.submitting import MIXED, WORLD, many_orders, submit
from tests.proofs.sealed import Sealed


@pytest.fixture
def sealed(store: Store, log: Log) -> Generator[Sealed]:
    made = Sealed(log, store.url)
    yield made
    made.close()


def test_entries_stand_in_the_order_of_the_log(sealed: Sealed) -> None:
    submit(sealed.log, *WORLD, *MIXED)
    signed = sealed.sealer.seal()
    mark = sealed.log.mark()
    assert signed.reach == Reach(mark.position, mark.outcome)
    entries = list(sealed.entries.between(Reach(0, 0), signed.reach))
    assert len(entries) == signed.reach.size
    assert [sealed.entries.at(index, signed.reach) for index in range(len(entries))] == entries


def test_every_entry_is_proved(sealed: Sealed) -> None:
    submit(sealed.log, *WORLD, *MIXED)
    reach, note = sealed.sealer.seal()
    root, tree = Checkpoint.of_note(note).root, Tree(reach.size, sealed.kept)
    for index, entry in enumerate(sealed.entries.between(Reach(0, 0), reach)):
        check_inclusion(leaf_hash(entry.written), index, reach.size, tree.inclusion(index), root)


def test_each_seal_extends_the_one_before(sealed: Sealed) -> None:
    before = Checkpoint("", 0, Tree(0, sealed.kept).root())
    for messages in (WORLD, MIXED, many_orders(300), MIXED):
        submit(sealed.log, *messages)
        now = Checkpoint.of_note(sealed.sealer.seal().note)
        proof = Tree(now.size, sealed.kept).consistency(before.size)
        check_consistency(before.size, now.size, before.root, now.root, proof)
        before = now
    assert before.size > 256


def test_nothing_new_is_not_sealed_again(sealed: Sealed) -> None:
    submit(sealed.log, *WORLD)
    assert sealed.sealer.seal() == sealed.sealer.seal()


def test_the_same_history_has_the_same_root(store: Store, sealed: Sealed) -> None:
    other = store.another()
    submit(sealed.log, *WORLD, *many_orders(60))
    at_once = sealed.sealer.seal()
    log = other.open()
    piecemeal = Sealed(log, other.url)
    for each in (*WORLD, *many_orders(60)):
        submit(log, each)
        piecemeal.sealer.seal()
    assert piecemeal.kept.last() == at_once
    piecemeal.close()
    log.close()


def test_of_two_sealers_one_signs(sealed: Sealed) -> None:
    submit(sealed.log, *WORLD)
    first = sealed.sealer.seal()
    submit(sealed.log, *MIXED)
    second = sealed.sealer.seal()
    assert not sealed.kept.sign(first, second, {})
    assert sealed.kept.last() == second


def test_a_tile_that_was_altered_is_never_built_upon(sealed: Sealed) -> None:
    submit(sealed.log, *WORLD)
    signed = sealed.sealer.seal()
    tiles = sealed.kept.read({place for place, _ in edge_of(signed.reach.size)})
    sealed.kept.keep({place: bytes(len(tile)) for place, tile in tiles.items()})
    submit(sealed.log, *MIXED)
    with pytest.raises(Altered, match="do not lead to the root"):
        sealed.sealer.seal()
    assert sealed.kept.last() == signed


def test_a_log_that_ends_before_its_checkpoint_is_not_sealed(sealed: Sealed, store: Store) -> None:
    submit(sealed.log, *WORLD)
    mark = sealed.log.mark()
    submit(sealed.log, *MIXED)
    sealed.sealer.seal()
    store.go_back(mark)
    with (
        closing(store.open()) as shorter,
        closing(Sealed(shorter, store.url)) as again,
        pytest.raises(Altered, match="ends before the last checkpoint"),
    ):
        again.sealer.seal()
