"""Words that the specifications of subscriptions share: one GUID in three ways, short commands."""

from typing import Any, Final

from domain.csp.events import SubscriptionFreed, SubscriptionHeld
from domain.customer.events import SubscriptionAdded, SubscriptionRemoved
from domain.decider.decisions import Written
from tests.domain.spec import Spec, given

ACME, BETA, SELF = "customer/acme", "customer/beta", "csp/self"
LOWER: Final = "4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b"
UPPER, MIXED = LOWER.upper(), LOWER.replace("e", "E")
REGISTER: Final = {"name": "A customer", "model": "connect-through"}


def two_customers() -> Spec:
    """Two customers without subscriptions, as they are registered now."""
    spec = given().when("register-customer", ACME, **REGISTER)
    return spec.when("register-customer", BETA, **REGISTER).then_accepted()


def added(customer: str, id: str, managed_by: Any = "csp") -> Written:
    return customer, SubscriptionAdded(subscription_id=id, managed_by=managed_by)


def removed(customer: str, id: str) -> Written:
    return customer, SubscriptionRemoved(subscription_id=id)


def held(customer: str, id: str) -> Written:
    return SELF, SubscriptionHeld(subscription_id=id, customer_id=customer)


def freed(customer: str, id: str) -> Written:
    return SELF, SubscriptionFreed(subscription_id=id, customer_id=customer)


def add(spec: Spec, subject: str, id: str, **sent: Any) -> Spec:
    return spec.when("add-subscription", subject, subscription_id=id, **sent)


def remove(spec: Spec, subject: str, id: str, **sent: Any) -> Spec:
    return spec.when("remove-subscription", subject, subscription_id=id, **sent)
