"""Who may send what: the role table, scopes, the CSP's own affairs, the last owner."""

from typing import Any

import pytest

from domain.customer.events import CustomerRemoved
from domain.decider.rights import NOTHING
from domain.words.values import Role
from tests.domain.spec import given
from tests.examples import (
    KEY,
    ORDER,
    a_customer,
    a_grant,
    a_location,
    a_network,
    a_route_filter,
    a_world,
)
from tests.examples.alarms import STAFF_LOOKS_AFTER
from tests.examples.commands import EXAMPLES, sent_by
from tests.examples.full_world import NEW, a_full_world
from tests.examples.parties import a_csp_role

ACME, C1 = "customer/acme", "circuit/c1"
ROLES: tuple[Role, ...] = (
    "owner",
    "contributor",
    "network-operator",
    "provider",
    "auditor",
    "reader",
)

# --- the role table of the contract, over every command there is

CSP_AFFAIRS = sent_by("csp")
PROVIDER_COMMANDS = sent_by("provider")
GRANTING = sent_by("owner")
NETWORK_OPERATION = sent_by("operator")
EVERYTHING = frozenset(EXAMPLES) - CSP_AFFAIRS - PROVIDER_COMMANDS

MAY: dict[Role, frozenset[str]] = {
    "owner": EVERYTHING,
    "contributor": EVERYTHING - GRANTING,
    "network-operator": NETWORK_OPERATION,
    "provider": PROVIDER_COMMANDS,
    "auditor": frozenset(),
    "reader": frozenset(),
}
OF_FILTERS = frozenset(
    verb for verb in EXAMPLES if EXAMPLES[verb].subject.startswith("route-filter/")
)
LOCATIONS = frozenset(verb for verb in EXAMPLES if EXAMPLES[verb].subject.startswith("location/"))


def _may(verb: str, actor: str, *world: Any) -> bool:
    """Whether an example of the command gets any answer other than a lack of rights."""
    example = EXAMPLES[verb]
    data = example.data
    if verb == "order-circuit":
        data = {name: value for name, value in data.items() if name != "profile"}
    if "scope" in data:
        data = {name: value for name, value in data.items() if name != "scope"}
    subject = NEW.get(verb, example.subject)
    outcome = given(*world).when(verb, subject, **data, actor=actor).outcome
    assert outcome is not None
    return outcome.refusal is None or outcome.refusal.code not in ("not-permitted", "not-found")


def _sees_but_may_not(verb: str, actor: str, *world: Any) -> bool:
    example = EXAMPLES[verb]
    subject = NEW.get(verb, example.subject)
    spec = given(*world).when(verb, subject, **example.data, actor=actor)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None, verb
    return spec.outcome.refusal.code == "not-permitted"


