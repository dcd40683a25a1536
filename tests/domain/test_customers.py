"""Customers: registering, subscriptions, removal with everything that is in the way."""

from domain.circuit.events import CircuitDeleted
from domain.csp.events import EncapsulationIdAllocated
from domain.customer.account import MOST_ENCAPSULATION_IDS
from domain.customer.events import (
    CircuitDetached,
    CustomerRegistered,
    CustomerRemoved,
    PrefixClaimed,
    RoleGranted,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.decider.rights import SELF
from domain.words.prefix import prefix as prefix_of
from tests.domain.spec import NOW, given
from tests.examples import (
    ORDER,
    a_customer,
    a_grant,
    a_location,
    a_world,
    an_ordered_circuit,
)
from tests.examples.parties import (
    a_connect_to_customer,
    a_decrease_that_runs,
    an_increase_that_waits,
)

ACME = "customer/acme"
REGISTER = {"name": "Acme GmbH", "model": "connect-through"}
CLAIMED = (ACME, PrefixClaimed(prefix=prefix_of("203.0.113.0/24")))


def test_a_customer_gets_the_first_encapsulation_id() -> None:
    given().when("register-customer", ACME, **REGISTER).then(
        (
            ACME,
            CustomerRegistered(
                name="Acme GmbH", model="connect-through", isolation="shared", encapsulation_id=1
            ),
        ),
        (SELF, EncapsulationIdAllocated(customer_id="acme", encapsulation_id=1)),
    )


def test_the_next_customer_gets_the_next_number() -> None:
    spec = given(a_customer(number=41)).when("register-customer", "customer/beta", **REGISTER)
    assert spec.state("customer/beta").encapsulation_id == 42


def test_the_number_of_a_removed_customer_is_not_used_again() -> None:
    spec = given(a_customer(number=41), (ACME, CustomerRemoved()))
    spec.when("register-customer", "customer/beta", **REGISTER)
    assert spec.state("customer/beta").encapsulation_id == 42


def test_the_last_number_of_24_bits_is_allocated() -> None:
    spec = given(a_customer(number=MOST_ENCAPSULATION_IDS - 1))
    spec.when("register-customer", "customer/beta", **REGISTER)
    assert spec.state("customer/beta").encapsulation_id == 2**24 - 1


def test_after_the_last_number_no_customer_is_registered() -> None:
    given(a_customer(number=MOST_ENCAPSULATION_IDS)).when(
        "register-customer", "customer/beta", **REGISTER
    ).refused("limit-reached", allowed=2**24 - 1, used=2**24 - 1)


def test_a_customer_is_registered_with_its_owner() -> None:
    spec = given().when("register-customer", ACME, **REGISTER, owner="user:anna")
    assert (ACME, RoleGranted(principal="user:anna", role="owner")) in spec.written


def test_a_connect_to_customer_has_an_owner_from_the_start() -> None:
    given().when("register-customer", ACME, name="Acme", model="connect-to").refused(
        "malformed-command"
    )


def test_a_customer_may_ask_for_separate_circuits() -> None:
    isolation = "separate-public-and-private"
    spec = given().when("register-customer", ACME, **REGISTER, isolation=isolation)
    assert spec.state(ACME).isolation == isolation


def test_registering_twice_is_refused_identical_or_not() -> None:
    spec = given().when("register-customer", ACME, **REGISTER)
    spec.when("register-customer", ACME, **REGISTER).refused("already-exists", id="acme")
    spec.when("register-customer", ACME, name="Other", model="connect-through").refused(
        "already-exists", kind="customer"
    )


def test_an_id_named_only_in_a_refused_command_is_still_free() -> None:
    spec = given().when("register-customer", ACME, **REGISTER, actor="user:stranger")
    spec.refused("not-permitted")
    spec.when("register-customer", ACME, **REGISTER)
    assert spec.state(ACME) is not None


# --- subscriptions


def test_a_subscription_is_managed_by_the_csp_unless_said_otherwise() -> None:
    spec = given(a_customer()).when("add-subscription", ACME, subscription_id="acme-dev")
    added = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    assert added in spec.then_accepted().written


def test_adding_a_subscription_again_changes_nothing() -> None:
    given(a_customer()).when("add-subscription", ACME, subscription_id="acme-prod").then_nothing()


def test_adding_a_subscription_again_may_change_who_manages_it() -> None:
    given(a_customer()).when(
        "add-subscription", ACME, subscription_id="acme-prod", managed_by="customer"
    ).then((ACME, SubscriptionManagerChanged(subscription_id="acme-prod", managed_by="customer")))


def test_a_subscription_without_circuits_is_removed() -> None:
    given(a_customer()).when("remove-subscription", ACME, subscription_id="acme-prod").then(
        (ACME, SubscriptionRemoved(subscription_id="acme-prod"))
    )


def test_removing_a_subscription_that_is_not_there_is_refused() -> None:
    given(a_customer()).when("remove-subscription", ACME, subscription_id="acme-dev").refused(
        "not-found", kind="subscription", id="acme-dev"
    )


def test_a_removed_subscription_is_gone() -> None:
    spec = given(a_customer(), (ACME, SubscriptionRemoved(subscription_id="acme-prod")))
    spec.when("remove-subscription", ACME, subscription_id="acme-prod").refused("not-found")


def test_a_subscription_with_circuits_names_them() -> None:
    elsewhere = an_ordered_circuit("c3", subscription_id="acme-dev")
    spec = given(a_customer(), an_ordered_circuit("c2"), an_ordered_circuit("c1"), elsewhere)
    spec.when("remove-subscription", ACME, subscription_id="acme-prod").refused(
        "subscription-in-use", count=2
    )
    assert spec.blockers == ["circuit c1", "circuit c2"]


def test_a_subscription_is_free_again_when_its_circuits_are_gone() -> None:
    given(a_customer(), an_ordered_circuit(), (ACME, CircuitDetached(circuit_id="c1"))).when(
        "remove-subscription", ACME, subscription_id="acme-prod"
    ).then(SubscriptionRemoved)


def test_a_subscription_that_the_customer_manages_is_out_of_scope_under_connect_through() -> None:
    dev = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="customer"))
    given(a_customer(), dev, a_location()).when(
        "order-circuit", "circuit/c1", **ORDER | {"subscription_id": "acme-dev"}
    ).refused("subscription-not-managed", subscription_id="acme-dev")


