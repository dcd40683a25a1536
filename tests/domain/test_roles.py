"""Who may send what: the role table, scopes, the CSP's own affairs, the last owner."""

from typing import Any

import pytest

from domain.csp.events import CspRoleGranted, CspRoleRevoked
from domain.customer.events import (
    CustomerRemoved,
    PrefixClaimed,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
)
from domain.decider.rights import NOTHING, SELF
from domain.words.prefix import prefix as prefix_of
from domain.words.values import Role
from tests.domain.spec import given
from tests.examples import (
    KEY,
    ORDER,
    a_customer,
    a_grant,
    a_held_prefix,
    a_location,
    a_provisioned_circuit,
    a_world,
)
from tests.examples.commands import EXAMPLES, sent_by
from tests.examples.parties import a_connect_to_customer, a_csp_role

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
LOCATIONS = frozenset(verb for verb in EXAMPLES if EXAMPLES[verb].subject.startswith("location/"))


def _may(verb: str, actor: str, *world: Any) -> bool:
    """Whether the answer to an example of the command is anything but a lack of rights."""
    example = EXAMPLES[verb]
    data = example.data
    if verb == "order-circuit":
        data = {name: value for name, value in data.items() if name != "profile"}
    if "scope" in data:
        data = {name: value for name, value in data.items() if name != "scope"}
    subject = "circuit/c2" if verb == "order-circuit" else example.subject
    outcome = given(*world).when(verb, subject, **data, actor=actor).outcome
    assert outcome is not None
    return outcome.refusal is None or outcome.refusal.code not in ("not-permitted", "not-found")


def _sees_but_may_not(verb: str, actor: str, *world: Any) -> bool:
    example = EXAMPLES[verb]
    spec = given(*world).when(verb, example.subject, **example.data, actor=actor)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None, verb
    return spec.outcome.refusal.code == "not-permitted"


