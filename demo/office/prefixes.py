"""Prefixes: customers claim them, the CSP confirms or rejects, some are released."""

from demo.office.addresses import CLAIMS, claimable
from demo.office.desk import Desk
from demo.office.parts import ClaimedPrefix
from demo.office.records import CustomerRecord

_EVIDENCE = ("RIPE NCC object", "letter of authorization", "ARIN registration", "IRR route object")


def claim(desk: Desk) -> bool:
    """Claim the next prefix of a customer."""
    customer = desk.customer(lambda each: each.claims < CLAIMS)
    return customer is not None and claim_next(desk, customer)


def claim_next(desk: Desk, customer: CustomerRecord) -> bool:
    """Claim the customer's next prefix; mostly the CSP looks at it some weeks later."""
    if customer.gone or customer.claims == CLAIMS:
        return False
    prefix = ClaimedPrefix(claimable(customer.number, customer.claims))
    customer.claims += 1
    if prefix.prefix in customer.validated:
        return False  # a validation has confirmed it without a claim
    hand = desk.hand(customer, "contributor")
    desk.send("claim-prefix", f"customer/{customer.id}", {"prefix": prefix.prefix}, hand)
    customer.prefixes.append(prefix)
    if desk.chance(0.85):
        desk.later(desk.rng.randrange(1, 4), lambda desk: _judge(desk, customer, prefix))
    return True


def _judge(desk: Desk, customer: CustomerRecord, prefix: ClaimedPrefix) -> bool:
    """The CSP looks at the evidence: mostly it confirms, sometimes it rejects."""
    if prefix not in customer.prefixes:
        return False
    confirms = prefix.used or desk.chance(0.92)
    data: dict[str, object] = {"prefix": prefix.prefix, "evidence": desk.rng.choice(_EVIDENCE)}
    name = "confirm-prefix" if confirms else "reject-prefix"
    desk.send(name, f"customer/{customer.id}", data, desk.csp())
    prefix.confirmed = confirms
    if not confirms:
        customer.prefixes.remove(prefix)
    return True


def release(desk: Desk) -> bool:
    """Release a prefix that no peering advertises."""
    customer = desk.customer(lambda each: len(each.prefixes) > 2)
    prefix = desk.any(customer.prefixes, lambda each: not each.used) if customer else None
    if customer is None or prefix is None:
        return False
    hand = desk.hand(customer, "contributor")
    desk.send("release-prefix", f"customer/{customer.id}", {"prefix": prefix.prefix}, hand)
    customer.prefixes.remove(prefix)
    return True
