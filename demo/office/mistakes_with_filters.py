"""Mistakes with route filters."""

from demo.office import filters
from demo.office.desk import OWNER, Data, Desk, Hand, Mistakes
from demo.office.filters import attached_to, draft_filter, tell, with_microsoft
from demo.office.records import RouteFilterRecord

_UNKNOWN = ("12076:50000", "12076:99999", "65000:100", "12076:51999")
"""Communities that the catalogue lacks, or that belong to private peerings."""


def _draft(desk: Desk) -> RouteFilterRecord | None:
    customer = desk.customer()
    return draft_filter(desk, customer) if customer else None


def unknown_community(desk: Desk) -> bool:
    """A community that is none, in a new filter or in one that is there."""
    known = filters.a_filter(desk) if desk.chance(0.5) else None
    if known is not None:
        data = Data(communities=[*known.communities, desk.rng.choice(_UNKNOWN)])
        return tell(desk, "change-route-filter", known, data, "community-unknown")
    draft = _draft(desk)
    if draft is None:
        return False
    data = Data(customer_id=draft.customer.id, communities=[desk.rng.choice(_UNKNOWN)])
    return tell(desk, "define-route-filter", draft, data, "community-unknown")


def malformed_filter(desk: Desk) -> bool:
    """Communities in another form, listed twice, or none."""
    draft = _draft(desk)
    if draft is None:
        return False
    wrong = desk.rng.choice(
        (["12076"], ["12076:51004", "12076:51004"], [], "12076:51004", ["West Europe"])
    )
    data = Data(customer_id=draft.customer.id, communities=wrong)
    return tell(desk, "define-route-filter", draft, data, "malformed-command")


def filter_again(desk: Desk) -> bool:
    """A filter is defined that is there, or under the id of one that was removed."""
    past = [each for each in desk.book.past_filters if not each.customer.closing]
    is_past = bool(past) and desk.chance(0.4)
    route_filter = desk.rng.choice(past) if is_past else filters.a_filter(desk)
    if route_filter is None:
        return False
    data = Data(customer_id=route_filter.customer.id, communities=["12076:51004"])
    code = "id-retired" if is_past else "already-exists"
    return tell(desk, "define-route-filter", route_filter, data, code)


def filter_still_used(desk: Desk) -> bool:
    """A filter is removed that peerings use."""
    route_filter = filters.a_filter(desk, used=True)
    if route_filter is None:
        return False
    return tell(desk, "remove-route-filter", route_filter, {}, "route-filter-in-use")


def gone_filter(desk: Desk) -> bool:
    """A filter that was removed is changed, or removed again."""
    past = [each for each in desk.book.past_filters if not each.customer.closing]
    if not past:
        return False
    route_filter = desk.rng.choice(past)
    if desk.chance(0.5):
        return tell(desk, "remove-route-filter", route_filter, {}, "not-found")
    data = Data(communities=["12076:51004"])
    return tell(desk, "change-route-filter", route_filter, data, "not-found")


def attached_to_nothing(desk: Desk) -> bool:
    """A filter is attached without microsoft peering, or one that is not there."""
    circuit = desk.circuit(lambda each: bool(each.customer.filters))
    if circuit is None:
        return False
    filter_id = desk.rng.choice(circuit.customer.filters).id
    if "microsoft" not in circuit.peerings:
        return attached_to(desk, "attach-route-filter", circuit, filter_id, "peering-not-found")
    return attached_to(desk, "attach-route-filter", circuit, f"{filter_id}-x", "not-found")


def detached_elsewhere(desk: Desk) -> bool:
    """A filter is taken off a peering that does not use it."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: with_microsoft(desk, each) and bool(each.customer.filters),
    )
    if circuit is None:
        return False
    others = [each for each in circuit.customer.filters if each is not circuit.route_filter]
    if not others:
        return False
    filter_id = desk.rng.choice(others).id
    return attached_to(desk, "detach-route-filter", circuit, filter_id, "not-found")


def attached_to_private(desk: Desk) -> bool:
    """A filter is attached to a private peering: there it filters nothing."""
    circuit = desk.circuit(lambda each: bool(each.customer.filters))
    if circuit is None:
        return False
    filter_id = desk.rng.choice(circuit.customer.filters).id
    data = Data(routing_domain="private", route_filter_id=filter_id)
    hand = desk.hand(circuit.customer, "network-operator")
    name = desk.rng.choice(("attach-route-filter", "detach-route-filter"))
    desk.send(name, f"circuit/{circuit.id}", data, hand, "malformed-command")
    return True


def filter_of_another(desk: Desk) -> bool:
    """The CSP attaches one customer's filter to a circuit of another."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: with_microsoft(desk, each) and each.customer.through,
    )
    other = filters.a_filter(desk)
    if circuit is None or other is None or circuit.customer is other.customer:
        return False
    data = Data(routing_domain="microsoft", route_filter_id=other.id)
    subject = f"circuit/{circuit.id}"
    desk.send("attach-route-filter", subject, data, Hand(OWNER), "customer-mismatch")
    return True


MISTAKES: Mistakes = (
    (4, unknown_community),
    (3, malformed_filter),
    (2, filter_again),
    (3, filter_still_used),
    (2, gone_filter),
    (4, attached_to_nothing),
    (2, detached_elsewhere),
    (2, attached_to_private),
    (3, filter_of_another),
)
