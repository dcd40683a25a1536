"""Whose a thing is: what rights depend on."""

from domain.words.structs import Frozen


class Concern(Frozen):
    """Whose a thing is and which scopes cover it (contract, "Who speaks").

    A role without a scope covers everything of the customer; a role with a scope covers what lies
    in that subscription, or that circuit and its successors alone.
    """

    customer_id: str | None
    subscription_id: str | None = None
    circuit_id: str | None = None
    provider: str | None = None
    """The provider that may send a provider's commands about the subject without a grant."""
    seen_in_any_scope: bool = False
    """Whether every role for the customer sees it, whatever the role's scope."""


NOBODY = Concern(None)
"""The concern of a subject that belongs to the CSP: no customer."""
