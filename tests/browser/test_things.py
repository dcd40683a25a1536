"""What people do with customers, locations and networks in the console."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.world import HOSTILE, ordered
from tests.http.serving import Caller


def test_a_customer_is_registered_and_given_a_subscription(opened: Opened) -> None:
    page = opened("/customers")
    page.get_by_role("link", name="Register customer").click()
    page.get_by_label("Customer ID").fill("umbra")
    page.get_by_label("Name", exact=True).fill(HOSTILE)
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_contain_text("It would be accepted.")
    page.get_by_role("button", name="Register customer").click()
    page.wait_for_url("**/customers/umbra")
    expect(page.locator("#toasts")).to_contain_text("Register customer: done")
    expect(page.locator(".under")).to_contain_text("<script>")
    assert page.title() == "umbra · tieline"
    page.get_by_role("link", name="Add subscription").click()
    page.get_by_label("Subscription").fill("umbra-prod")
    expect(trial).to_contain_text("Subscription added")
    page.get_by_role("button", name="Add subscription").click()
    page.wait_for_url("**/customers/umbra")
    expect(page.get_by_role("region", name="Subscriptions")).to_contain_text("umbra-prod")


def test_a_customers_page_is_live(opened: Opened, owner: Caller) -> None:
    page = opened("/customers/initech")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "on")
    before = int(page.locator("[data-watch=total]").inner_text())
    page.locator("#menu-button").click()
    ordered(owner, "initech-ams-9", "initech", "ams")
    expect(page.locator("[data-watch=total]")).to_have_text(str(before + 1))
    expect(page.get_by_role("region", name="Lately")).to_contain_text("initech-ams-9")
    expect(page.locator("#menu .sheet")).to_be_visible()


def test_a_role_is_revoked_from_its_row(opened: Opened, owner: Caller) -> None:
    owner.done("customers/acme/grant-role", {"principal": "user:zoe", "role": "reader"})
    page = opened("/customers/acme")
    page.get_by_role("link", name="Revoke reader of user:zoe").click()
    expect(page.get_by_label("Principal")).to_have_value("user:zoe")
    page.get_by_role("button", name="Revoke role").click()
    page.wait_for_url("**/customers/acme")
    expect(page.get_by_role("region", name="Roles", exact=True).first).not_to_contain_text("zoe")


def test_a_location_is_opened_with_more_pairs_than_there_were_rows(opened: Opened) -> None:
    page = opened("/locations")
    page.get_by_role("link", name="Open location").click()
    page.get_by_label("Location ID").fill("muc")
    page.get_by_label("Providers").fill("colt")
    for number in (1, 2):
        _pair(page, number)
    page.get_by_role("button", name="More rows").click()
    _pair(page, 3)
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_contain_text("It would be accepted.")
    page.get_by_role("button", name="Open location").click()
    page.wait_for_url("**/locations/muc")
    expect(page.locator(".under")).to_contain_text("0 of 30 Gbit/s taken")
    expect(page.locator(".plot.wide")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("region", name="Capacity over time").last).to_contain_text("30 Gbit/s")


def test_a_location_shows_what_is_taken_as_it_is_taken(opened: Opened, owner: Caller) -> None:
    page = opened("/locations/par")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "on")
    before = page.locator("[data-watch=taken]").inner_text()
    page.get_by_role("link", name="Order circuit").click()
    expect(page.get_by_label("Location")).to_have_value("par")
    page.go_back()
    ordered(owner, "acme-par-7", location="par", mbps=1000)
    expect(page.get_by_role("region", name="Router pairs")).to_contain_text("acme-par-7")
    expect(page.locator("[data-watch=taken]")).not_to_have_text(before)


def test_a_subnet_is_added_and_asked(opened: Opened) -> None:
    page = opened("/networks/globex-core?subnet=web")
    page.get_by_role("link", name="Add subnet").click()
    page.get_by_label("Name", exact=True).fill("app")
    page.get_by_label("Prefix").fill("10.20.3.0/24")
    page.get_by_role("button", name="Add subnet").click()
    page.wait_for_url("**/networks/globex-core")
    page.get_by_role("link", name="app", exact=True).click()
    page.wait_for_url("**/networks/globex-core?subnet=app")
    page.get_by_label("From app to the address").fill("172.16.0.9")
    page.get_by_role("button", name="Find next hop").click()
    answer = page.locator("#next-hop .answer")
    expect(answer).to_contain_text("VirtualNetworkGateway via globex-fra-1")
    assert "address=172.16.0.9" in page.url
    page.get_by_label("Direction").select_option("inbound")
    page.get_by_label("From", exact=True).fill("192.0.2.1:1024")
    page.get_by_label("To", exact=True).fill("10.20.3.4:443")
    page.get_by_role("button", name="Check flow").click()
    expect(page.locator("#flow .answer")).to_contain_text("It is kept out")
    page.get_by_label("To", exact=True).fill("not an end")
    page.get_by_role("button", name="Check flow").click()
    expect(page.locator("#flow .answer")).to_contain_text("an address and a port")
    expect(page.get_by_label("To", exact=True)).to_have_value("not an end")


def test_what_is_asked_stays_while_the_page_is_live(opened: Opened, owner: Caller) -> None:
    page = opened("/networks/globex-lab")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "on")
    owner.done("networks/globex-lab/add-subnet", {"name": "one", "prefix": "10.21.1.0/24"})
    expect(page.get_by_role("region", name="Subnets").first).to_contain_text("10.21.1.0/24")
    page.reload()
    expect(page.locator("#pulse")).to_have_attribute("data-state", "on")
    page.get_by_label("From one to the address").fill("10.21.1.9")
    owner.done("networks/globex-lab/add-subnet", {"name": "two", "prefix": "10.21.2.0/24"})
    expect(page.get_by_role("region", name="Subnets").first).to_contain_text("10.21.2.0/24")
    expect(page.get_by_label("From one to the address")).to_have_value("10.21.1.9")


def test_the_pages_serve_without_script(opened: Opened) -> None:
    page = opened("/networks/globex-core?subnet=data", java_script_enabled=False)
    page.get_by_label("From data to the address").fill("10.20.1.9")
    page.get_by_role("button", name="Find next hop").click()
    expect(page.locator("#next-hop .answer")).to_contain_text("VnetLocal")
    page.goto("/customers/acme/do/add-subscription")
    page.get_by_label("Subscription").fill("acme-unscripted")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Add subscription").click()
    expect(page.get_by_role("region", name="Subscriptions")).to_contain_text("acme-unscripted")


def test_the_way_back_leads_through_the_filters_of_networks(opened: Opened) -> None:
    page = opened("/networks")
    page.get_by_label("Customer").fill("nobody")
    page.wait_for_url("**/networks?customer_id=nobody")
    expect(page.get_by_text("None is like that")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Customer", exact=True).click()
    page.wait_for_url("**/networks?sort=customer_id")
    expect(page.get_by_role("columnheader", name="Customer")).to_have_attribute(
        "aria-sort", "ascending"
    )


def _pair(page: Page, number: int) -> None:
    row = page.locator(".rows li").nth(number - 1)
    row.get_by_label("Name").fill(f"p{number}")
    row.get_by_label("Primary").fill(f"r{number}a")
    row.get_by_label("Secondary").fill(f"r{number}b")
    row.get_by_label("Mbit/s").fill("10000")
