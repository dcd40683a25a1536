"""How each page looks: in the light, in the dark, on a phone; and to who does not see it at all."""

from pathlib import Path
from typing import Any, Final, cast

import pytest
from axe_playwright_python.sync_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.sync_api import Page

from tests.browser.conftest import Opened

PICTURES: Final = Path(__file__).parents[2] / "build" / "screenshots"

PAGES: Final = {
    "overview": "/",
    "circuits": "/circuits",
    "circuits-none": "/circuits?provider=nobody",
    "circuit": "/circuits/acme-fra-1",
    "circuit-then": "/circuits/acme-fra-1?at_version=2",
    "circuit-changing": "/circuits/acme-ams-1",
    "circuit-hanging": "/circuits/globex-par-1",
    "circuit-alarmed": "/circuits/globex-fra-1",
    "changes": "/changes",
    "changes-none": "/changes?customer_id=nobody",
    "change-waiting": "/changes/acme-ams-1/down",
    "change-stalled": "/changes/initech-ams-1/stuck",
    "change-scheduled": "/changes/initech-par-1/later",
    "change-increased": "/changes/initech-fra-1/up",
    "change-decreased": "/changes/globex-lon-1/down",
    "change-reverted": "/changes/initech-lon-1/back",
    "proceed": "/changes/acme-ams-1/down/do/proceed-bandwidth-change",
    "alarms": "/alarms",
    "alarms-cleared": "/alarms?raised=false",
    "alarms-none": "/alarms?kind=half-provisioned&customer_id=globex",
    "acknowledge": "/alarms/globex-fra-1/wrong-service-keys/do/acknowledge-alarm",
    "peering": "/circuits/globex-lon-1.r2/do/configure-peering",
    "peering-change": "/circuits/globex-par-1/peerings/private/do/change-peering",
    "order": "/order",
    "increase": "/circuits/globex-fra-1/do/change-bandwidth",
    "deprovision": "/circuits/acme-fra-1/do/request-deprovisioning",
    "customers": "/customers",
    "customer": "/customers/globex",
    "customer-new": "/customers/initech",
    "isolation": "/customers/globex/isolation",
    "register-customer": "/register-customer",
    "grant-role": "/customers/globex/do/grant-role",
    "locations": "/locations",
    "location": "/locations/fra",
    "location-closed": "/locations/lon",
    "open-location": "/open-location",
    "resize": "/locations/fra/do/resize-location",
    "networks": "/networks",
    "network": "/networks/globex-hub?subnet=web",
    "network-asked": (
        "/networks/globex-hub?subnet=web&address=172.16.0.9&direction=inbound&protocol=tcp"
        "&from=172.16.0.9%3A1024&to=10.20.1.4%3A443"
    ),
    "network-new": "/networks/globex-lab",
    "set-security-rule": "/networks/globex-hub/do/set-security-rule",
    "search": "/search?q=ac",
    "missing": "/circuits/nothing",
    "audit": "/audit",
    "audit-found": "/audit?subject=circuit%2Facme-ams-1&type=circuit.ordered",
    "audit-none": "/audit?actor=user%3Anobody",
    "operations": "/operations",
    "components": "/components",
}

LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 375, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}

_SERIOUS: Final = ("serious", "critical")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found(opened: Opened, name: str, look: str) -> None:
    page = opened(PAGES[name], may_fail=name == "missing", reduced_motion="reduce", **LOOKS[look])
    looks_right(page, f"{name}-{look}")


def test_the_menu_is_whole_on_a_phone(opened: Opened) -> None:
    page = opened("/circuits/acme-ams-1", **LOOKS["phone"])
    page.locator("#menu-button").click()
    page.screenshot(path=PICTURES / "menu-phone.png")
    box = page.locator("#menu .sheet").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= LOOKS["phone"]["viewport"]["width"]


def looks_right(page: Page, name: str) -> None:
    """Leave a picture of a page; it is as wide as the screen, and axe finds nothing serious."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    serious = [each for each in _found(page) if each["impact"] in _SERIOUS]
    assert not serious, [(each["id"], each["nodes"][0]["html"][:200]) for each in serious]
    assert page.viewport_size is not None
    wide = page.evaluate("document.documentElement.scrollWidth") - page.viewport_size["width"]
    assert wide <= 0, f"{wide} px wider than the screen"


def _found(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on a page."""
    axe = cast("Any", Axe())
    return axe.run(page).response["violations"]
