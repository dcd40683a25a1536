"""The gate by the settings: each reaches it, and what opens no safe gate is a fault of settings."""

from pathlib import Path

import pytest

from adapters.http.asking.entrance import Entrance
from adapters.settings import SettingsError, load
from adapters.wiring.entrance import gate_by, server_options_by
from tests.http.asking import asking


def test_the_settings_reach_the_gate(tmp_path: Path) -> None:
    settings = load({"TIELINE_OWNER": "user:zoe", "TIELINE_CORS": "https://a.example"}, tmp_path)
    with asking(gate_by(settings)) as client:
        assert client.get("/").json()["principal"] == "user:zoe"
        page = {"Sec-Fetch-Site": "cross-site", "Origin": "https://a.example"}
        assert client.post("/", headers=page).status_code == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"TIELINE_HTTP": "0.0.0.0:8080"}, "TIELINE_HTTP"),
        ({"TIELINE_TRUSTED_PROXY": "10.0.0.1"}, "TIELINE_TRUSTED_PROXY"),
        ({"TIELINE_AUTH": "oidc:https://login.example"}, "TIELINE_AUDIENCE"),
        ({"TIELINE_AUTH": "mtls"}, "TIELINE_TLS"),
        ({"TIELINE_AUTH": "mtls", "TIELINE_TLS": "c,k", "TIELINE_CLIENTS": "f"}, "CERT,KEY,CA"),
        ({"TIELINE_AUTH": "tokens:t", "TIELINE_SESSION_KEY": "/dev/null/x"}, "SESSION_KEY"),
    ],
)
def test_what_opens_no_safe_gate(tmp_path: Path, said: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        gate_by(load(said, tmp_path))


def test_what_the_server_is_told(tmp_path: Path) -> None:
    said = {"TIELINE_TLS": "c,k", "TIELINE_AUTH": "tokens:t", "TIELINE_TRUSTED_PROXY": "10.0.0.1"}
    told = server_options_by(load(said, tmp_path))
    assert (told["ssl_certfile"], told["ssl_keyfile"]) == ("c", "k")
    assert told["forwarded_allow_ips"] == "10.0.0.1"
    with pytest.raises(SettingsError, match="CERT,KEY,CA"):
        server_options_by(load(said | {"TIELINE_AUTH": "mtls"}, tmp_path))


@pytest.mark.parametrize(
    ("said", "warnings"),
    [
        ({"TIELINE_HTTP": "0.0.0.0:8080"}, 1),
        ({"TIELINE_HTTP": "127.0.0.1:8080"}, 0),
        ({"TIELINE_HTTP": "0.0.0.0:8080", "TIELINE_TLS": "c,k"}, 0),
        ({"TIELINE_HTTP": "0.0.0.0:8080", "TIELINE_TRUSTED_PROXY": "10.0.0.1"}, 0),
    ],
)
def test_credentials_in_the_clear_are_warned_of(
    tmp_path: Path, said: dict[str, str], warnings: int, capfd: pytest.CaptureFixture[str]
) -> None:
    server_options_by(load(said | {"TIELINE_AUTH": "tokens:t"}, tmp_path))
    assert capfd.readouterr().err.count("credentials-in-the-clear") == warnings


def test_the_documentation_names_every_setting() -> None:
    told = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text(encoding="utf-8")
    assert [each for each in Entrance._fields if f"TIELINE_{each.upper()}" not in told] == []
