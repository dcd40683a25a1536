"""What holds for every command alike: shape, rights, existence, an id that was used before."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from domain.catalogue import COMMANDS, RULES
from domain.circuit.events import CircuitDeleted
from domain.customer.events import CustomerRemoved
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.network.events import NetworkRemoved
from domain.route_filter.events import RouteFilterRemoved
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant
from tests.examples.commands import EXAMPLES, ON_CSP
from tests.examples.full_world import NEW, a_full_world

CREATING: Final = {verb for verb, kind in COMMANDS.items() if RULES[kind].creates}
every = pytest.mark.parametrize("verb", COMMANDS)


def sent(spec: Spec, verb: str, subject: str | None = None, **more: Any) -> Spec:
    """Send the example of a command, as one that creates about something new."""
    example = EXAMPLES[verb]
    subject = subject or NEW.get(verb, example.subject)
    return spec.when(verb, subject, **example.data | more)


# --- the message


@every
def test_an_unknown_field_is_refused(verb: str) -> None:
    sent(given(a_full_world()), verb, colour="red").refused(
        "malformed-command", faults=[{"path": "colour", "fault": "is no field here"}]
    )


@every
def test_a_subject_of_another_kind_is_refused(verb: str) -> None:
    sent(given(a_full_world()), verb, "cable/x").refused("malformed-command")


@every
def test_an_id_that_was_used_is_refused_with_other_content(verb: str) -> None:
    spec = given(a_full_world()).when("reopen-location", "location/london", id="used-before")
    sent(spec, verb, "location/paris" if verb == "reopen-location" else None, id="used-before")
    spec.refused("command-id-reused", id="used-before", source="/test")


@every
def test_for_another_version_of_its_subject_it_is_not_decided(verb: str) -> None:
    spec = given(a_full_world())
    subject = NEW.get(verb, EXAMPLES[verb].subject)
    version = spec.load(subject)[1]
    sent(spec, verb, if_version=version + 5).refused(
        "version-moved", subject=subject, version=version, if_version=version + 5
    )


# --- who sends it


@every
def test_who_may_only_look_may_send_nothing(verb: str) -> None:
    """Bob is a reader of the customer; about locations and new customers he is anybody."""
    data = {"profile": None} if verb == "order-circuit" else {}
    sent(given(a_full_world()), verb, actor="user:bob", **data).refused(
        "not-permitted", actor="user:bob", command=verb
    )


@pytest.mark.parametrize("verb", ON_CSP)
def test_what_is_the_csps_own_takes_its_owner_or_staff(verb: str) -> None:
    data = {name: value for name, value in EXAMPLES[verb].data.items() if name != "scope"}
    given(a_full_world()).when(verb, SELF, **data, actor="user:anna").refused(
        "not-permitted", actor="user:anna"
    )


# --- what it is about


@pytest.mark.parametrize("verb", sorted(COMMANDS.keys() - CREATING))
def test_what_never_was_is_not_found(verb: str) -> None:
    subject = EXAMPLES[verb].subject
    noun, _, id = subject.partition("/")
    sent(given(), verb).refused("not-found", kind=noun, id=id)


@pytest.mark.parametrize("verb", sorted(verb for verb in CREATING if COMMANDS[verb].names_customer))
def test_nothing_is_made_for_a_customer_that_the_sender_has_no_role_for(verb: str) -> None:
    noun, _, id = NEW[verb].partition("/")
    world = [*a_full_world(), *a_customer("beta", number=2), a_grant("user:bella", "owner", "beta")]
    sent(given(world), verb, actor="user:bella").refused("not-found", kind=noun, id=id)


@pytest.mark.parametrize("verb", sorted(CREATING))
def test_what_is_there_is_not_made_again(verb: str) -> None:
    noun, _, id = EXAMPLES[verb].subject.partition("/")
    sent(given(a_full_world()), verb, EXAMPLES[verb].subject).refused(
        "already-exists", kind=noun, id=id
    )


REMOVED: Final[Mapping[str, Written]] = {
    "register-customer": ("customer/acme", CustomerRemoved()),
    "register-network": ("network/n1", NetworkRemoved()),
    "define-route-filter": ("route-filter/f1", RouteFilterRemoved()),
    "order-circuit": ("circuit/c1", CircuitDeleted()),
}
"""By the command that makes such a thing, the end of one; a location has none."""


@pytest.mark.parametrize("verb", REMOVED)
def test_an_id_is_never_used_again(verb: str) -> None:
    noun, _, id = EXAMPLES[verb].subject.partition("/")
    sent(given(a_full_world(), REMOVED[verb]), verb, EXAMPLES[verb].subject).refused(
        "id-retired", kind=noun, id=id
    )
