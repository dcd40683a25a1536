"""Where else there is room for a rate that its own location can't hold, with the same provider.

A decision reads one location alone, so its refusal can't say; the views of all locations can.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from adapters.cli.output import Document
from adapters.settings import Settings
from adapters.wiring.views import views_of


def with_elsewhere(outcome: Mapping[str, Any], settings: Settings) -> Document:
    """The outcome; one without capacity also with the locations that have it (`elsewhere`)."""
    refusal = outcome["data"].get("refusal")
    if refusal is None or refusal["code"] != "no-capacity":
        return outcome
    facts = refusal["facts"]
    if "provider" not in facts:  # a successor stays where the old circuit is
        return outcome
    found = _rooms(facts["provider"], facts["bandwidth_mbps"], settings)
    others = [each for each in found if each["location_id"] != facts["location_id"]]
    return {**outcome, "data": {**outcome["data"], "elsewhere": others}}


def _rooms(provider: str, bandwidth_mbps: int, settings: Settings) -> list[Document]:
    from projections import locations
    from projections.database import ViewMissing

    with suppress(ViewMissing), views_of(settings, locations.SHAPE) as live:
        return list(locations.with_room(live, provider, bandwidth_mbps))
    return []
