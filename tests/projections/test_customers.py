"""What a customer shows."""

from typing import Any

from domain.customer.events import (
    CustomerRemoved,
    IdentityStoreRecorded,
    ModelChanged,
    PrefixClaimed,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.words.structs import Event
from projections import customers
from projections.database import reading
from projections.runner import Runner
from projections.time_travel import show_as_of, show_at_version
from tests.examples import a_customer
from tests.projections.histories import InMemory, built, built_from, opened, queries, told
from tests.projections.stories import WORLD

VIEW = customers.FOLD.view(customers.SHAPE)
PREFIX: Any = "203.0.113.0/24"


def after(*events: Event) -> Any:
    with reading(built(a_customer(), [("customer/acme", event) for event in events])) as live:
        return customers.show(live, "acme")


def test_every_field_of_the_contract() -> None:
    assert after() == {
        "customer_id": "acme",
        "name": "Acme",
        "model": "connect-through",
        "isolation": "shared",
        "encapsulation_id": 1,
        "identity_store": None,
        "subscriptions": [{"subscription_id": "acme-prod", "managed_by": "csp"}],
        "roles": [],
        "prefixes": [],
        "networks": [],
        "route_filters": [],
        "version": 2,
        "deleted": False,
        "erased": False,
    }


def test_a_customer_that_never_was() -> None:
    with reading(built(a_customer())) as live:
        assert customers.show(live, "nobody") is None


def test_subscriptions_come_change_hands_and_go() -> None:
    customer = after(
        SubscriptionAdded(subscription_id="lab", managed_by="customer"),
        SubscriptionManagerChanged(subscription_id="lab", managed_by="csp"),
        SubscriptionRemoved(subscription_id="acme-prod"),
    )
    assert customer["subscriptions"] == [{"subscription_id": "lab", "managed_by": "csp"}]


def test_roles_are_granted_and_revoked_one_by_one() -> None:
    anna: dict[str, Any] = {"principal": "user:anna", "role": "owner"}
    scoped: dict[str, Any] = {**anna, "scope": "acme-prod"}
    customer = after(
        RoleGranted(**anna),
        RoleGranted(**scoped),
        RoleGranted(principal="user:ben", role="reader", on_behalf=True),
        RoleRevoked(**anna),
    )
    assert customer["roles"] == [
        {**scoped, "on_behalf": False},
        {"principal": "user:ben", "role": "reader", "scope": None, "on_behalf": True},
    ]


def test_a_prefix_is_claimed_confirmed_and_freed() -> None:
    claimed, confirmed = PrefixClaimed(prefix=PREFIX), PrefixConfirmed(prefix=PREFIX)
    assert after(claimed)["prefixes"] == [{"prefix": PREFIX, "state": "claimed"}]
    assert after(claimed, confirmed)["prefixes"] == [{"prefix": PREFIX, "state": "confirmed"}]
    assert after(confirmed)["prefixes"] == [{"prefix": PREFIX, "state": "confirmed"}]
    assert after(claimed, PrefixRejected(prefix=PREFIX))["prefixes"] == []
    assert after(confirmed, PrefixReleased(prefix=PREFIX))["prefixes"] == []


def test_lists_stand_in_the_order_in_which_things_came() -> None:
    other: Any = "198.51.100.0/24"
    anna: dict[str, Any] = {"principal": "user:anna", "role": "owner"}
    customer = after(
        SubscriptionAdded(subscription_id="lab", managed_by="customer"),
        SubscriptionManagerChanged(subscription_id="acme-prod", managed_by="customer"),
        RoleGranted(**anna),
        RoleGranted(principal="user:ben", role="reader"),
        RoleRevoked(**anna),
        RoleGranted(**anna),
        PrefixClaimed(prefix=PREFIX),
        PrefixClaimed(prefix=other),
        PrefixConfirmed(prefix=PREFIX),
    )
    managers = {each["subscription_id"]: each["managed_by"] for each in customer["subscriptions"]}
    assert list(managers.items()) == [("acme-prod", "customer"), ("lab", "customer")]
    assert [each["principal"] for each in customer["roles"]] == ["user:ben", "user:anna"]
    assert [each["prefix"] for each in customer["prefixes"]] == [other, PREFIX]


def test_then_is_what_now_was_at_every_version() -> None:
    events = told(
        a_customer(),
        *(
            ("customer/acme", event)
            for event in (
                SubscriptionAdded(subscription_id="lab", managed_by="customer"),
                SubscriptionManagerChanged(subscription_id="acme-prod", managed_by="customer"),
                RoleGranted(principal="user:anna", role="owner"),
                PrefixClaimed(prefix=PREFIX),
                PrefixConfirmed(prefix=PREFIX),
                SubscriptionRemoved(subscription_id="acme-prod"),
                RoleRevoked(principal="user:anna", role="owner"),
                PrefixReleased(prefix=PREFIX),
            )
        ),
    )
    log, engine = InMemory(events), opened()
    for position, event in enumerate(events, start=1):
        Runner(engine, InMemory(events[:position]).source, [VIEW]).catch_up()
        with reading(engine) as live:
            now = customers.show(live, "acme")
            assert customers.LISTING.page(live).rows == [now]
        assert show_as_of(log.log, "customer", "acme", event.time) == now
    assert show_at_version(log.log, "customer", "acme", 9) is not None


def test_a_prefix_among_many_is_edited_alone() -> None:
    """The customer's other prefixes are neither read nor written."""
    many: list[Any] = [f"203.0.{n // 256}.{n % 256}/32" for n in range(300)]
    claims = [("customer/acme", PrefixClaimed(prefix=each)) for each in many]
    events = told(a_customer(), claims, ("customer/acme", PrefixConfirmed(prefix=many[7])))
    engine = built_from(InMemory(events[:-1]), [VIEW])
    with queries(engine) as asked:
        Runner(engine, InMemory(events).source, [VIEW]).catch_up()
    touching = [said for statement, said in asked if "_prefixes" in statement]
    assert len(touching) == 1
    assert str(touching).count("203.0.") == 1


def test_the_model_and_the_identity_store() -> None:
    store = IdentityStoreRecorded(location="csp", directory="acme.example", replicated=True)
    customer = after(store, ModelChanged(model="connect-to"))
    assert customer["model"] == "connect-to"
    assert customer["identity_store"] == {
        "location": "csp",
        "directory": "acme.example",
        "replicated": True,
    }


def test_a_removed_customer_is_still_shown() -> None:
    customer = after(CustomerRemoved())
    assert (customer["deleted"], customer["name"]) == (True, "Acme")


def test_circuits_move_the_version() -> None:
    with reading(built(WORLD)) as live:
        row: Any = customers.show(live, "acme")
        assert row["version"] == 3


def test_lists_and_totals() -> None:
    engine = built(
        a_customer(), a_customer("birch", number=2), ("customer/acme", CustomerRemoved())
    )
    with reading(engine) as live:
        every = customers.LISTING.page(live).rows
        assert [row["customer_id"] for row in every] == ["acme", "birch"]
        assert customers.LISTING.page(live, after=("acme",)).rows == every[1:]
        left = customers.LISTING.page(live, {"deleted": False}).rows
        assert [row["customer_id"] for row in left] == ["birch"]
        assert customers.totals(live) == [
            {"model": "connect-through", "deleted": False, "count": 1},
            {"model": "connect-through", "deleted": True, "count": 1},
        ]
