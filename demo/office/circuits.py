"""Circuits: ordered, moved between tiers and ways of billing, given up and deleted."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.office import connections, customers, peerings, sites
from demo.office.desk import OWNER, Desk, Hand
from demo.office.parts import LOCAL_FROM_MBPS, OFFERED_MBPS, Subscription
from demo.office.records import CircuitRecord, CustomerRecord, Site

PER_SUBSCRIPTION, PER_SUBSCRIPTION_AND_SITE = 50, 10
_WANTED = (14, 18, 20, 20, 16, 7, 3, 2)
"""How often each of the offered bandwidths is ordered, in percent."""
_REASONS = ("site closed", "moved to another provider", "end of project", "customer request")


@dataclass(kw_only=True)
class OrderDraft:
    """An order that would be accepted if there is capacity."""

    customer: CustomerRecord
    subscription: Subscription
    site: Site
    provider: str
    mbps: int
    tier: str
    billing: str

    @property
    def circuit_id(self) -> str:
        """The next free id of the customer at the site."""
        return f"{self.customer.id}-{self.site.id}-{self.customer.ordered + 1}"

    @property
    def subject(self) -> str:
        """The stream that the order addresses."""
        return f"circuit/{self.circuit_id}"

    def data(self) -> dict[str, object]:
        """The data of the order-circuit command."""
        return {
            "customer_id": self.customer.id,
            "subscription_id": self.subscription.id,
            "location_id": self.site.id,
            "provider": self.provider,
            "bandwidth_mbps": self.mbps,
            "tier": self.tier,
            "billing": self.billing,
        }


def draft_order(
    desk: Desk,
    suits: Callable[[CustomerRecord], bool] = lambda _: True,
    site: Site | None = None,
) -> OrderDraft | None:
    """An order that a suitable customer could place, at the given site or at one of its own."""
    customer = desk.any(
        desk.book.market, lambda each: not each.gone and not each.closing and suits(each)
    )
    if customer is None:
        return None
    if site is None:
        abroad = desk.chance(0.15)
        site = desk.any(desk.book.sites if abroad else customer.home, lambda each: each.is_open)
    subscription = desk.any(customer.subscriptions, lambda each: serves(customer, each, site))
    if site is None or subscription is None:
        return None
    rng = desk.rng
    mbps = rng.choices(OFFERED_MBPS, _WANTED)[0]
    is_local = site.local_regions and mbps >= LOCAL_FROM_MBPS
    tier = rng.choice(("standard", "standard", "premium", "local" if is_local else "standard"))
    metered = tier != "local" and rng.random() < 0.65
    return OrderDraft(
        customer=customer,
        subscription=subscription,
        site=site,
        provider=rng.choice(site.providers),
        mbps=mbps,
        tier=tier,
        billing="metered" if metered else "unlimited",
    )


def serves(customer: CustomerRecord, subscription: Subscription, site: Site | None) -> bool:
    """Whether a circuit can be ordered and every limit still leaves room for one more."""
    return (
        not subscription.removed
        and (not customer.through or not subscription.managed_by_customer)
        and subscription.in_use < PER_SUBSCRIPTION - 1
        and (site is None or subscription.circuits.get(site.id, 0) < PER_SUBSCRIPTION_AND_SITE - 1)
    )


def order(desk: Desk) -> bool:
    """Order a circuit that fits; a roomy site gets larger ports first if it needs them."""
    draft = draft_order(desk)
    if draft is None:
        return False
    if draft.site.tight and draft.site.pair_for(draft.provider, draft.mbps) is None:
        return False
    while not draft.site.tight and not draft.site.has_room(draft.mbps):
        sites.widen(desk, draft.site)
    hand = desk.hand(draft.customer, "contributor")
    data, profile = draft.data(), "current"
    if draft.customer.through and draft.subscription.in_use < 8 and desk.chance(0.04):
        hand, profile = Hand(OWNER), "2016"
        data["profile"] = profile
    place_order(desk, draft, data, hand, profile)
    return True


def order_somehow(desk: Desk) -> bool:
    """Order a circuit; if one order does not fit, try another."""
    return any(order(desk) for _ in range(10))


def place_order(
    desk: Desk, draft: OrderDraft, data: dict[str, object], hand: Hand, profile: str
) -> CircuitRecord:
    """Send an order that fits, and note the circuit; its next errands follow in later weeks."""
    pair = draft.site.pair_for(draft.provider, draft.mbps)
    assert pair is not None
    desk.send("order-circuit", draft.subject, data, hand)
    circuit = CircuitRecord(
        id=draft.circuit_id,
        customer=draft.customer,
        subscription=draft.subscription,
        site=draft.site,
        provider=draft.provider,
        mbps=draft.mbps,
        tier=draft.tier,
        billing=draft.billing,
        profile=profile,
        pair=pair,
        ready=desk.week + 1,
    )
    draft.customer.ordered += 1
    desk.book.attach(circuit)
    fate = desk.rng.random()
    if fate < 0.01:
        _delete_now(desk, circuit)
    elif fate < 0.95:
        desk.later(desk.rng.randrange(1, 4), lambda desk: peerings.configure(desk, circuit))
    if 0.4 < fate < 0.9:
        desk.later(desk.rng.randrange(2, 6), lambda desk: peerings.configure(desk, circuit))
    return circuit


def fill_campus(desk: Desk) -> bool:
    """A large customer fills one site to the limit of one subscription."""
    customer = desk.customer(
        lambda each: (
            each.size >= 3
            and each.campus is None
            and any(site.is_open and not site.tight for site in each.home)
        )
    )
    if customer is None:
        return False
    site = next(site for site in customer.home if site.is_open and not site.tight)
    campus = next((each for each in customer.subscriptions if serves(customer, each, site)), None)
    if campus is None:
        return False
    customer.campus = campus
    while campus.circuits.get(site.id, 0) < PER_SUBSCRIPTION_AND_SITE:
        while not site.has_room(100):
            sites.widen(desk, site)
        provider = desk.rng.choice(site.providers)
        draft = OrderDraft(
            customer=customer,
            subscription=campus,
            site=site,
            provider=provider,
            mbps=100,
            tier="standard",
            billing="metered",
        )
        hand = desk.hand(customer, "contributor")
        place_order(desk, draft, draft.data(), hand, "current")
    return True


def deprovision(desk: Desk) -> bool:
    """Give up a circuit; it is deleted in a later week, once the provider has taken it down."""
    circuit = desk.circuit()
    return circuit is not None and give_up(desk, circuit)


def give_up(desk: Desk, circuit: CircuitRecord) -> bool:
    """Ask for the deprovisioning of this circuit."""
    data: dict[str, object] = {"reason": desk.rng.choice(_REASONS), "accept_interruption": True}
    hand = desk.hand(circuit.customer, "contributor")
    desk.send("request-deprovisioning", f"circuit/{circuit.id}", data, hand)
    circuit.state = "leaving"
    desk.book.leaving.append(circuit)
    weeks = desk.rng.randrange(1, 4)
    if circuit.change is not None:
        weeks += circuit.change.due - desk.week
    desk.later(weeks, lambda desk: _delete(desk, circuit))
    return True


def _delete(desk: Desk, circuit: CircuitRecord) -> bool:
    if circuit.state != "down":
        return False
    if circuit.hanging and desk.chance(0.5):
        hand = desk.hand(circuit.customer, "contributor")
        desk.send("delete-circuit", f"circuit/{circuit.id}", {}, hand, "deletion-blocked")
    if not connections.clear_off(desk, circuit):
        desk.later(1, lambda desk: _delete(desk, circuit))
        return False
    _delete_now(desk, circuit)
    return True


def _delete_now(desk: Desk, circuit: CircuitRecord) -> None:
    hand = desk.hand(circuit.customer, "contributor")
    desk.send("delete-circuit", f"circuit/{circuit.id}", {}, hand)
    desk.book.detach(circuit)


def farewell(desk: Desk, customer: CustomerRecord) -> bool:
    """A guest leaves: its circuits are given up and deleted over some weeks, then it is removed."""
    customer.closing = True
    if customers.leave(desk, customer):
        return True
    for circuit in customer.circuits:
        if desk.is_quiet(circuit):
            give_up(desk, circuit)
    desk.later(1, lambda desk: farewell(desk, customer))
    return True


def change_tier(desk: Desk) -> bool:
    """Standard to Premium and back; from Local up, if billed Unlimited."""
    circuit = desk.circuit(
        lambda each: (
            each.billing == "unlimited"
            if each.tier == "local"
            else each.tier == "standard" or not connections.blocks_standard(each)
        )
    )
    if circuit is None:
        return False
    wanted = {
        "local": desk.rng.choice(("standard", "premium")),
        "standard": "premium",
        "premium": "standard",
    }
    circuit.tier = wanted[circuit.tier]
    hand = desk.hand(circuit.customer, "contributor")
    desk.send("change-tier", f"circuit/{circuit.id}", {"tier": circuit.tier}, hand)
    return True


def change_billing(desk: Desk) -> bool:
    """Metered to Unlimited; there is no way back."""
    circuit = desk.circuit(lambda each: each.billing == "metered")
    if circuit is None:
        return False
    circuit.billing = "unlimited"
    hand = desk.hand(circuit.customer, "contributor")
    desk.send("change-billing", f"circuit/{circuit.id}", {"billing": "unlimited"}, hand)
    return True