@pytest.fixture
def world() -> list[Any]:
    """A world in which every example command finds what it is about."""
    return [
        *a_world(),
        (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp")),
        a_grant("user:bob", "reader"),
        a_grant("user:anna", "owner"),
        a_held_prefix(confirmed=False),
        (ACME, PrefixClaimed(prefix=prefix_of("203.0.113.0/24"))),
    ]


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
    assert {verb for verb in EXAMPLES if _may(verb, "user:eve", spec)} - CREATING == may - CREATING


CREATING = frozenset({"register-customer", "open-location"})
"""Their examples exist in the world: already-exists comes before not-permitted."""


@pytest.mark.parametrize("role", ROLES)
def test_a_role_on_csp_self_reads_connect_to_customers_and_does_the_csps_own_affairs(
    role: Role,
) -> None:
    world = [*a_connect_to_customer(), *a_location(), *a_provisioned_circuit()]
    spec = [*world, a_csp_role("user:eve", role)]
    about_acme = set(EXAMPLES) - LOCATIONS - CREATING
    may = CSP_AFFAIRS & about_acme if role in ("owner", "contributor") else NOTHING
    for verb in sorted(about_acme - may - {"order-circuit"}):
        assert _sees_but_may_not(verb, "user:eve", spec), verb
    for verb in sorted(may - {"reject-prefix"}):
        assert _may(verb, "user:eve", spec), verb


def test_the_owner_of_the_csp_may_everything_for_a_connect_through_customer(
    world: list[Any],
) -> None:
    assert {verb for verb in EXAMPLES if _may(verb, "user:owner", world)} == set(EXAMPLES)


def test_under_connect_to_the_owner_of_the_csp_keeps_provider_commands_and_its_own_affairs() -> (
    None
):
    world = [*a_connect_to_customer(), *a_location(), *a_provisioned_circuit()]
    for verb in sorted(EVERYTHING - {"order-circuit"}):
        assert _sees_but_may_not(verb, "user:owner", world), verb
    for verb in sorted(PROVIDER_COMMANDS | CSP_AFFAIRS - {"reject-prefix"}):
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


# --- csp/self


def test_roles_on_csp_self_are_granted_and_revoked() -> None:
    spec = given().when("grant-role", SELF, principal="user:eve", role="reader")
    spec.then((SELF, CspRoleGranted(principal="user:eve", role="reader")))
    spec.when("revoke-role", SELF, principal="user:eve", role="reader")
    spec.then((SELF, CspRoleRevoked(principal="user:eve", role="reader")))
    assert list(spec.state(SELF).roles) == []


def test_one_of_two_roles_on_csp_self_stays_when_the_other_goes() -> None:
    spec = given(a_csp_role("user:eve", "reader"), a_csp_role("user:eve", "auditor"))
    spec.when("revoke-role", SELF, principal="user:eve", role="reader")
    assert spec.state(SELF).roles_of("user:eve") == ("auditor",)


def test_granting_on_csp_self_twice_changes_nothing() -> None:
    given(a_csp_role("user:eve", "reader")).when(
        "grant-role", SELF, principal="user:eve", role="reader"
    ).then_nothing()


def test_revoking_on_csp_self_what_was_not_granted_is_refused() -> None:
    given(a_csp_role("user:eve", "reader")).when(
        "revoke-role", SELF, principal="user:eve", role="owner"
    ).refused("not-found", kind="grant", id="owner of user:eve")


def test_on_csp_self_owners_grant_and_contributors_do_not() -> None:
    grant = {"principal": "user:bob", "role": "reader", "actor": "user:eve"}
    given(a_csp_role("user:eve", "owner")).when("grant-role", SELF, **grant).then_accepted()
    for role in ("contributor", "network-operator", "provider", "auditor", "reader"):
        given(a_csp_role("user:eve", role)).when("grant-role", SELF, **grant).refused(
            "not-permitted"
        )


def test_the_owner_of_a_customer_has_no_say_on_csp_self() -> None:
    given(a_customer(), a_grant("user:anna", "owner")).when(
        "grant-role", SELF, principal="user:anna", role="owner", actor="user:anna"
    ).refused("not-permitted")


@pytest.mark.parametrize("field", [{"scope": "acme-prod"}, {"on_behalf": True}])
def test_a_role_on_csp_self_has_no_scope_and_is_not_on_behalf(field: dict[str, Any]) -> None:
    given(a_customer()).when(
        "grant-role", SELF, principal="user:eve", role="reader", **field
    ).refused("malformed-command")


# --- granting and revoking for a customer


def test_a_role_is_granted_and_revoked() -> None:
    spec = given(a_customer()).when("grant-role", ACME, principal="user:bob", role="reader")
    spec.then((ACME, RoleGranted(principal="user:bob", role="reader")))
    spec.when("revoke-role", ACME, principal="user:bob", role="reader")
    spec.then((ACME, RoleRevoked(principal="user:bob", role="reader")))
    assert list(spec.state(ACME).roles) == []


def test_granting_twice_changes_nothing() -> None:
    given(a_customer(), a_grant("user:bob", "reader")).when(
        "grant-role", ACME, principal="user:bob", role="reader"
    ).then_nothing()


def test_the_same_role_within_another_scope_is_another_grant() -> None:
    spec = given(a_customer(), a_grant("user:bob", "reader", scope="acme-prod"))
    spec.when("grant-role", ACME, principal="user:bob", role="reader").then(RoleGranted)
    spec.when("revoke-role", ACME, principal="user:bob", role="reader").then(RoleRevoked)
    assert [grant.scope for grant in spec.state(ACME).grants_of("user:bob")] == ["acme-prod"]


@pytest.mark.parametrize(
    "other",
    [{"role": "owner"}, {"scope": "acme-prod"}, {"on_behalf": True}, {"principal": "user:x"}],
)
def test_only_what_was_granted_is_revoked(other: dict[str, Any]) -> None:
    asked = {"principal": "user:bob", "role": "reader"} | other
    given(a_customer(), a_grant("user:bob", "reader")).when("revoke-role", ACME, **asked).refused(
        "not-found", kind="grant"
    )


def test_a_revoked_role_gives_nothing_any_more() -> None:
    spec = given(a_world(), a_grant("user:bob", "contributor"))
    spec.when("revoke-role", ACME, principal="user:bob", role="contributor")
    spec.when("change-billing", C1, billing="unlimited", actor="user:bob").refused("not-found")


def test_the_last_owner_cannot_be_revoked() -> None:
    given(a_customer(), a_grant("user:anna", "owner")).when(
        "revoke-role", ACME, principal="user:anna", role="owner"
    ).refused("last-owner", principal="user:anna", customer_id="acme")


def test_one_of_two_owners_can_be_revoked() -> None:
    given(a_customer(), a_grant("user:anna", "owner"), a_grant("user:bob", "owner")).when(
        "revoke-role", ACME, principal="user:anna", role="owner"
    ).then(RoleRevoked)


@pytest.mark.parametrize("other", [{"scope": "acme-prod"}, {"on_behalf": True}])
def test_an_owner_within_a_scope_or_on_behalf_is_no_second_owner(other: dict[str, Any]) -> None:
    spec = given(a_customer(), a_grant("user:anna", "owner"), a_grant("user:bob", "owner", **other))
    spec.when("revoke-role", ACME, principal="user:anna", role="owner").refused("last-owner")
    spec.when("revoke-role", ACME, principal="user:bob", role="owner", **other).then(RoleRevoked)


# --- scopes

DEV = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))


def _scoped(role: Role, scope: str) -> list[Any]:
    """Circuit c1 in acme-prod, c2 in acme-dev, and Bob with a role within a scope."""
    second = a_provisioned_circuit("c2", subscription_id="acme-dev")
    return [*a_world(), DEV, *second, a_grant("user:bob", role, scope=scope)]


@pytest.mark.parametrize("scope", ["c1", "acme-prod"])
def test_a_role_with_a_scope_holds_within_it(scope: str) -> None:
    given(_scoped("contributor", scope)).when(
        "change-billing", C1, billing="unlimited", actor="user:bob"
    ).then_accepted()


