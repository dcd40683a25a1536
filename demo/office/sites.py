"""Sites: locations are opened at real places, grow, close for a while, and take providers in."""

from demo.office.desk import WEEKS, Desk
from demo.office.parts import RouterPairRecord
from demo.office.records import Site
from demo.places import PeeringLocation

SMALL_MBPS, LARGE_MBPS = 10_000, 100_000
STORY_PLACE = "frankfurt"
"""Left to the contract's story, which opens it with another capacity."""


def open_site(desk: Desk, place: PeeringLocation, number: int) -> bool:
    """Open a location; every fourth is tight, on small ports."""
    rng = desk.rng
    present = [each for each in place.providers if desk.chance(0.7)] or list(place.providers[:2])
    site = Site(
        id=place.id,
        tight=number % 4 == 1,
        oversubscription="1",
        local_regions=place.local_regions,
        pairs=[],
        providers=present,
        absent=[each for each in place.providers if each not in present],
    )
    site.region = place.geopolitical_region if desk.networks else None
    site.oversubscription = rng.choice(("1", "1", "1.2") if site.tight else ("1", "1.5", "2"))
    for _ in range(rng.choice((1, 2) if site.tight else (1, 1, 2))):
        site.pairs.append(_new_pair(site))
    if len(site.pairs) > 1 and desk.chance(0.5):
        site.pairs[-1].provider = rng.choice(present)
    desk.send("open-location", f"location/{site.id}", open_data(site), desk.csp())
    desk.book.sites.append(site)
    return True


def open_data(site: Site) -> dict[str, object]:
    """The data of an open-location for a site."""
    data: dict[str, object] = {
        "providers": list(site.providers),
        "routers": [pair.as_data() for pair in site.pairs],
    }
    if site.oversubscription != "1":
        data["oversubscription"] = site.oversubscription
    if site.local_regions:
        data["local_regions"] = list(site.local_regions)
    if site.region is not None:
        data["geopolitical_region"] = site.region
    return data


def _new_pair(site: Site) -> RouterPairRecord:
    number = len(site.pairs) + 1
    primary, secondary = f"{site.id}-r{2 * number - 1}", f"{site.id}-r{2 * number}"
    capacity = SMALL_MBPS if site.tight else LARGE_MBPS
    return RouterPairRecord(f"pair-{number}", primary, secondary, capacity)


def widen(desk: Desk, site: Site) -> None:
    """Give a roomy site twice the ports on every pair."""
    for pair in site.pairs:
        pair.capacity_mbps *= 2
    _resize(desk, site)


def add_pair(desk: Desk) -> bool:
    """Give a site one more router pair."""
    site = desk.any(desk.book.sites, lambda each: each.is_open and len(each.pairs) < 6)
    if site is None:
        return False
    pair = _new_pair(site)
    if not site.tight:
        pair.capacity_mbps = max(each.capacity_mbps for each in site.pairs)
    site.pairs.append(pair)
    _resize(desk, site)
    return True


def _resize(desk: Desk, site: Site) -> None:
    data: dict[str, object] = {"routers": [pair.as_data() for pair in site.pairs]}
    desk.send("resize-location", f"location/{site.id}", data, desk.csp())


def reconfirm(desk: Desk) -> None:
    """Record the routers of a site as they are, when there is no other errand."""
    _resize(desk, desk.rng.choice(desk.book.sites))


def close_for_a_while(desk: Desk) -> bool:
    """Close a site on which no bandwidth change waits; it opens again some weeks later."""
    busy = {circuit.site.id for circuit in desk.book.changing}
    site = desk.any(
        desk.book.sites, lambda each: each.is_open and bool(each.circuits) and each.id not in busy
    )
    weeks = desk.rng.randrange(2, 6)
    still_open = sum(each.is_open for each in desk.book.sites)
    if site is None or still_open < 4 or desk.week + weeks > WEEKS:
        return False
    site.is_open = False
    desk.send("close-location", f"location/{site.id}", {}, desk.csp())
    desk.later(weeks, lambda desk: _reopen(desk, site))
    return True


def _reopen(desk: Desk, site: Site) -> bool:
    site.is_open = True
    desk.send("reopen-location", f"location/{site.id}", {}, desk.csp())
    return True


def add_provider(desk: Desk) -> bool:
    """Take in a provider that is really at the place."""
    site = desk.any(desk.book.sites, lambda each: bool(each.absent))
    if site is None:
        return False
    provider = site.absent.pop(0)
    site.providers.append(provider)
    desk.send("add-provider", f"location/{site.id}", {"provider": provider}, desk.csp())
    return True


def remove_provider(desk: Desk) -> bool:
    """Remove for good a provider that has neither a circuit nor a pair at the site."""
    site = desk.any(desk.book.sites, lambda each: len(each.providers) > 3)
    provider = desk.any(site.providers, site.is_free_of) if site else None
    if site is None or provider is None:
        return False
    site.providers.remove(provider)
    desk.send("remove-provider", f"location/{site.id}", {"provider": provider}, desk.csp())
    return True