def test_under_connect_to_it_does_not_matter_who_manages_a_subscription() -> None:
    dev = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="customer"))
    spec = given(a_connect_to_customer(), dev, a_location()).when(
        "order-circuit",
        "circuit/c1",
        **ORDER | {"subscription_id": "acme-dev"},
        actor="user:anna",
    )
    assert spec.state("circuit/c1").subscription_id == "acme-dev"


# --- removal


def test_a_customer_of_which_nothing_is_left_is_removed() -> None:
    gone = (ACME, SubscriptionRemoved(subscription_id="acme-prod"))
    given(a_customer(), gone).when("remove-customer", ACME).then((ACME, CustomerRemoved()))


def test_its_people_are_not_in_the_way_of_its_removal() -> None:
    gone = (ACME, SubscriptionRemoved(subscription_id="acme-prod"))
    given(a_customer(), a_grant("user:anna", "owner"), gone).when("remove-customer", ACME).then(
        CustomerRemoved
    )


def test_everything_that_is_in_the_way_is_named_at_once() -> None:
    spec = given(a_world(), CLAIMED).when("remove-customer", ACME)
    spec.refused("customer-in-use", customer_id="acme", count=3)
    assert spec.blockers == ["circuit c1", "subscription acme-prod", "prefix 203.0.113.0/24"]


def test_every_blocker_says_what_removes_it() -> None:
    spec = given(a_world(), CLAIMED).when("remove-customer", ACME)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert [each.removed_by for each in spec.outcome.refusal.blockers] == [
        "delete-circuit c1",
        "remove-subscription acme-prod",
        "release-prefix 203.0.113.0/24",
    ]


def test_a_change_that_runs_stops_the_removal() -> None:
    given(a_world(), a_decrease_that_runs()).when("remove-customer", ACME).refused(
        "change-in-progress", circuit_id="c1", change_id="down-1"
    )
    given(a_world(), an_increase_that_waits()).when("remove-customer", ACME).refused(
        "change-in-progress", circuit_id="c1", change_id="up-1"
    )


def test_a_removed_customer_is_not_found_and_says_when_it_went() -> None:
    spec = given(a_customer(), (ACME, CustomerRemoved()))
    for verb, data in (
        ("add-subscription", {"subscription_id": "x"}),
        ("change-model", {"model": "connect-through"}),
        ("remove-customer", {}),
    ):
        spec.when(verb, ACME, **data).refused("not-found", id="acme", removed_at=NOW)


def test_the_id_of_a_removed_customer_is_retired() -> None:
    given(a_customer(), (ACME, CustomerRemoved())).when(
        "register-customer", ACME, **REGISTER
    ).refused("id-retired", id="acme")


def test_nothing_is_ordered_for_a_removed_customer() -> None:
    given(a_customer(), (ACME, CustomerRemoved()), a_location()).when(
        "order-circuit", "circuit/c1", **ORDER
    ).refused("not-found", kind="customer", id="acme")


def test_a_deleted_circuit_is_not_in_the_way() -> None:
    left = (ACME, CircuitDetached(circuit_id="c1")), ("circuit/c1", CircuitDeleted())
    spec = given(a_world(), left).when("remove-customer", ACME).refused("customer-in-use")
    assert spec.blockers == ["subscription acme-prod"]
