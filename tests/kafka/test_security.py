"""TIELINE_KAFKA_SECURITY: one protocol and its options."""

from pathlib import Path

import pytest

from adapters.kafka.security import parsed
from adapters.settings import SettingsError, load, shown

SCRAM = "sasl_ssl mechanism=SCRAM-SHA-512 user=tieline password=s3cret cafile=/etc/ca.pem"


def test_the_options_are_those_of_the_client() -> None:
    assert parsed(SCRAM).options() == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "tieline",
        "sasl_plain_password": "s3cret",
        "ssl_cafile": "/etc/ca.pem",
    }
    assert parsed("plaintext").options() == {"security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("tls", "begin with one of"),
        ("ssl cafile", "name=value"),
        ("ssl colour=red", "name=value"),
        ("sasl_ssl user=a password=b", "needs mechanism="),
        ("sasl_ssl mechanism=PLAIN user=a", "needs user= and password="),
    ],
)
def test_what_is_wrong(value: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parsed(value)


def test_a_password_is_never_printed(tmp_path: Path) -> None:
    address = "postgresql://tieline:s3cret@db:5432/tieline"
    settings = load({"TIELINE_KAFKA_SECURITY": SCRAM, "TIELINE_DATABASE": address}, tmp_path)
    told = " ".join(each.value for each in shown(settings))
    assert "s3cret" not in told
    assert "password=*** cafile" in told
    assert "tieline:***@db" in told
    with pytest.raises(SettingsError) as wrong:
        load({"TIELINE_KAFKA_SECURITY": f"{SCRAM} colour=red"}, tmp_path)
    assert "s3cret" not in str(wrong.value)
