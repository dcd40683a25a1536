"""What may be done with customers, locations and networks now: as with circuits (offering.py), the
engine itself says, given data that is worth a try.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args
from uuid import uuid4

from adapters.console.acting import Action, message_of
from adapters.console.offering import Offered, verdicts_for
from adapters.console.seen import listed
from adapters.http.asked import Asked
from domain.network.commands import Gateway

Row = Mapping[str, Any]
Data = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]

MOST_TRIES: Final = 5
"""Things that a command is tried with before it is told to be impossible now."""

_NEVER: Final = frozenset({"not-permitted", "not-found"})


class Offer(NamedTuple):
    """A command that may be worth offering."""

    action: Action
    tries: Sequence[Data]
    """Data to try it with; none where there is nothing to do it to."""
    says_more: bool = False
    """Whether people say what can't be known here: then a try tells whether they may at all."""
    begins: Data | None = None
    """What its form begins with, where that is not what is tried."""
    choices: Mapping[str, Choices] = {}
    """The values of fields that are chosen from what there is."""

    @property
    def beginning(self) -> Data:
        """What its form begins with: what people say begins blank."""
        if self.begins is not None:
            return self.begins
        return {} if self.says_more or not self.tries else self.tries[0]


def offered(asked: Asked, subject: str, offers: Sequence[Offer]) -> Offered:
    """What somebody may do with a thing now, and what at other times, each with why not now."""
    messages = [
        _message(offer.action.verb, subject, data)
        for offer in offers
        for data in offer.tries[:MOST_TRIES]
    ]
    told = iter(verdicts_for(asked, messages))
    now: list[Action] = []
    later: list[tuple[Action, str]] = []
    for offer in offers:
        verdicts = [next(told) for _ in offer.tries[:MOST_TRIES]]
        refusals = [each.refusal for each in verdicts if each.refusal]
        if not verdicts or _NEVER & {each["code"] for each in refusals}:
            continue
        if offer.says_more or any(not each.refusal and each.would_write for each in verdicts):
            now.append(offer.action)
        elif refusals:
            later.append((offer.action, refusals[0]["message"]))
    return Offered(now, later)


def may(asked: Asked, verb: str, data: Data) -> bool:
    """Whether somebody may make a new thing so."""
    noun = verb.rpartition("-")[2]
    verdict = verdicts_for(asked, [_message(verb, f"{noun}/{uuid4()}", data)])[0]
    return not verdict.refusal or verdict.refusal["code"] not in _NEVER


def _message(verb: str, subject: str, data: Data) -> Row:
    return message_of(verb, subject, data, None, str(uuid4()))


def of_customer(asked: Asked, customer: Row) -> Sequence[Offer]:
    """What is done with a customer."""
    del asked
    held = [each["subscription_id"] for each in customer["subscriptions"]]
    prefixes = {each["prefix"]: each["state"] for each in customer["prefixes"]}
    claimed = [prefix for prefix, state in prefixes.items() if state == "claimed"]
    other = "connect-to" if customer["model"] == "connect-through" else "connect-through"
    store = customer["identity_store"]
    somewhere = {"location": "csp", "directory": customer["customer_id"], "replicated": False}
    return (
        Offer(
            Action("add-subscription", "Add subscription", is_main=True),
            [{"subscription_id": str(uuid4())}],
            says_more=True,
        ),
        Offer(
            Action("grant-role", "Grant role"),
            [{"principal": "user:somebody", "role": "reader"}],
            says_more=True,
        ),
        Offer(Action("claim-prefix", "Claim prefix"), [{"prefix": "192.0.2.0/24"}], says_more=True),
        _chosen("confirm-prefix", "Confirm prefix", "prefix", claimed),
        Offer(
            Action("record-identity-store", "Record identity store"),
            [store or somewhere],
            says_more=True,
            begins=store or {},
        ),
        Offer(
            Action("change-model", "Change model"),
            [{"model": other}],
            choices={"model": [(other, other)]},
        ),
        _revoked(customer["roles"]),
        _chosen("reject-prefix", "Reject prefix", "prefix", list(prefixes), is_dangerous=True),
        _chosen("release-prefix", "Release prefix", "prefix", list(prefixes), is_dangerous=True),
        _chosen(
            "remove-subscription", "Remove subscription", "subscription_id", held, is_dangerous=True
        ),
        Offer(Action("remove-customer", "Remove customer", is_dangerous=True), [{}]),
        Offer(Action("erase-customer", "Erase customer", is_dangerous=True), [{}]),
    )


def _revoked(roles: Sequence[Row]) -> Offer:
    principals = sorted({each["principal"] for each in roles})
    held = sorted({each["role"] for each in roles})
    return Offer(
        Action("revoke-role", "Revoke role", is_dangerous=True),
        [{name: value for name, value in each.items() if value} for each in roles],
        begins={},
        choices={"principal": _named(principals), "role": _named(held)},
    )


