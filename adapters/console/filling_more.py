"""The forms about customers, locations and networks, and those that make new ones."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.console.acting import Action, having
from adapters.console.doing import Doing, Fill, Form, Named
from adapters.console.forms import typed_of
from adapters.console.offers import OFFERS, Choices, may
from adapters.console.pages import Frame
from adapters.http.asked import Asked
from adapters.http.nouns import found, listing_of
from adapters.http.problems import missing
from domain.catalogue import NOUNS

Typed = Mapping[str, str] | None


class New(NamedTuple):
    """How a thing of a noun is made."""

    action: Action
    path: str
    named: Named
    tries: Mapping[str, Any]
    """Data that tells whether somebody may do it at all."""
    begins: Mapping[str, Any] = {}


NEW: Final[Mapping[str, New]] = {
    "customer": New(
        Action("register-customer", "Register customer", is_main=True),
        "/register-customer",
        Named("customer_id", "Customer ID", "acme"),
        {"name": "…", "model": "connect-through"},
        {"model": "connect-through"},
    ),
    "location": New(
        Action("open-location", "Open location", is_main=True),
        "/open-location",
        Named("location_id", "Location ID", "fra"),
        {
            "providers": ["somebody"],
            "routers": [{"name": "1", "primary": "a", "secondary": "b", "capacity_mbps": 1}],
        },
    ),
    "network": New(
        Action("register-network", "Register network", is_main=True),
        "/register-network",
        Named("network_id", "Network ID", "acme-hub"),
        {},
    ),
}
"""The forms that make things, by noun."""


def new_of(asked: Asked, noun: str) -> New | None:
    """The form that makes things of a noun, for whom may do so."""
    new = NEW[noun]
    if noun == "network":
        return new if _subscriptions(asked) else None
    return new if may(asked, new.action.verb, new.tries) else None


def forms(frame: Frame) -> Sequence[Doing]:
    """The pages of all these forms."""
    made = [Doing(frame, new.path, of_new(noun)) for noun, new in NEW.items()]
    done = [
        Doing(frame, f"/{NOUNS[noun].plural}/{{id}}/do/{{verb}}", of_thing(noun)) for noun in NEW
    ]
    return [*made, *done]


def of_new(noun: str) -> Fill:
    """The form that makes a thing of a noun; for nobody else than those who may."""

    def fill(asked: Asked, typed: Typed) -> Form:
        new = NEW[noun]
        if new_of(asked, noun) is None:
            raise missing(f"page {asked.request.url.path}")
        given = typed_of(new.action.kind, new.begins) if typed is None else typed
        choices: dict[str, Choices] = {}
        known: dict[str, Any] = {}
        if noun == "network":
            owners = _subscriptions(asked)
            choices["subscription_id"] = [(id, f"{owner} / {id}") for id, owner in owners.items()]
            known["customer_id"] = owners.get(given.get("subscription_id", ""), "")
        plural = NOUNS[noun].plural
        return Form(
            action=new.action,
            subject=f"{noun}/{given.get(new.named.name, '').strip()}",
            typed=given,
            choices=choices,
            known=known,
            values={"circuit": None},
            back=f"/{plural}",
            names=new.named,
            crumbs=[(f"/{plural}", plural.capitalize())],
        )

    return fill


def of_thing(noun: str) -> Fill:
    """A form about a thing of a noun. Raises Problem where there is none, or no such verb."""

    def fill(asked: Asked, typed: Typed) -> Form:
        row = found(noun, listing_of(noun), asked)
        verb, id, plural = asked.named("verb"), row[f"{noun}_id"], NOUNS[noun].plural
        offer = next((each for each in OFFERS[noun](asked, row) if each.action.verb == verb), None)
        if offer is None:
            raise missing(f"page {asked.request.url.path}")
        begins = offer.begins
        if begins is None:
            begins = {} if offer.says_more else next(iter(offer.tries), {})
        return Form(
            action=offer.action,
            subject=f"{noun}/{id}",
            typed=typed_of(offer.action.kind, begins) if typed is None else typed,
            choices=offer.choices,
            known={},
            values={"circuit": None},
            back=f"/{plural}/{id}",
            crumbs=[(f"/{plural}", plural.capitalize())],
        )

    return fill


def _subscriptions(asked: Asked) -> Mapping[str, str]:
    """The subscriptions in which somebody may register a network, each with its customer."""
    return {
        each["subscription_id"]: customer["customer_id"]
        for customer in having(asked, "operate")
        for each in customer["subscriptions"]
    }
