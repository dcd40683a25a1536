"""Who may look at what: by role and scope, now and then; providers at what they need."""

import pytest

from domain.catalogue import NOUNS
from domain.decider.concern import NOBODY, Concern
from domain.decider.decisions import PROCESS
from domain.decider.looks import ALL, BLIND, NOW, OF_ROLE, SERVICE, THEN, Looks, looks
from domain.decider.rights import SELF
from domain.decider.states import States, Terms
from domain.words.values import Role
from tests.domain.spec import Facts, given
from tests.examples import a_customer, a_grant, a_world
from tests.examples.parties import a_csp_role

ADA = "user:ada"
C1 = Concern("acme", "acme-prod", "c1", "colt")


def _looks(actor: str, concern: Concern, *facts: Facts) -> Looks:
    spec = given(a_world(), *facts)
    read = {stream: spec.state(stream) for stream in (SELF, "customer/acme")}
    return looks(actor, concern, States(Terms(), spec.now, read))


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("owner", ALL),
        ("contributor", ALL),
        ("network-operator", THEN),
        ("provider", SERVICE),
        ("auditor", ALL),
        ("reader", NOW),
    ],
)
def test_each_role_looks_at_its_part(role: Role, seen: Looks) -> None:
    assert _looks(ADA, C1, a_grant(ADA, role)) == seen
    assert OF_ROLE[role] == seen


def test_without_a_role_nobody_looks_at_anything() -> None:
    assert _looks(ADA, C1) == BLIND
    assert _looks(ADA, NOBODY) == BLIND


def test_the_owner_and_the_engine_look_at_everything() -> None:
    assert _looks("user:owner", C1) == _looks(PROCESS, C1) == ALL


def test_a_scope_bounds_what_is_looked_at() -> None:
    in_prod = a_grant(ADA, "auditor", scope="acme-prod")
    assert _looks(ADA, C1, in_prod) == ALL
    assert _looks(ADA, Concern("acme", "other", "c2"), in_prod) == BLIND
    assert _looks(ADA, Concern("acme"), in_prod) == BLIND
    of_c1 = a_grant(ADA, "auditor", scope="c1")
    assert _looks(ADA, C1, of_c1) == ALL
    assert _looks(ADA, Concern("acme", "acme-prod", "c2"), of_c1) == BLIND


def test_what_lies_in_no_subscription_is_seen_in_any_scope_as_it_is_now() -> None:
    anywhere = Concern("acme", seen_in_any_scope=True)
    assert _looks(ADA, anywhere, a_grant(ADA, "auditor", scope="acme-prod")) == NOW
    assert _looks(ADA, anywhere, a_grant(ADA, "provider", scope="c1")) == BLIND


def test_a_provider_looks_at_its_own_circuits_by_its_name() -> None:
    assert _looks("provider:colt", C1) == SERVICE
    assert _looks("provider:other", C1) == BLIND
    assert _looks("user:colt", C1) == BLIND
    assert _looks("provider:colt", Concern("acme")) == BLIND


def test_the_staff_looks_at_every_customer_under_either_model() -> None:
    for model in ("connect-through", "connect-to"):
        facts = (a_csp_role(ADA, "auditor"),)
        spec = given(a_customer(model=model), *facts)
        read = {stream: spec.state(stream) for stream in (SELF, "customer/acme")}
        states = States(Terms(), spec.now, read)
        assert looks(ADA, Concern("acme"), states) == ALL
        assert looks(ADA, NOBODY, states) == ALL


def test_a_provider_by_role_at_the_csp_looks_at_circuits_alone() -> None:
    assert _looks(ADA, C1, a_csp_role(ADA, "provider")) == SERVICE
    assert _looks(ADA, Concern("acme"), a_csp_role(ADA, "provider")) == BLIND


def test_a_role_on_behalf_is_enough_to_look() -> None:
    assert _looks(ADA, C1, a_grant(ADA, "reader", on_behalf=True)) == NOW


def test_roles_add_up() -> None:
    both = (a_grant(ADA, "network-operator"), a_grant(ADA, "provider"))
    assert _looks(ADA, C1, *both) == THEN | SERVICE


def test_whose_a_thing_is_follows_from_its_state() -> None:
    spec = given(a_world())
    assert NOUNS["circuit"].concern(spec.state("circuit/c1")).circuit_id == "c1"
    assert NOUNS["customer"].concern(spec.state("customer/acme")) == Concern("acme")
