"""No text that people or publishers wrote can look like a line of ours."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.cli.visible import visible
from tests.examples.commands import EXAMPLES
from tests.running import Tieline, as_lines, command

FORGED: Final = "x\n+ accepted  forged circuit/forged\r\x1b[31m\u202egnitirw\u2028\x85"
"""Line breaks of four kinds, an escape sequence, and a mark that turns the direction around."""

ACME, FRA = "customer/acme", "location/frankfurt"


@for_all(st.text())
def test_what_is_printed_is_one_line_of_printable_characters(text: str) -> None:
    assert visible(text).isprintable()


@for_all(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_plain_text_in_any_script_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


ORDER: Final[dict[str, Any]] = EXAMPLES["order-circuit"].data
ROUTERS: Final = [{"name": "p1", "primary": "r1", "secondary": "r2", "capacity_mbps": 10000}]


def accepted_ones() -> Iterator[dict[str, Any]]:
    """Commands that are accepted although every free text in them is forged."""
    register = command("1", "register-customer", ACME, name=FORGED, model="connect-through")
    names: dict[str, Any] = {
        "id": f"1 {FORGED}",
        "source": f"/portal {FORGED}",
        "correlationid": FORGED,
    }
    yield register | names
    store: dict[str, Any] = {"location": "csp", "directory": FORGED, "replicated": True}
    yield command("2", "record-identity-store", ACME, **store)
    yield command("3", "add-subscription", ACME, subscription_id=ORDER["subscription_id"])
    for number, verb in ((4, "claim-prefix"), (5, "confirm-prefix")):
        yield command(str(number), verb, ACME, prefix="203.0.113.0/24", evidence=FORGED)
    place: dict[str, Any] = {"local_regions": [FORGED], "geopolitical_region": FORGED}
    yield command("6", "open-location", FRA, providers=["colt"], routers=ROUTERS, **place)
    yield command("7", "order-circuit", "circuit/c1", **ORDER)
    stop: dict[str, Any] = {"reason": FORGED, "accept_interruption": True}
    yield command("8", "request-deprovisioning", "circuit/c1", **stop)


def refused_ones() -> Iterator[dict[str, Any]]:
    """Every command, each time with another of its texts forged, and its attributes."""
    for number, (verb, example) in enumerate(EXAMPLES.items()):
        for name, value in example.data.items():
            if isinstance(value, str):
                data = example.data | {name: FORGED}
                yield command(f"{number}-{name}", verb, example.subject, **data)
        for name in ("subject", "actor", "onbehalfof", "type", "id"):
            sent = command(f"{number}-{name}", verb, example.subject, **example.data)
            yield sent | {name: f"{sent.get(name)}{FORGED}"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each verb prints for people about such texts."""
    tieline = Tieline(tmp_path_factory.mktemp("forged"))
    commands = [*accepted_ones(), *refused_ones()]
    sent = tieline.run("submit", "-", "--output", "table", given=as_lines(commands))
    parked = command("p", "close-location", FRA) | {"id": FORGED}
    tieline.submit(parked, TIELINE_TEST_DEFECT="close-location")
    verbs = (
        ("audit", "trail", ACME),
        ("audit", "trail", "circuit/c1"),
        ("audit", "trail", FRA),
        ("circuit", "history", "c1"),
        ("customer", "history", "acme"),
        ("customer", "show", "acme"),
        ("customer", "list"),
        ("location", "show", "frankfurt"),
        ("location", "list"),
        ("circuit", "show", "c1"),
        ("circuit", "list"),
        ("parked", "list"),
        ("changes", "list"),
        ("circuit", "show", FORGED),
        ("changes", "show", f"{FORGED}/{FORGED}"),
    )
    printed = {"submit": sent.out + sent.err}
    for verb in verbs:
        result = tieline.run(*verb, "--output", "table")
        printed[" ".join(verb)] = result.out + result.err
    return printed


def test_every_line_is_printable_and_none_is_forged(told: dict[str, str]) -> None:
    for verb, text in told.items():
        lines = text.split("\n")
        assert all(line.isprintable() for line in lines), (verb, text)
        assert not any(line.startswith("+ accepted  forged") for line in lines), (verb, text)


def test_the_texts_are_shown_with_their_characters_made_visible(told: dict[str, str]) -> None:
    for verb in ("submit", f"audit trail {ACME}", "customer show acme", "parked list"):
        assert r"x\n+ accepted" in told[verb], told[verb]
        assert r"\x1b[31m\u202e" in told[verb], told[verb]