def of_location(asked: Asked, location: Row) -> Sequence[Offer]:
    """What is done with a location."""
    del asked
    named = ("name", "primary", "secondary", "capacity_mbps", "provider")
    pairs = [{name: pair[name] for name in named} for pair in location["pairs"]]
    told = [{name: value for name, value in pair.items() if value is not None} for pair in pairs]
    return (
        Offer(
            Action("resize-location", "Change routers", is_main=True),
            [{"routers": told}],
            says_more=True,
            begins={"routers": told},
        ),
        Offer(Action("add-provider", "Add provider"), [{"provider": "new"}], says_more=True),
        Offer(Action("reopen-location", "Reopen location"), [] if location["open"] else [{}]),
        _chosen(
            "remove-provider",
            "Remove provider",
            "provider",
            location["providers"],
            is_dangerous=True,
        ),
        Offer(
            Action("close-location", "Close location", is_dangerous=True),
            [{}] if location["open"] else [],
        ),
    )


def of_network(asked: Asked, network: Row) -> Sequence[Offer]:
    """What is done with a network."""
    id, customer = network["network_id"], network["customer_id"]
    subnets = [each["name"] for each in network["subnets"]]
    space, gateways = network["address_space"], network["gateways"]
    others = [
        each["network_id"]
        for each in listed(asked, "network", customer_id=customer).rows
        if each["network_id"] not in (id, *network["links"])
    ]
    missing = [each for each in get_args(Gateway) if each not in gateways]
    return (
        Offer(
            Action("add-subnet", "Add subnet", is_main=True),
            [{"name": str(uuid4()), "prefix": space[0]}],
            says_more=True,
            begins={},
        ),
        *_of_subnets(network["subnets"], _named(subnets)),
        _chosen("add-gateway", "Add gateway", "kind", missing),
        _chosen("link-networks", "Link network", "network_id", others),
        Offer(
            Action("change-address-space", "Change address space"),
            [{"address_space": space}],
            says_more=True,
            begins={"address_space": space},
        ),
        _chosen(
            "unlink-networks", "Unlink network", "network_id", network["links"], is_dangerous=True
        ),
        _chosen("remove-gateway", "Remove gateway", "kind", gateways, is_dangerous=True),
        _chosen("remove-subnet", "Remove subnet", "name", subnets, is_dangerous=True),
        Offer(Action("remove-network", "Remove network", is_dangerous=True), [{}]),
    )


def _of_subnets(subnets: Sequence[Row], names: Choices) -> Sequence[Offer]:
    """What is done with the routes and rules of subnets."""
    any_end = {"source": ["any"], "destination": ["any"]}
    any_port = {"source_ports": ["any"], "destination_ports": ["any"]}
    rule = {"priority": 100, "direction": "inbound", "access": "allow", "protocol": "any"}
    rule |= {**any_end, **any_port}
    first = subnets[0]["name"] if subnets else ""
    routes = [(each["name"], route["prefix"]) for each in subnets for route in each["routes"]]
    rules = [(each["name"], one["name"]) for each in subnets for one in each["security_rules"]]
    hop = {"subnet": first, "prefix": "192.0.2.0/24", "next_hop": "None"}
    chosen = {"subnet": names}
    return (
        Offer(
            Action("set-route", "Set route"),
            [hop] if first else [],
            says_more=True,
            begins={"subnet": first},
            choices=chosen,
        ),
        Offer(
            Action("set-security-rule", "Set security rule"),
            [{**rule, "subnet": first, "name": "new"}] if first else [],
            says_more=True,
            begins={**rule, "subnet": first},
            choices=chosen,
        ),
        _in_subnet("remove-route", "Remove route", "prefix", routes),
        _in_subnet("remove-security-rule", "Remove security rule", "name", rules),
    )


def _in_subnet(verb: str, label: str, field: str, there: Sequence[tuple[str, str]]) -> Offer:
    return Offer(
        Action(verb, label, is_dangerous=True),
        [{"subnet": subnet, field: name} for subnet, name in there],
        begins={},
        choices={
            "subnet": _named(sorted({subnet for subnet, _ in there})),
            field: _named(sorted({name for _, name in there})),
        },
    )


def _chosen(
    verb: str, label: str, field: str, values: Sequence[str], *, is_dangerous: bool = False
) -> Offer:
    """Something that is done to one of what there is; which one is for people to say, unless there
    is one alone.
    """
    return Offer(
        Action(verb, label, is_dangerous=is_dangerous),
        [{field: each} for each in values],
        begins={field: values[0]} if len(values) == 1 else {},
        choices={field: _named(values)},
    )


def _named(values: Sequence[str]) -> Choices:
    return [(each, each) for each in values]


OFFERS: Final[Mapping[str, Callable[[Asked, Row], Sequence[Offer]]]] = {
    "customer": of_customer,
    "location": of_location,
    "network": of_network,
}
"""What is offered, by noun."""