@pytest.mark.parametrize("scope", ["c1", "acme-prod"])
def test_outside_its_scope_nothing_is_found(scope: str) -> None:
    spec = given(_scoped("owner", scope))
    spec.when("change-billing", "circuit/c2", billing="unlimited", actor="user:bob").refused(
        "not-found", kind="circuit", id="c2"
    )
    spec.when("add-subscription", ACME, subscription_id="x", actor="user:bob").refused(
        "not-found", kind="customer", id="acme"
    )


def test_an_order_lies_in_the_subscription_it_names() -> None:
    spec = given(_scoped("contributor", "acme-dev"))
    spec.when("order-circuit", "circuit/c3", **ORDER, actor="user:bob").refused("not-found")
    spec.when(
        "order-circuit",
        "circuit/c3",
        **ORDER | {"subscription_id": "acme-dev"},
        actor="user:bob",
    ).then_accepted()


def test_a_role_for_a_circuit_does_not_reach_a_new_one() -> None:
    given(_scoped("contributor", "c9")).when(
        "order-circuit", "circuit/c9", **ORDER, actor="user:bob"
    ).refused("not-found")


def test_who_owns_a_subscription_does_not_get_at_others_by_a_circuit_called_like_it() -> None:
    given(_scoped("contributor", "acme-dev")).when(
        "order-circuit", "circuit/acme-dev", **ORDER, actor="user:bob"
    ).refused("not-found")


def test_a_name_that_is_both_means_the_subscription() -> None:
    called_like_dev = a_provisioned_circuit("acme-dev")
    given(_scoped("contributor", "acme-dev"), called_like_dev).when(
        "change-billing", "circuit/acme-dev", billing="unlimited", actor="user:bob"
    ).refused("not-found")
    called_like_prod = a_provisioned_circuit("acme-prod", subscription_id="acme-dev")
    given(_scoped("owner", "acme-dev"), called_like_prod).when(
        "grant-role",
        ACME,
        principal="user:eve",
        role="reader",
        scope="acme-prod",
        actor="user:bob",
    ).refused("not-found")


@pytest.mark.parametrize(
    ("own", "granted"), [("c1", "c1"), ("acme-prod", "acme-prod"), ("acme-prod", "c1")]
)
def test_an_owner_within_a_scope_grants_and_revokes_within_it(own: str, granted: str) -> None:
    role = {"principal": "user:eve", "role": "reader", "scope": granted, "actor": "user:bob"}
    spec = given(_scoped("owner", own)).when("grant-role", ACME, **role).then(RoleGranted)
    spec.when("revoke-role", ACME, **role).then(RoleRevoked)


@pytest.mark.parametrize(
    ("own", "granted"), [("c1", None), ("c1", "acme-prod"), ("acme-prod", "c2"), ("c1", "c2")]
)
def test_an_owner_within_a_scope_grants_nothing_beyond_it(own: str, granted: str | None) -> None:
    given(_scoped("owner", own)).when(
        "grant-role",
        ACME,
        principal="user:eve",
        role="reader",
        scope=granted,
        actor="user:bob",
    ).refused("not-found")


def test_a_contributor_within_a_scope_grants_nothing() -> None:
    given(_scoped("contributor", "c1")).when(
        "grant-role", ACME, principal="user:eve", role="reader", scope="c1", actor="user:bob"
    ).refused("not-permitted")


def test_a_scope_is_a_subscription_or_a_circuit_of_the_customer() -> None:
    beta = a_customer("beta", number=2, subscription="beta-prod")
    spec = given(a_world(), beta, a_provisioned_circuit("b1", customer_id="beta"))
    grant = {"principal": "user:bob", "role": "reader"}
    for scope in ("beta-prod", "b1", "nowhere"):
        spec.when("grant-role", ACME, **grant, scope=scope).refused(
            "not-found", kind="subscription or circuit", id=scope
        )
    for scope in ("acme-prod", "c1"):
        spec.when("grant-role", ACME, **grant, scope=scope).then(RoleGranted)


def test_a_role_within_a_scope_is_revoked_when_that_is_gone() -> None:
    given(a_customer(), a_grant("user:bob", "reader", scope="gone")).when(
        "revoke-role", ACME, principal="user:bob", role="reader", scope="gone"
    ).then(RoleRevoked)


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


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("on_behalf_of", [None, "acme", "beta"])
@pytest.mark.parametrize("verb", sorted(set(EXAMPLES) - LOCATIONS - {"register-customer"}))
def test_a_stranger_gets_the_same_answer_for_what_exists_and_what_does_not(
    verb: str, stranger: str, on_behalf_of: str | None
) -> None:
    example = EXAMPLES[verb]
    sent = example.data | {"actor": stranger, "on_behalf_of": on_behalf_of}
    asked: dict[str, Any] = {"verb": verb, "subject": example.subject, **sent}
    known = STRANGERS[stranger]
    exists = _refusal(a_world(), known, **asked)
    removed = _refusal(a_world(), known, (ACME, CustomerRemoved()), **asked)
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
