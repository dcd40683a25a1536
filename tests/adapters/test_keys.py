"""The keys of a cell: where they lie, who may read them, and what they open."""

import sqlite3
import stat
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, OctKey
from joserfc.registry import HeaderParameter

from adapters.keys import sealing
from adapters.keys.errors import Erased, KeysUnusable
from adapters.keys.opening import open_store, open_store_to_read
from adapters.keys.store import KeyStore
from domain.words.sealed import Sealed
from domain.words.secret import Secret
from tests.servers.shared import SharedPostgres

KEY, BITS = sealing.symmetric(bytes(range(32))), bytes(range(16))
secrets = st.from_regex(r"\A[A-Za-z0-9]{1,25}\Z").map(Secret)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "t.keys"


@pytest.fixture(params=["file", "postgresql"])
def where(request: pytest.FixtureRequest, file: Path) -> Generator[dict[str, str]]:
    """Where keys may lie, as `open_store` takes it."""
    if request.param == "file":
        yield {"where": str(file)}
        return
    server: SharedPostgres = request.getfixturevalue("postgres")
    with server.a_database() as address:
        yield {"where": address, "master": str(file.parent.parent / "master")}


def keys_in(store: KeyStore) -> tuple[Any, ...]:
    return store.id, store.digest_key(), store.door_key(), store.data_key("acme")


def test_keys_are_made_on_first_use_and_stay(where: dict[str, str]) -> None:
    with closing(open_store(**where, make=True)) as store:
        made = keys_in(store)
        assert len(set(made)) == len(made)
        assert store.customers() == ["acme"]
    with closing(open_store(**where, make=False)) as again:
        assert keys_in(again) == made
        assert again.data_key("birch") != again.data_key("acme")
    with closing(open_store_to_read(**where)) as reading:
        assert reading.existing_data_key("acme") == made[-1]


def test_two_processes_that_begin_at_once_have_the_same_keys(where: dict[str, str]) -> None:
    with (
        closing(open_store(**where, make=True)) as one,
        closing(open_store(**where, make=True)) as other,
    ):
        assert keys_in(one) == keys_in(other)


def test_a_destroyed_key_is_gone_for_whoever_reads(where: dict[str, str]) -> None:
    with closing(open_store(**where, make=True)) as store:
        store.data_key("acme")
        kept = store.data_key("birch")
        store.destroy("acme")
        store.destroy("acme")
        with pytest.raises(Erased):
            store.existing_data_key("acme")
        assert store.existing_data_key("birch") == kept


def test_rotating_wraps_every_key_anew_and_changes_none(where: dict[str, str]) -> None:
    with closing(open_store(**where, make=True)) as store:
        before = keys_in(store)
        master_file = Path(where.get("master") or f"{where['where']}.master")
        master = master_file.read_text()
        store.rotate()
        assert keys_in(store) == before
    assert master_file.read_text() != master
    assert len(master_file.read_text().split()) == 1
    with closing(open_store(**where, make=False)) as again:
        assert keys_in(again) == before
    master_file.write_text(master)
    with pytest.raises(KeysUnusable, match="not the one that wrapped"):
        open_store(**where, make=False)


def test_a_rotation_that_broke_off_leaves_keys_that_can_be_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_: object) -> None:
        raise OSError("cut")

    with closing(open_store(str(file), make=True)) as store:
        before = keys_in(store)
        monkeypatch.setattr(store, "_write", cut)
        with pytest.raises(OSError, match="cut"):
            store.rotate()
    with closing(open_store(str(file), make=False)) as again:
        assert keys_in(again) == before
        again.rotate()
        assert keys_in(again) == before


def test_files_are_for_their_owner_alone_and_hold_no_key_in_the_clear(file: Path) -> None:
    with closing(open_store(str(file), make=True)) as store:
        keys = keys_in(store)
    for each in file.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
        assert not any(key in each.read_bytes() for key in keys[1:])
    assert {each.name for each in file.parent.iterdir()} == {"t.keys", "t.keys.master"}


def test_reading_makes_nothing(file: Path) -> None:
    with pytest.raises(KeysUnusable, match="are not in"):
        open_store_to_read(str(file))
    with pytest.raises(KeysUnusable, match="are not in"):
        open_store(str(file), make=False)
    assert not file.parent.exists()


