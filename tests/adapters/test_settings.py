"""Settings: the environment wins over tieline.toml, and what is misspelt or wrong is said so."""

from pathlib import Path

import pytest

from adapters.settings import KNOWN, SettingsError, load, shown
from tests.running import Tieline


def test_nobody_sets_anything(tmp_path: Path):
    settings = load({}, tmp_path)
    assert settings.database == settings.views == "sqlite:///var/tieline.db"
    assert (settings.owner, settings.network, settings.cell) == (
        "user:owner",
        "simulated",
        "/tieline",
    )
    assert {each.origin for each in settings.table} == {"default"}


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path):
    written = 'TIELINE_PREFIX = "north"\nTIELINE_OWNER = "user:anna"\n'
    (tmp_path / "tieline.toml").write_text(written, encoding="utf-8")
    settings = load({"TIELINE_OWNER": "user:ben"}, tmp_path)
    assert (settings.cell, settings.owner) == ("/north", "user:ben")
    origins = {each.name: each.origin for each in settings.table}
    assert origins["TIELINE_PREFIX"] == "tieline.toml"
    assert origins["TIELINE_OWNER"] == "environment"


def test_views_lie_in_the_same_database_unless_said_otherwise(tmp_path: Path):
    address = {"TIELINE_DATABASE": "sqlite:///log.db"}
    assert load(address, tmp_path).views == "sqlite:///log.db"
    apart = load(address | {"TIELINE_VIEWS": "sqlite:///views.db"}, tmp_path)
    assert apart.views == "sqlite:///views.db"


def test_what_concerns_others_is_passed_over(tmp_path: Path):
    load({"PATH": "/bin", "TIELINE_TEST_ANYTHING": "1", "TIELINED": "x"}, tmp_path)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TIELINE_DATABSE": "x"}, "did you mean TIELINE_DATABASE?"),
        ({"TIELINE_KAFKA": "localhost:9092"}, "no setting of this version"),
        ({"TIELINE_NETWORK": "real"}, "use simulated or none"),
        ({"TIELINE_DATABASE": "postgresql://db"}, "use sqlite:///PATH"),
        ({"TIELINE_DATABASE": ""}, "use sqlite:///PATH"),
        ({"TIELINE_VIEWS": "views.db"}, "use sqlite:///PATH"),
        ({"TIELINE_PREFIX": "a/b"}, "letters"),
        ({"TIELINE_OWNER": "anna"}, "use user:NAME"),
        ({"TIELINE_OWNER": "service:tieline"}, "the engine itself"),
    ],
)
def test_what_is_wrong_in_the_environment(tmp_path: Path, environment: dict[str, str], told: str):
    with pytest.raises(SettingsError, match="TIELINE_") as wrong:
        load(environment, tmp_path)
    assert told in str(wrong.value)
    assert "environment" in str(wrong.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("TIELINE_OWNERS = 'user:x'", "did you mean TIELINE_OWNER?"),
        ("database = 'sqlite:///x'", "no setting of this version"),
        ("TIELINE_OWNER = 5", "must be a text"),
        ("TIELINE_OWNER", "is no TOML"),
        ("[TIELINE_OWNER]", "must be a text"),
    ],
)
def test_what_is_wrong_in_the_file(tmp_path: Path, written: str, told: str):
    (tmp_path / "tieline.toml").write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError) as wrong:
        load({}, tmp_path)
    assert told in str(wrong.value)
    assert "tieline.toml" in str(wrong.value)


def test_a_file_that_is_no_text(tmp_path: Path):
    (tmp_path / "tieline.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="can't be read"):
        load({}, tmp_path)


def test_every_setting_is_shown(tmp_path: Path):
    assert [each.name for each in shown(load({}, tmp_path))] == list(KNOWN)


def test_the_command_line_says_what_is_in_force(tieline: Tieline):
    rows = tieline.ask_list("settings", TIELINE_NETWORK="none")
    by_name = {each["name"]: each for each in rows}
    assert by_name["TIELINE_NETWORK"]["value"] == "none"
    assert by_name["TIELINE_NETWORK"]["origin"] == "environment"
    assert by_name["TIELINE_OWNER"]["origin"] == "default"


def test_a_wrong_setting_is_wrong_use(tieline: Tieline):
    result = tieline.run("circuit", "list", TIELINE_NETWROK="none")
    assert result.code == 2
    assert "did you mean TIELINE_NETWORK?" in result.err
    assert result.out == ""
