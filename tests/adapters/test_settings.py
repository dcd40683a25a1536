"""Settings: the environment wins over tieline.toml, and what is misspelt or wrong is reported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.settings import KNOWN, SettingsError, load, shown
from tests.running import Tieline, command


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


def test_only_tests_are_in_haste(tmp_path: Path):
    assert load({}, tmp_path).haste == 1
    assert load({"TIELINE_TEST_HASTE": "4"}, tmp_path).haste == 4


def test_what_concerns_others_is_passed_over(tmp_path: Path):
    load({"PATH": "/bin", "TIELINE_TEST_ANYTHING": "1", "TIELINED": "x"}, tmp_path)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TIELINE_DATABSE": "x"}, "did you mean TIELINE_DATABASE?"),
        ({"TIELINE_KAFKA": "localhost"}, "use HOST:PORT"),
        ({"TIELINE_KAFKA": "a:9092;b:9092"}, "separated by commas"),
        ({"TIELINE_KAFKA_SECURITY": "tls"}, "begin with one of plaintext"),
        ({"TIELINE_KAFKA_SECURITY": "sasl_ssl mechanism=PLAIN user=u"}, "user= and password="),
        ({"TIELINE_SOURCES": "/portal"}, "source=principal"),
        ({"TIELINE_SOURCES": " "}, "use * to let everybody"),
        ({"TIELINE_PARTITIONS": "0"}, "use a number up to 1000"),
        ({"TIELINE_PARTITIONS": "1001"}, "use a number up to 1000"),
        ({"TIELINE_PARTITIONS": "six"}, "use a number up to 1000"),
        ({"TIELINE_CLOCK_AHEAD": "59"}, "use a number of seconds, 60 or more"),
        ({"TIELINE_CLOCK_AHEAD": "-600"}, "use a number of seconds"),
        ({"TIELINE_CLOCK_AHEAD": "10m"}, "use a number of seconds"),
        ({"TIELINE_LOG_LEVEL": "loud"}, "use debug, info"),
        ({"TIELINE_METRICS": "9464"}, "use HOST:PORT"),
        ({"TIELINE_METRICS": "127.0.0.1:65536"}, "use HOST:PORT"),
        ({"TIELINE_NETWORK": "real"}, "use simulated or none"),
        ({"TIELINE_DATABASE": "mysql://db"}, "use sqlite:///PATH"),
        ({"TIELINE_DATABASE": ""}, "use sqlite:///PATH"),
        ({"TIELINE_VIEWS": "views.db"}, "use sqlite:///PATH"),
        ({"TIELINE_PREFIX": "a/b"}, "letters"),
        ({"TIELINE_OWNER": "anna"}, "use user:NAME"),
        ({"TIELINE_OWNER": "service:tieline"}, "the engine itself"),
        ({"TIELINE_HTTP": "8080"}, "use HOST:PORT"),
        ({"TIELINE_AUTH": "basic"}, "use none, tokens:FILE, oidc:ISSUER or mtls"),
        ({"TIELINE_AUTH": "tokens:"}, "use none, tokens:FILE"),
        ({"TIELINE_AUTH": "tokens:file:///t"}, "use the path of a file"),
        ({"TIELINE_AUTH": "oidc:login.example"}, "the issuer's address"),
        ({"TIELINE_AUTH": "oidc:https://login.example?x=1"}, "the issuer's address"),
        ({"TIELINE_AUTH": "oidc:http://login.example"}, "an issuer at https://"),
        ({"TIELINE_AUTH": "oidc:http://localhost.evil.example"}, "an issuer at https://"),
        ({"TIELINE_AUTH": "oidc:http://10.0.0.1:80/a"}, "an issuer at https://"),
        ({"TIELINE_AUDIENCE": "a b"}, "a text without blanks"),
        ({"TIELINE_OIDC_CLAIM": ""}, "the name of a claim"),
        ({"TIELINE_TLS": "cert.pem"}, "use CERT,KEY"),
        ({"TIELINE_TLS": "cert.pem,"}, "use CERT,KEY"),
        ({"TIELINE_TLS": "a,b,c,d"}, "use CERT,KEY"),
        ({"TIELINE_TRUSTED_PROXY": "*"}, "use addresses or networks"),
        ({"TIELINE_TRUSTED_PROXY": "10.0.0.1/8"}, "use addresses or networks"),
        ({"TIELINE_HTTP_RATE": "0"}, "use a number of commands a second"),
        ({"TIELINE_HTTP_RATE": "1.5"}, "use a number of commands a second"),
        ({"TIELINE_CORS": "*"}, "use origins"),
        ({"TIELINE_CORS": "https://portal.example/"}, "use origins"),
        ({"TIELINE_CORS": "https://a.example,https://b.example"}, "use origins"),
        ({"TIELINE_CLIENTS": "file:///c"}, "use the path of a file"),
        ({"TIELINE_SESSION_KEY": "vault://k"}, "use the path of a file"),
    ],
)
def test_what_is_wrong_in_the_environment(tmp_path: Path, environment: dict[str, str], told: str):
    with pytest.raises(SettingsError, match="TIELINE_") as wrong:
        load(environment, tmp_path)
    assert told in str(wrong.value)
    assert "environment" in str(wrong.value)


@pytest.mark.parametrize("kafka", ["127.0.0.1:9092", "a.b:1,[::1]:2"])
def test_with_brokers_nobody_plays_the_network(tmp_path: Path, kafka: str):
    settings = load({"TIELINE_KAFKA": kafka}, tmp_path)
    assert (settings.kafka, settings.network) == (kafka, "none")
    asked = {"TIELINE_KAFKA": kafka, "TIELINE_NETWORK": "simulated"}
    assert load(asked, tmp_path).network == "simulated"


def test_what_parts_are_told(tmp_path: Path):
    settings = load(
        {
            "TIELINE_DATABASE": "postgresql://tieline@/tieline?host=/run",
            "TIELINE_KAFKA_SECURITY": "ssl cafile=/etc/ca.pem",
            "TIELINE_SOURCES": "/portal=user:*",
            "TIELINE_PARTITIONS": "1000",
            "TIELINE_CLOCK_AHEAD": "3600",
            "TIELINE_LOG_LEVEL": "debug",
            "TIELINE_METRICS": "[::1]:9464",
        },
        tmp_path,
    )
    assert settings.database == settings.views == "postgresql://tieline@/tieline?host=/run"
    assert (settings.security, settings.sources) == ("ssl cafile=/etc/ca.pem", "/portal=user:*")
    assert (settings.partitions, settings.log_level) == (1000, "debug")
    assert (settings.metrics, settings.clock_ahead) == ("[::1]:9464", 3600)


@pytest.mark.parametrize(
    "auth",
    [
        "none",
        "mtls",
        "tokens:var/tieline.tokens",
        "oidc:https://login.example/realms/csp",
        "oidc:http://localhost:8081/realms/csp",
        "oidc:http://[::1]:8081",
        "oidc:http://127.0.0.1",
    ],
)
def test_what_the_server_is_told(tmp_path: Path, auth: str):
    said = {
        "TIELINE_HTTP": "0.0.0.0:443",
        "TIELINE_AUTH": auth,
        "TIELINE_AUDIENCE": "api://tieline",
        "TIELINE_OIDC_CLAIM": "oid",
        "TIELINE_OIDC_PROVIDER_CLAIM": "provider",
        "TIELINE_OIDC_CLIENT": "console",
        "TIELINE_OIDC_CLIENT_SECRET": "s3cret",
        "TIELINE_TLS": "cert.pem,key.pem,ca.pem",
        "TIELINE_CLIENTS": "clients",
        "TIELINE_TRUSTED_PROXY": "10.0.0.7,fd00::/8",
        "TIELINE_CORS": "https://portal.example http://localhost:3000",
        "TIELINE_SESSION_KEY": "session.key",
    }
    settings = load(said, tmp_path)
    fields = (name.removeprefix("TIELINE_").lower() for name in said)
    assert [getattr(settings, each) for each in fields] == list(said.values())


def test_a_rate_of_commands_is_a_number_or_none(tmp_path: Path):
    assert load({}, tmp_path).http_rate is None
    assert load({"TIELINE_HTTP_RATE": "200"}, tmp_path).http_rate == 200


def test_the_key_of_sessions_lies_beside_the_database(tmp_path: Path):
    assert load({}, tmp_path).session_key == "var/tieline.session"
    apart = load({"TIELINE_DATABASE": "sqlite:///srv/log.db"}, tmp_path)
    assert apart.session_key == "srv/log.session"
    far = load({"TIELINE_DATABASE": "postgresql://db/tieline"}, tmp_path)
    assert far.session_key == "var/tieline.session"


def test_a_secret_is_never_printed(tmp_path: Path):
    settings = load({"TIELINE_OIDC_CLIENT_SECRET": "hidden"}, tmp_path)
    told = {each.name: each.value for each in shown(settings)}
    assert told["TIELINE_OIDC_CLIENT_SECRET"] == "***"
    assert "hidden" not in repr(settings)
    with pytest.raises(SettingsError) as wrong:
        load({"TIELINE_OIDC_CLIENT_SECRET": "hidden or not"}, tmp_path)
    assert "hidden" not in str(wrong.value)


SECRETS = {
    "TIELINE_DATABASE": "postgresql://tieline:hidden@db/tieline",
    "TIELINE_VIEWS": "postgresql://tieline@db/views?password=hidden&connect_timeout=3",
    "TIELINE_KAFKA_SECURITY": "sasl_ssl mechanism=PLAIN user=tieline password=hidden cafile=ca.pem",
}


def test_secrets_are_masked(tmp_path: Path):
    told = {each.name: each.value for each in shown(load(SECRETS, tmp_path))}
    assert told["TIELINE_DATABASE"] == "postgresql://tieline:***@db/tieline"
    assert told["TIELINE_VIEWS"].endswith("?password=***&connect_timeout=3")
    assert told["TIELINE_KAFKA_SECURITY"].endswith("user=tieline password=*** cafile=ca.pem")


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_masked_where_something_is_wrong(tmp_path: Path, name: str):
    with pytest.raises(SettingsError) as wrong:
        load({name: f"{SECRETS[name]} or not"}, tmp_path)
    assert "***" in str(wrong.value)
    assert "hidden" not in str(wrong.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("TIELINE_OWNERS = 'user:x'", "did you mean TIELINE_OWNER?"),
        ("database = 'sqlite:///x'", "not a setting of this version"),
        ("TIELINE_OWNER = 5", "must be a text"),
        ("TIELINE_OWNER", "is not TOML"),
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


@pytest.mark.parametrize(
    ("said", "acting"),
    [
        ({}, {"TIELINE_NETWORK": "simulated", "TIELINE_VIEWS": "sqlite:///var/tieline.db"}),
        ({"TIELINE_KAFKA": "127.0.0.1:1"}, {"TIELINE_NETWORK": "none"}),
        ({"TIELINE_NETWORK": "", "TIELINE_KAFKA": "127.0.0.1:1"}, {"TIELINE_NETWORK": "none"}),
        (
            {"TIELINE_KAFKA": "127.0.0.1:1", "TIELINE_NETWORK": "simulated"},
            {"TIELINE_NETWORK": "simulated"},
        ),
        ({"TIELINE_DATABASE": "sqlite:///t.db"}, {"TIELINE_VIEWS": "sqlite:///t.db"}),
        ({"TIELINE_VIEWS": "sqlite:///v.db"}, {"TIELINE_DATABASE": "sqlite:///var/tieline.db"}),
    ],
)
def test_values_are_shown_as_they_act(tmp_path: Path, said: dict[str, str], acting: dict[str, str]):
    told = {each.name: each for each in shown(load(said, tmp_path))}
    assert {name: told[name].value for name in acting} == acting
    assert {each.name for each in told.values() if each.origin == "environment"} == set(said)


def test_a_wrong_setting_is_wrong_use(tieline: Tieline):
    result = tieline.run("circuit", "list", TIELINE_NETWROK="none")
    assert result.code == 2
    assert "did you mean TIELINE_NETWORK?" in result.err
    assert result.out == ""


SLOW = ("kafka", "psycopg", "prometheus_client", "opentelemetry", "tenacity", "jinja2")
"""What takes long to load and is needed only by the parts of a deployment, or by one verb."""

STARTED = """
import sys
from adapters.cli import main
sys.argv = ["tieline", *sys.argv[1:]]
try:
    main()