@pytest.fixture
def world() -> list[Any]:
    """A world in which every example command finds what it is about."""
    return a_full_world()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_for_a_customer_gives_what_the_table_says_and_no_more(
    role: Role, world: list[Any]
) -> None:
    granted = [*world, a_grant("user:eve", role)]
    about_acme = sorted(set(EXAMPLES) - LOCATIONS - {"register-customer"})
    assert {verb for verb in about_acme if _may(verb, "user:eve", granted)} == MAY[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_on_csp_self_holds_for_every_connect_through_customer(
    role: Role, world: list[Any]
) -> None:
    may = MAY[role] | (CSP_AFFAIRS if role in ("owner", "contributor") else NOTHING)
    spec = [*world, a_csp_role("user:eve", role)]
    assert {verb for verb in EXAMPLES if _may(verb, "user:eve", spec)} == may


@pytest.mark.parametrize("role", ROLES)
def test_a_role_on_csp_self_reads_connect_to_customers_and_does_the_csps_own_affairs(
    role: Role,
) -> None:
    spec = [*a_full_world("connect-to"), a_csp_role("user:eve", role)]
    may = CSP_AFFAIRS if role in ("owner", "contributor") else NOTHING
    for verb in sorted(EXAMPLES.keys() - may - STAFF_LOOKS_AFTER):
        assert _sees_but_may_not(verb, "user:eve", spec), verb
    for verb in sorted(may):
        assert _may(verb, "user:eve", spec), verb


def test_the_owner_of_the_csp_may_everything_for_a_connect_through_customer(
    world: list[Any],
) -> None:
    assert {verb for verb in EXAMPLES if _may(verb, "user:owner", world)} == set(EXAMPLES)


def test_under_connect_to_the_owner_of_the_csp_keeps_provider_commands_and_its_own_affairs() -> (
    None
):
    world = a_full_world("connect-to")
    for verb in sorted(EVERYTHING - STAFF_LOOKS_AFTER):
        assert _sees_but_may_not(verb, "user:owner", world), verb
    for verb in sorted(PROVIDER_COMMANDS | CSP_AFFAIRS):
        assert _may(verb, "user:owner", world), verb


def test_the_circuits_provider_needs_no_grant_for_its_own_commands_and_may_no_other() -> None:
    about_c1 = {verb for verb in EXAMPLES if EXAMPLES[verb].subject == C1} - {"order-circuit"}
    may = {verb for verb in about_c1 if _may(verb, "provider:colt", a_world())}
    assert may == PROVIDER_COMMANDS


def test_another_provider_does_not_find_the_circuit() -> None:
    given(a_world()).when(
        "begin-provisioning", C1, service_key=KEY, actor="provider:equinix"
    ).refused("not-found")


def test_nobody_is_the_provider_of_what_has_none() -> None:
    given(a_world()).when(
        "add-subscription", ACME, subscription_id="x", actor="provider:None"
    ).refused("not-found")


def test_under_connect_through_the_csps_staff_has_what_the_customer_granted_it_too() -> None:
    given(a_world(), a_csp_role("user:eve", "reader"), a_grant("user:eve", "contributor")).when(
        "change-billing", C1, billing="unlimited", actor="user:eve"
    ).then_accepted()


def test_only_the_csp_registers_customers() -> None:
    register = {"name": "Beta", "model": "connect-through"}
    for actor in ("user:stranger", "user:anna", "user:eve", "provider:colt"):
        given(a_world(), a_grant("user:anna", "owner"), a_csp_role("user:eve", "reader")).when(
            "register-customer", "customer/beta", **register, actor=actor
        ).refused("not-permitted", actor=actor, command="register-customer")
    for role in ("owner", "contributor"):
        given(a_csp_role("user:eve", role)).when(
            "register-customer", "customer/beta", **register, actor="user:eve"
        ).then_accepted()


def test_only_the_csp_opens_locations() -> None:
    example = EXAMPLES["open-location"]
    given().when("open-location", example.subject, **example.data, actor="user:eve").refused(
        "not-permitted"
    )
    given(a_csp_role("user:eve", "contributor")).when(
        "open-location", example.subject, **example.data, actor="user:eve"
    ).then_accepted()


def test_only_the_owner_of_the_csp_chooses_a_profile() -> None:
    world = given(a_customer(), a_location(), a_csp_role("user:eve", "owner"))
    world.when("order-circuit", C1, **ORDER, profile="2016", actor="user:eve").refused(
        "not-permitted", needed="only the CSP's owner may choose a profile"
    )
    world.when("order-circuit", C1, **ORDER, profile="2016").then_accepted()


# --- the same answer for what exists and what does not


def _refusal(*world: Any, verb: str, subject: str, **sent: Any) -> Any:
    spec = given(*world).when(verb, subject, **sent)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    return spec.outcome.refusal.as_json()


STRANGERS: dict[str, list[Any]] = {
    "user:stranger": [],
    "provider:equinix": [],
    "user:bella": [*a_customer("beta", number=2), a_grant("user:bella", "owner", "beta")],
    "user:scoped": [a_grant("user:scoped", "owner", scope="elsewhere")],
}


ASKED = [
    (verb, stranger)
    for verb in sorted(set(EXAMPLES) - LOCATIONS - {"register-customer"})
    for stranger in STRANGERS
    if stranger != "user:scoped" or verb not in OF_FILTERS
]
"""Every role for a customer sees its route filters, whatever the role's scope."""


@pytest.mark.parametrize(("verb", "stranger"), ASKED)
@pytest.mark.parametrize("on_behalf_of", [None, "acme", "beta"])
def test_a_stranger_gets_the_same_answer_for_what_exists_and_what_does_not(
    verb: str, stranger: str, on_behalf_of: str | None
) -> None:
    example = EXAMPLES[verb]
    sent = example.data | {"actor": stranger, "on_behalf_of": on_behalf_of}
    asked: dict[str, Any] = {"verb": verb, "subject": example.subject, **sent}
    known = STRANGERS[stranger]
    world = [*a_world(), *a_route_filter(), *a_network()]
    exists = _refusal(world, known, **asked)
    removed = _refusal(world, known, (ACME, CustomerRemoved()), **asked)
    absent = _refusal([] if stranger == "user:scoped" else known, **asked)
    assert exists == removed == absent
    assert exists["code"] in ("not-found", "malformed-command")
    assert exists["code"] == "not-found" or on_behalf_of == "beta"


def test_who_may_see_it_is_told_that_it_is_not_there() -> None:
    given().when("change-tier", C1, tier="premium").refused("not-found", kind="circuit", id="c1")


def test_an_order_for_an_id_that_another_customer_uses_is_not_found() -> None:
    beta = [*a_customer("beta", number=2), a_grant("user:bella", "owner", "beta")]
    given(a_world(), beta).when(
        "order-circuit",
        C1,
        **ORDER | {"customer_id": "beta"},
        actor="user:bella",
    ).refused("not-found", kind="circuit", id="c1")


def test_an_order_needs_the_right_to_see_whoever_owns_the_id_and_whoever_it_is_for() -> None:
    beta = a_customer("beta", number=2)
    for_beta = ORDER | {"customer_id": "beta", "actor": "user:bob"}
    spec = given(a_world(), beta, a_grant("user:bob", "owner"))
    spec.when("order-circuit", C1, **for_beta).refused("not-found", kind="circuit", id="c1")
    given(spec.history, a_grant("user:bob", "owner", "beta")).when(
        "order-circuit", C1, **for_beta
    ).refused("already-exists")
