"""`tieline csp`: the provider's own affairs, on the one stream csp/self."""

from adapters.cli.derived import verbs_of
from adapters.cli.root import Lazy


def group() -> Lazy:
    """Every command that may be addressed to csp/self."""
    return Lazy("csp", "The provider's own staff and prefixes.", verbs_of("csp", only="self"))
