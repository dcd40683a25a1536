"""What holds for every registered noun, by its registration alone.

The role table is taken from the contract ("Who speaks"), for every command, every kind of
principal and both models of dealing with a customer.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args

import pytest

from domain.catalogue import COMMANDS, NOUNS, RULES
from domain.csp.events import CspRoleGranted
from domain.customer.events import RoleGranted, SubscriptionAdded
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.words.values import Model, Role
from tests.domain.spec import Spec, given
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_peering,
    a_provisioned_circuit,
    an_encrypted_circuit,
)
from tests.examples import cross_connect as only_in_tests
from tests.examples.alarms import STAFF_LOOKS_AFTER
from tests.examples.commands import EXAMPLES
from tests.examples.example import Example, Sender
from tests.examples.parties import an_identity_store

CROSS_CONNECTS: dict[str, Example] = {
    "patch-cross-connect": Example(
        "cross-connect/x1",
        "contributor",
        "",
        {"customer_id": "acme", "subscription_id": "acme-prod"},
    ),
    "label-cross-connect": Example("cross-connect/x1", "operator", "", {"label": "rack 7"}),
    "cut-cross-connect": Example("cross-connect/x1", "contributor", "", {}),
    "test-cross-connect": Example("cross-connect/x1", "provider", "", {}),
    "audit-cross-connect": Example("cross-connect/x1", "csp", "", {}),
}
ALL = EXAMPLES | CROSS_CONNECTS
THERE = ("customer", "location", "circuit", "cross-connect")
"""The nouns that the world below creates from facts; their own commands create the others."""
MODELS: tuple[Model, ...] = get_args(Model)


@pytest.fixture(autouse=True)
def _() -> Iterator[None]:
    with only_in_tests.registered(only_in_tests.NOUN):
        yield


def creating() -> list[str]:
    """The commands that create something."""
    return [verb for verb in ALL if RULES[COMMANDS[verb]].creates]


def world(model: Model, *more: Written) -> list[Written]:
    """A customer with subscriptions acme-prod and other, and with one thing of every noun."""
    spec = given(_facts(model, *more))
    for verb in creating():
        if not ALL[verb].subject.startswith(THERE):
            spec.when(verb, ALL[verb].subject, **ALL[verb].data, actor="user:last").then_accepted()
    return spec.history


def _facts(model: Model, *more: Written) -> list[Written]:
    patched = only_in_tests.Patched(customer_id="acme", subscription_id="acme-prod")
    other = SubscriptionAdded(subscription_id="other", managed_by="csp")
    return [
        *a_customer(model=model),
        ("customer/acme", other),
        a_grant("user:last", "owner"),
        *a_location(),
        *a_provisioned_circuit(),
        a_peering(),
        an_encrypted_circuit(),
        an_identity_store(),
        ("cross-connect/x1", patched),
        *more,
    ]


def answer(spec: Spec, verb: str, subject: str = "", **context: Any) -> str:
    """`not-found`, `not-permitted`, or `may` for any other answer to an example command.

    A command that creates something addresses a free id, so that only rights can be in the way.
    """
    example = ALL[verb]
    if not subject:
        subject = f"{example.subject}-new" if verb in creating() else example.subject
    data = {name: value for name, value in example.data.items() if name != "profile"}
    outcome = spec.when(verb, subject, **data, **context).outcome
    assert outcome is not None
    if outcome.refusal is None or outcome.refusal.code not in ("not-found", "not-permitted"):
        return "may"
    seen = outcome.refusal.facts.get("id") != subject.partition("/")[2]
    return "may" if outcome.refusal.code == "not-found" and seen else outcome.refusal.code


# --- strangers


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("verb", sorted(set(ALL) - {"register-customer"}))
def test_a_stranger_is_told_the_same_of_what_exists_and_of_what_does_not(
    verb: str, model: Model
) -> None:
    noun, _, id = ALL[verb].subject.partition("/")
    if NOUNS[noun].belongs_to == "csp":
        return
    here = given(world(model))
    refusals: list[dict[str, Any]] = []
    for subject in (f"{noun}/{id}", f"{noun}/nothing"):
        here.when(verb, subject, **ALL[verb].data, actor="user:stranger").refused("not-found")
        assert here.outcome
        assert here.outcome.refusal
        refusals.append({**here.outcome.refusal.facts, "id": "", "blockers": ()})
    assert refusals[0] == refusals[1] == {"kind": noun, "id": "", "blockers": ()}


def test_every_noun_of_customers_is_among_the_examples() -> None:
    theirs = {name for name, noun in NOUNS.items() if noun.belongs_to == "customer"}
    assert theirs == {each.subject.partition("/")[0] for each in ALL.values()} - {"location"}


# --- the role table

Column = Literal["location", "csp", "provider", "owner", "contributor", "operator"]
COLUMNS: tuple[Column, ...] = get_args(Column)


class Principal(NamedTuple):
    """A principal, the facts in the log about it, and the `onbehalfof` that it sets."""

    actor: str
    facts: tuple[Written, ...] = ()
    on_behalf_of: str | None = None


def csp_role(role: Role) -> Principal:
    return Principal("user:eve", ((SELF, CspRoleGranted(principal="user:eve", role=role)),))


def granted(
    role: Role, *, scope: str | None = None, on_behalf: bool = False, sets: bool = False
) -> Principal:
    event = RoleGranted(principal="user:eve", role=role, scope=scope, on_behalf=on_behalf)
    return Principal("user:eve", (("customer/acme", event),), "acme" if sets else None)


def staff_granted(role: Role, *, on_behalf: bool, sets: bool = False) -> Principal:
    facts = (*csp_role("reader").facts, *granted(role, on_behalf=on_behalf).facts)
    return Principal("user:eve", facts, "acme" if sets else None)


TABLE = """
                            connect-through       connect-to
