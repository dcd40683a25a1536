"""Customers, their subscriptions, roles and prefixes; the CSP's own among them."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from simulation.drawing.known import CUSTOMERS, Asked, Draw, Draws, Known

USERS: Final = 5
_ROLES: Final = ("owner", "contributor", "network-operator", "provider", "auditor", "reader")
_PREFIXES: Final = tuple(f"203.0.113.{each}/26" for each in (0, 64, 128, 192))
PREFIX_OF: Final[Mapping[str, str]] = dict(zip(CUSTOMERS, _PREFIXES, strict=False))
"""The prefix that each customer claims first."""

_SELF: Final = "csp/self"


def _register(known: Known) -> Asked:
    """Somebody new, who may also own what is theirs; or somebody who is there already."""
    if known.chance.happens(0.15):
        name = known.customer()
    else:
        known.passing.append(name := f"passing-{known.number()}")
    data: dict[str, Any] = {"name": name.title(), "model": "connect-through"}
    if known.chance.happens(0.4):
        data |= {"model": "connect-to", "owner": a_user(known)}
    if known.chance.happens(0.2):
        data["isolation"] = "separate-public-and-private"
    return Asked("register-customer", f"customer/{name}", data)


def _passing(known: Known) -> str:
    """A customer who came and may go; rarely one who stays."""
    if not known.passing or known.chance.happens(0.1):
        return f"customer/{known.chance.one(CUSTOMERS)}"
    return f"customer/{known.chance.one(known.passing[-3:])}"


def _remove(known: Known) -> Asked:
    known.gone.append(subject := _passing(known))
    return Asked("remove-customer", subject, {})


def _erase(known: Known) -> Asked:
    return Asked("erase-customer", known.mostly(known.gone[-3:], _passing(known)), {})


def _change_model(known: Known) -> Asked:
    model = known.chance.one(("connect-through", "connect-to"))
    return Asked("change-model", _passing(known), {"model": model})


def _record_identity_store(known: Known) -> Asked:
    where, replicated = known.chance.one(("csp", "customer")), known.chance.happens(0.7)
    data = {"location": where, "directory": "directory.example", "replicated": replicated}
    return Asked("record-identity-store", f"customer/{known.customer()}", data)


def _subscription(verb: str, known: Known) -> Asked:
    customer = known.customer()
    kind = known.chance.one(("spare", "spare", "spare", "spare", "extra", "prod"))
    data = {"subscription_id": f"{customer}-{kind}"}
    if verb == "add-subscription" and known.chance.happens(0.2):
        data["managed_by"] = "customer"
    return Asked(verb, f"customer/{customer}", data)


def a_user(known: Known) -> str:
    """Somebody who may have a role."""
    return f"user:u{known.chance.between(1, USERS)}"


def _revoke(known: Known) -> Asked:
    """A role that somebody may have."""
    if not known.roles:
        return Asked("revoke-role", _SELF, {"principal": a_user(known), "role": "reader"})
    subject, data = known.chance.one(known.roles[-8:])
    return Asked("revoke-role", subject, data)


def _grant(known: Known) -> Asked:
    asked = _role(known)
    known.roles.append((asked.subject, asked.data))
    return asked


def _role(known: Known) -> Asked:
    """For a customer, or something of it; or for the CSP itself."""
    verb = "grant-role"
    data: dict[str, Any] = {"principal": a_user(known), "role": known.chance.one(_ROLES)}
    if known.chance.happens(0.2):
        return Asked(verb, _SELF, data)
    customer = known.customer()
    if known.chance.happens(0.3):
        data["scope"] = known.chance.one((f"{customer}-prod", known.circuit(customer)))
    if known.chance.happens(0.2):
        data["on_behalf"] = True
    return Asked(verb, f"customer/{customer}", data)


def _prefix(verb: str, known: Known) -> Asked:
    customer = known.customer()
    who = _SELF if known.chance.happens(0.15) else f"customer/{customer}"
    prefix = known.chance.one((PREFIX_OF.get(customer, _PREFIXES[3]), known.chance.one(_PREFIXES)))
    data = {"prefix": prefix}
    if known.chance.happens(0.5):
        data["evidence"] = known.reason()
    return Asked(verb, who, data)


def _of(draw: Any, verb: str) -> Draw:
    return partial(draw, verb)


DRAWS: Final[Draws] = {
    "register-customer": (1, _register),
    "change-model": (0.6, _change_model),
    "record-identity-store": (0.6, _record_identity_store),
    "remove-customer": (1.5, _remove),
    "erase-customer": (1.5, _erase),
    "add-subscription": (1, _of(_subscription, "add-subscription")),
    "remove-subscription": (1.2, _of(_subscription, "remove-subscription")),
    "grant-role": (1, _grant),
    "revoke-role": (1, _revoke),
    "claim-prefix": (0.8, _of(_prefix, "claim-prefix")),
    "confirm-prefix": (0.8, _of(_prefix, "confirm-prefix")),
    "reject-prefix": (0.8, _of(_prefix, "reject-prefix")),
    "release-prefix": (0.8, _of(_prefix, "release-prefix")),
}
"""The commands about customers."""
