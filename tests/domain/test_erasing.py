"""Erasing a customer: after its removal, once; a removed one takes no other command."""

from domain.customer.events import CustomerErased, CustomerRemoved, SubscriptionRemoved
from tests.domain.spec import given
from tests.examples import a_customer, a_grant, a_world
from tests.examples.parties import a_decrease_that_runs

ACME = "customer/acme"
GONE = [
    *a_customer(),
    (ACME, SubscriptionRemoved(subscription_id="acme-prod")),
    (ACME, CustomerRemoved()),
]


def test_a_removed_customer_is_erased_once() -> None:
    spec = given(GONE).when("erase-customer", ACME).then((ACME, CustomerErased()))
    assert spec.state(ACME).erased
    spec.when("erase-customer", ACME).then()


def test_before_its_removal_everything_is_named_that_is_left_itself_included() -> None:
    spec = given(a_world()).when("erase-customer", ACME).refused("customer-in-use")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    blockers = [each.removed_by for each in spec.outcome.refusal.blockers]
    assert blockers == [
        "delete-circuit c1",
        "remove-subscription acme-prod",
        "remove-customer acme",
    ]


def test_a_change_that_runs_is_waited_for() -> None:
    world = [*a_world(), a_decrease_that_runs(change_id="night-7")]
    given(world).when("erase-customer", ACME).refused(
        "change-in-progress", circuit_id="c1", change_id="night-7"
    )


def test_only_the_csp_erases() -> None:
    world = [*a_customer(), a_grant("user:anna", "owner"), *GONE[-2:]]
    given(world).when("erase-customer", ACME, actor="user:anna").refused("not-permitted")
    given(a_customer()).when("erase-customer", "customer/none").refused("not-found")