the owner of the CSP        + + + + + +           + + + - - -
csp owner                   + + - + + +           + + - - - -
csp contributor             + + - - + +           + + - - - -
csp network-operator        - - - - - +           - - - - - -
csp provider                - - + - - -           - - - - - -
csp auditor                 - - - - - -           - - - - - -
csp reader                  - - - - - -           - - - - - -
owner                       - - - + + +           - - - + + +
contributor                 - - - - + +           - - - - + +
network-operator            - - - - - +           - - - - - +
provider                    - - + - - -           - - + - - -
auditor                     - - - - - -           - - - - - -
reader                      - - - - - -           - - - - - -
on behalf, set              - - - + + +           - - - + + +
on behalf, not set          - - - - - -           - - - - - -
staff, granted              - - - + + +           - - - - - -
staff, on behalf            - - - + + +           - - - + + +
the engine, from outside    - - - - - -           - - - - - -
a stranger                  - . . . . .           - . . . . .
"""
"""Per model, the columns of `Column`: `+` may, `-` not-permitted, `.` not-found."""

PRINCIPALS: dict[str, Principal] = {
    "the owner of the CSP": Principal("user:owner"),
    **{f"csp {role}": csp_role(role) for role in get_args(Role)},
    **{role: granted(role) for role in get_args(Role)},
    "on behalf, set": granted("owner", on_behalf=True, sets=True),
    "on behalf, not set": granted("owner", on_behalf=True),
    "staff, granted": staff_granted("owner", on_behalf=False),
    "staff, on behalf": staff_granted("owner", on_behalf=True, sets=True),
    "the engine, from outside": Principal("service:tieline"),
    "a stranger": Principal("user:stranger"),
}
SIGNS = {"+": "may", "-": "not-permitted", ".": "not-found"}


def expected() -> Iterator[tuple[str, Model, Column, str]]:
    for line in TABLE.strip().splitlines()[1:]:
        name, signs = line[:28].strip(), line[28:].split()
        for model, half in zip(MODELS, (signs[:6], signs[6:]), strict=True):
            for column, sign in zip(COLUMNS, half, strict=True):
                yield name, model, column, SIGNS[sign]


def column_of(verb: str) -> Column:
    sender: Sender = ALL[verb].sender
    is_at_a_location = ALL[verb].subject.startswith("location/")
    return "location" if is_at_a_location else sender


@pytest.mark.parametrize(("name", "model", "column", "wanted"), list(expected()))
def test_every_command_by_every_kind_of_principal(
    name: str, model: Model, column: Column, wanted: str
) -> None:
    who = PRINCIPALS[name]
    inside = who.actor == "service:tieline"
    for verb in sorted(verb for verb in ALL if column_of(verb) == column):
        if verb in STAFF_LOOKS_AFTER:
            continue
        if verb == "register-customer" and wanted == "not-found":
            wanted_here = "not-permitted"
        else:
            wanted_here = wanted
        on_behalf_of = who.on_behalf_of
        if column == "location" or verb == "register-customer":
            on_behalf_of = None
        spec = given(world(model, *who.facts))
        if inside:
            message = ALL[verb].message(verb, actor=who.actor, id=f"o-{verb}")
            spec.when_message(message).refused("not-permitted")
            continue
        got = answer(spec, verb, actor=who.actor, on_behalf_of=on_behalf_of)
        assert got == wanted_here, verb


def test_the_table_names_every_kind_of_principal() -> None:
    assert {name for name, *_ in expected()} == set(PRINCIPALS)


def test_what_the_examples_say_of_senders_is_what_the_rules_ask_for() -> None:
    asked = {"operate": "operator", "manage": "contributor", "grant": "owner"}
    asked |= {"provide": "provider", "csp": "csp"}
    for verb, kind in COMMANDS.items():
        assert ALL[verb].sender == asked[RULES[kind].right], verb


# --- scopes

WITHIN = {
    "circuit": {"acme-prod": True, "c1": True, "other": False},
    "cross-connect": {"acme-prod": True, "c1": False, "other": False},
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("noun", WITHIN)
@pytest.mark.parametrize("scope", ["acme-prod", "c1", "other"])
def test_a_role_reaches_what_lies_in_its_scope(noun: str, scope: str, model: Model) -> None:
    who = granted("owner", scope=scope)
    for verb, example in ALL.items():
        if not example.subject.startswith(f"{noun}/") or example.sender in ("csp", "provider"):
            continue
        wanted = "may" if WITHIN[noun][scope] else "not-found"
        if verb in creating():  # a new thing is in its subscription, not in c1
            wanted = "may" if scope == "acme-prod" else "not-found"
        assert answer(given(world(model, *who.facts)), verb, actor=who.actor) == wanted, verb