except SystemExit as done:
    code = done.code
loaded = {name.partition(".")[0] for name in sys.modules}
print("CODE", code or 0, "LOADED", *sorted(loaded.intersection(%r)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["show", "customer", "acme"], ["circuit", "list"], ["submit", "--help"]]
)
def test_what_only_reads_loads_nothing_of_production(tieline: Tieline, words: list[str]):
    register = command("r-1", "register-customer", "customer/acme", name="a", model="connect-to")
    register["data"]["owner"] = "user:ann"
    assert tieline.submit(register).code == 0
    done = subprocess.run(
        [sys.executable, "-c", STARTED % (SLOW,), *words],
        cwd=tieline.folder,
        env=tieline.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "CODE 0 LOADED"


@pytest.mark.parametrize(
    ("words", "seconds"), [(["--help"], 0.15), (["show", "customer", "c"], 0.4)]
)
def test_what_is_asked_often_starts_quickly(tieline: Tieline, words: list[str], seconds: float):
    tieline.submit(
        command("r-1", "register-customer", "customer/c", name="c", model="connect-through")
    )
    known = [sys.executable, "-c", "import sqlalchemy"]
    took, known_took = (
        min(_took(tieline, each) for _ in range(5)) for each in (tieline.command(*words), known)
    )
    assert took < seconds * max(1.0, known_took / USUAL)


USUAL = 0.25
"""Seconds that importing sqlalchemy usually takes: where it takes longer, so does everything."""


def _took(tieline: Tieline, started: list[str]) -> float:
    """Seconds of processor time, so that other work on the machine does not count."""
    run = subprocess.Popen(
        started,
        cwd=tieline.folder,
        env=tieline.environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    return used.ru_utime + used.ru_stime
