"""Refusal codes about prefixes; csp/self records whose they are."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import PEERINGS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "subnet-invalid": Code(PEERINGS, "{field} {prefix} can't be used: {because}."),
    "prefix-not-owned": Code(
        PEERINGS,
        "{prefix} overlaps what is confirmed for {held_by}; a party can only use its own prefixes.",
        formerly={"held_by": "another party"},
    ),
}
