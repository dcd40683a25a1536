"""The commands of a customer; roles and prefixes are also the CSP's own.

Contract, "Commands".
"""

import re
from typing import ClassVar, Literal

from pydantic import model_validator

from domain.words.data import CommandData, subject_like, subject_of
from domain.words.values import (
    AN_ID,
    CircuitId,
    Identifier,
    Isolation,
    Manager,
    Model,
    Prefix,
    Principal,
    Role,
    Sentence,
    Text,
)

CUSTOMER = subject_of("customer")
CUSTOMER_OR_CSP = subject_like(
    f"{CUSTOMER.pattern}|csp/self", f"must be customer/ID, with an id of {AN_ID}; or csp/self"
)


class CustomerCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = CUSTOMER


class RegisterCustomer(CustomerCommand):
    """Register a customer, with the model by which the CSP deals with it."""

    name: Sentence
    model: Model
    isolation: Isolation = "shared"
    owner: Principal | None = None
    """The customer's first principal; required for connect-to, where the CSP may only read."""

    @model_validator(mode="after")
    def connect_to_has_an_owner(self) -> "RegisterCustomer":
        """A connect-to customer without an owner could be managed by nobody."""
        if self.model == "connect-to" and self.owner is None:
            raise ValueError("owner is required for connect-to")
        return self


class ChangeModel(CustomerCommand):
    """Change the model; standing grants on behalf end."""

    model: Model


class RecordIdentityStore(CustomerCommand):
    """Record where the customer's identity store is."""

    location: Literal["csp", "customer"]
    directory: Sentence
    replicated: bool


class RemoveCustomer(CustomerCommand):
    """Remove a customer of which nothing is left."""


class EraseCustomer(CustomerCommand):
    """Destroy the key of a removed customer: nobody can read its secrets from then on."""


class AddSubscription(CustomerCommand):
    """Add a subscription, or change who manages it."""

    subscription_id: Identifier
    managed_by: Manager = "csp"


class RemoveSubscription(CustomerCommand):
    """Remove a subscription in which no circuit and no network lies."""

    subscription_id: Identifier


class RoleCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = CUSTOMER_OR_CSP
    principal: Principal
    role: Role
    scope: CircuitId | None = None
    """A subscription or a circuit of the customer; without one the role holds for all of it."""
    on_behalf: bool = False

    def fault_on(self, subject: str) -> tuple[str, str] | None:
        """A role on csp/self has neither scope nor on_behalf."""
        name = "scope" if self.scope else "on_behalf" if self.on_behalf else None
        if name is None or CUSTOMER.fullmatch(subject):
            return None
        return name, "a role on csp/self holds for every customer whose model allows it"


class GrantRole(RoleCommand):
    """Grant somebody a role."""


class RevokeRole(RoleCommand):
    """Take a role away from somebody."""


class PrefixCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = CUSTOMER_OR_CSP
    prefix: Prefix
    evidence: Text | None = None


class ClaimPrefix(PrefixCommand):
    """Claim an address prefix, which is in nobody's way until it is confirmed."""


class ConfirmPrefix(PrefixCommand):
    """Confirm on evidence whose an address prefix is."""


class RejectPrefix(PrefixCommand):
    """Reject a claimed or confirmed address prefix."""


class ReleasePrefix(PrefixCommand):
    """Give up a claimed or confirmed address prefix."""