def test_without_its_master_key_a_store_says_so(file: Path) -> None:
    open_store(str(file), make=True).id  # noqa: B018  makes the first key
    file.with_name("t.keys.master").unlink()
    with pytest.raises(KeysUnusable, match="no master key"):
        open_store(str(file), make=True)
    file.with_name("t.keys.master").write_text("c2hvcnQ=")
    with pytest.raises(KeysUnusable, match="holds no master key"):
        open_store(str(file), make=True)


def test_another_programs_file_is_no_store(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(KeysUnusable, match="no store of keys"):
        open_store(str(tmp_path / "t.db"), make=True)
    (tmp_path / "text").write_text("not a database, but long enough to look at" * 50)
    with pytest.raises(KeysUnusable, match="can't be used"):
        open_store(str(tmp_path / "text"), make=True)


def test_a_database_of_keys_asks_for_the_file_of_the_master_key() -> None:
    with pytest.raises(KeysUnusable, match="TIELINE_MASTER_KEY"):
        open_store("postgresql://tieline@db/keys", make=True)


@given(secrets)
def test_what_is_sealed_opens_for_the_same_field_and_key(secret: Secret) -> None:
    sealed = sealing.sealed("acme", "private/md5_key", secret, BITS, KEY)
    assert sealing.unsealed(sealed, "private/md5_key", KEY) == secret
    for field, key in (
        ("public/md5_key", KEY),
        ("private/md5_key", sealing.symmetric(bytes(32))),
    ):
        with pytest.raises(ValueError, match="sealed"):
            sealing.unsealed(sealed, field, key)


@given(secrets, secrets)
def test_its_length_tells_nothing(one: Secret, other: Secret) -> None:
    both = [sealing.sealed("acme", "private/md5_key", each, BITS, KEY) for each in (one, other)]
    assert len(both[0].text) == len(both[1].text)


def test_the_same_command_seals_to_the_same_text_and_no_other_does() -> None:
    def sealed(
        customer: str = "acme", field: str = "private/md5_key", bits: bytes = BITS
    ) -> Sealed:
        return sealing.sealed(customer, field, Secret("Str0ng"), bits, KEY)

    assert sealed() == sealed()
    others = [sealed("birch"), sealed(field="public/md5_key"), sealed(bits=bytes(16))]
    nonces = {each.text.split(".")[2] for each in (sealed(), *others)}
    assert len(nonces) == 1 + len(others)


def test_it_is_a_jwe_that_any_library_opens() -> None:
    """RFC 7516: `dir`, A256GCM; the header names customer and field."""
    sealed = sealing.sealed("acme", "private/md5_key", Secret("Str0ng"), BITS, KEY)
    extra = {name: HeaderParameter(name, "str") for name in ("customer", "field")}
    registry = JWERegistry(extra, algorithms=("dir", "A256GCM"))
    opened = jwe.decrypt_compact(
        sealed.text, OctKey.import_key(bytes(range(32))), registry=registry
    )
    assert opened.plaintext == b"\x06Str0ng".ljust(32, b"\0")
    assert opened.protected == {
        "alg": "dir",
        "enc": "A256GCM",
        "kid": "acme",
        "customer": "acme",
        "field": "private/md5_key",
    }


def published(public: dict[str, Any], header: dict[str, Any]) -> str:
    """What a publisher makes with any JOSE library."""
    registry = JWERegistry(
        {"subject": HeaderParameter("subject", "str")}, algorithms=("ECDH-ES", "A256GCM")
    )
    whole = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public["kid"], **header}
    return jwe.encrypt_compact(whole, "Str0ng", ECKey.import_key(public), registry=registry)


def test_what_a_publisher_seals_opens_for_its_subject_alone() -> None:
    kid, private = sealing.new_cell_key()
    public = sealing.public_jwk(kid, private)
    assert "d" not in public
    text = published(public, {"subject": "circuit/c1"})
    assert sealing.opened_for("circuit/c1", text, lambda: {kid: private}) == "Str0ng"
    with pytest.raises(ValueError, match="another subject"):
        sealing.opened_for("circuit/c2", text, lambda: {kid: private})
    with pytest.raises(ValueError, match="another subject"):
        sealing.opened_for("circuit/c1", published(public, {}), lambda: {kid: private})
    other = dict([sealing.new_cell_key()])
    for broken in (text[:-4] + "AAAA", text.replace(".", ".A", 1), "a.b.c.d.e", "...."):
        with pytest.raises(ValueError, match="can't be opened"):
            sealing.opened_for("circuit/c1", broken, lambda: {kid: private})
    with pytest.raises(ValueError, match="can't be opened"):
        sealing.opened_for("circuit/c1", text, lambda: other)
