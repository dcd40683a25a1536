"""Wrong orders: ordered twice, not offered, not there, full."""

from demo.office.circuits import PER_SUBSCRIPTION_AND_SITE, OrderDraft, draft_order
from demo.office.desk import OWNER, Data, Desk, Hand
from demo.office.records import CircuitRecord


def _refused_order(desk: Desk, draft: OrderDraft, code: str, **instead: object) -> bool:
    hand = desk.hand(draft.customer, "contributor")
    desk.send("order-circuit", draft.subject, draft.data() | instead, hand, code)
    return True


def _again(circuit: CircuitRecord) -> Data:
    """The order of a circuit, once more."""
    return OrderDraft(
        customer=circuit.customer,
        subscription=circuit.subscription,
        site=circuit.site,
        provider=circuit.provider,
        mbps=circuit.mbps,
        tier=circuit.tier,
        billing=circuit.billing,
    ).data()


def double_order(desk: Desk) -> bool:
    """The same order again with a new id: somebody pressed the button twice."""
    circuits = desk.book.fresh if desk.chance(0.7) else desk.book.circuits
    circuit = desk.any(
        circuits, lambda each: each.state in {"ordered", "up"} and not each.successors
    )
    if circuit is None or circuit.id != circuit.stem:
        return False
    hand = desk.hand(circuit.customer, "contributor")
    subject = f"circuit/{circuit.id}"
    desk.send("order-circuit", subject, _again(circuit), hand, "already-exists")
    return True


def retired_id(desk: Desk) -> bool:
    """An order under the id of a circuit that no longer exists."""
    retired = desk.any(
        desk.book.retired,
        lambda each: not each.circuit.customer.gone and each.id == each.circuit.stem,
    )
    if retired is None:
        return False
    hand = desk.hand(retired.circuit.customer, "contributor")
    subject = f"circuit/{retired.id}"
    desk.send("order-circuit", subject, _again(retired.circuit), hand, "id-retired")
    return True


def odd_bandwidth(desk: Desk) -> bool:
    """A bandwidth that nobody offers."""
    draft = draft_order(desk)
    odd = desk.rng.choice((300, 150, 25, 400, 1500, 20000))
    return draft is not None and _refused_order(
        desk, draft, "bandwidth-not-offered", bandwidth_mbps=odd
    )


def local_elsewhere(desk: Desk) -> bool:
    """The Local tier at a site without local regions."""
    site = desk.any(desk.book.sites, lambda each: each.is_open and not each.local_regions)
    draft = draft_order(desk, site=site) if site else None
    return draft is not None and _refused_order(
        desk, draft, "tier-not-offered", tier="local", billing="unlimited"
    )


def absent_provider(desk: Desk) -> bool:
    """A provider that is not at the site."""
    draft = draft_order(desk)
    other = desk.any(desk.book.sites, lambda _: True)
    provider = desk.any(other.providers, lambda _: True) if other else None
    if draft is None or provider is None or provider in draft.site.providers:
        return False
    return _refused_order(desk, draft, "provider-not-at-location", provider=provider)


def unknown_subscription(desk: Desk) -> bool:
    """A subscription that the customer does not have, or no longer."""
    draft = draft_order(desk)
    if draft is None:
        return False
    wrong = [f"{draft.customer.id}-production", draft.subscription.id.upper()]
    wrong += [each.id for each in draft.customer.subscriptions if each.removed]
    return _refused_order(
        desk, draft, "subscription-unknown", subscription_id=desk.rng.choice(wrong)
    )


def unmanaged_subscription(desk: Desk) -> bool:
    """A subscription that the customer manages itself, under connect-through."""
    draft = draft_order(
        desk,
        lambda each: (
            each.through
            and any(one.managed_by_customer and not one.removed for one in each.subscriptions)
        ),
    )
    if draft is None:
        return False
    own = next(
        each
        for each in draft.customer.subscriptions
        if each.managed_by_customer and not each.removed
    )
    return _refused_order(desk, draft, "subscription-not-managed", subscription_id=own.id)


def closed_site(desk: Desk) -> bool:
    """An order at a location that is closed."""
    site = desk.any(desk.book.sites, lambda each: not each.is_open)
    draft = draft_order(desk, site=site) if site else None
    return draft is not None and _refused_order(desk, draft, "location-closed")


def unknown_place(desk: Desk) -> bool:
    """An order at a place that is not a location."""
    draft = draft_order(desk)
    place = desk.rng.choice(("atlantis", "frankfurt9", "munich-2"))
    return draft is not None and _refused_order(desk, draft, "not-found", location_id=place)


def unknown_customer(desk: Desk) -> bool:
    """An order for a customer that was never registered."""
    draft = draft_order(desk, lambda each: each.through)
    if draft is None:
        return False
    data = draft.data() | {"customer_id": f"{draft.customer.id}-gmbh"}
    desk.send("order-circuit", draft.subject, data, Hand(OWNER), "not-found")
    return True


def full_site(desk: Desk) -> bool:
    """More than any router pair has left."""
    site = desk.any(desk.book.sites, lambda each: each.is_open and each.tight)
    draft = draft_order(desk, site=site) if site else None
    if site is None or draft is None:
        return False
    large = [mbps for mbps in (2000, 5000, 10000) if not site.pair_for(draft.provider, mbps)]
    return bool(large) and _refused_order(
        desk, draft, "no-capacity", bandwidth_mbps=desk.rng.choice(large)
    )


def over_the_limit(desk: Desk) -> bool:
    """One circuit more than a subscription may have at a location."""
    customer = desk.customer(lambda each: each.campus is not None)
    if customer is None or customer.campus is None:
        return False
    campus = customer.campus
    site = next(
        (
            each
            for each in customer.home
            if each.is_open and campus.circuits.get(each.id) == PER_SUBSCRIPTION_AND_SITE
        ),
        None,
    )
    if site is None:
        return False
    provider = desk.rng.choice(site.providers)
    draft = OrderDraft(
        customer=customer,
        subscription=campus,
        site=site,
        provider=provider,
        mbps=50,
        tier="standard",
        billing="metered",
    )
    return _refused_order(desk, draft, "limit-reached")


def unknown_profile(desk: Desk) -> bool:
    """A rule profile that does not exist."""
    draft = draft_order(desk, lambda each: each.through)
    if draft is None:
        return False
    data = draft.data() | {"profile": desk.rng.choice(("2015", "latest"))}
    desk.send("order-circuit", draft.subject, data, Hand(OWNER), "profile-unknown")
    return True
