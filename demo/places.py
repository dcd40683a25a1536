"""Real peering locations, their regions and providers: `places.json` beside this file.

`places_of` made that file: it turns a listing of locations with the providers' display names
(public documentation, see `source` in the file) into places whose providers are ids. Geopolitical
regions are the cloud provider's (2025-11-02); Melbourne 2, Portland and Stockholm 2, which its
table lacks, are placed by their city.
To make the file again: `python -m demo.places LISTING.json > demo/places.json`.
"""

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = (
    "MicrosoftDocs/azure-docs, expressroute-locations-providers (peering locations, global cloud)"
)
SOURCE_DATE = "2026-04-28"


@dataclass(frozen=True)
class PeeringLocation:
    """A peering location: its id, its name, the regions of its tiers, its providers' ids."""

    id: str
    name: str
    facility: str
    geopolitical_region: str
    local_regions: tuple[str, ...]
    providers: tuple[str, ...]


@cache
def places() -> tuple[PeeringLocation, ...]:
    """Every place of the data file, in the order of the file."""
    kept = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    return tuple(
        PeeringLocation(
            each["id"],
            each["name"],
            each["facility"],
            each["geopolitical_region"],
            tuple(each["local_regions"]),
            tuple(each["providers"]),
        )
        for each in kept["places"]
    )


def provider_id(name: str) -> str:
    """The id of a provider: its name without accents, in lower case, joined by hyphens.

    Two spellings that differ only in case or accents give the same id:
    `GÉANT` and `GEANT` are `geant`, `AT&T NetBond` is `at-t-netbond`.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")[:80]


def places_of(listing: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The content of `places.json`: its source, every provider's display name, every place."""
    rows = list(listing)
    spellings = Counter(name for row in rows for name in row["providers"])
    # The most frequent spelling is shown; of equally frequent ones the last by name.
    shown = {
        provider_id(name): name for name, _ in sorted(spellings.items(), key=lambda x: x[::-1])
    }
    return {
        "source": SOURCE,
        "source_date": SOURCE_DATE,
        "providers": dict(sorted(shown.items())),
        "places": [
            {
                "id": row["id"],
                "name": row["name"],
                "facility": row["facility"],
                "geopolitical_region": row["geopolitical_region"],
                "local_regions": row["local_regions"],
                "providers": list(dict.fromkeys(map(provider_id, row["providers"]))),
            }
            for row in rows
        ],
    }


def written(content: Mapping[str, Any]) -> str:
    """`places.json` as text: one provider and one place a line, so that a diff can be read."""

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    providers = [f"    {line(id)}: {line(name)}" for id, name in content["providers"].items()]
    rows = [f"    {line(row)}" for row in content["places"]]
    return "\n".join(
        (
            "{",
            f'  "source": {line(content["source"])},',
            f'  "source_date": {line(content["source_date"])},',
            '  "providers": {',
            ",\n".join(providers),
            "  },",
            '  "places": [',
            ",\n".join(rows),
            "  ]",
            "}\n",
        )
    )


if __name__ == "__main__":
    sys.stdout.write(written(places_of(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
